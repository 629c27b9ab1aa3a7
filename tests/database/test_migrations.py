"""The migrations and the schema say the same, from every earlier revision."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, text

from db.schema import metadata
from db.upgrade import MIGRATIONS, newest_revision, upgrade

REVISIONS = [s.revision for s in ScriptDirectory(str(MIGRATIONS)).walk_revisions()]


@pytest.fixture
def blank(postgres):
    """A database without any table."""
    admin = create_engine(postgres, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("DROP DATABASE IF EXISTS blank WITH (FORCE)"))
        connection.execute(text("CREATE DATABASE blank"))
    engine = create_engine(postgres.set(database="blank"))
    yield engine
    engine.dispose()
    with admin.connect() as connection:
        connection.execute(text("DROP DATABASE blank WITH (FORCE)"))
    admin.dispose()


def differences(engine):
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return compare_metadata(context, metadata)


def described(engine):
    """What autogenerate does not compare: index definitions and constraints, in Postgres's own words."""
    with engine.connect() as connection:
        indexes = connection.execute(text("SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'")).scalars()
        checks = connection.execute(
            text("SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint "
                 "WHERE connamespace = 'public'::regnamespace")
        ).scalars()  # fmt: skip
        return {d for d in (*indexes, *checks) if "alembic_version" not in d}


def test_the_migrations_make_exactly_the_schema(database, blank):
    with blank.begin() as connection:
        connection.execute(text("CREATE EXTENSION btree_gist"))
        metadata.create_all(connection)
    assert differences(database.owner) == []
    assert described(database.owner) == described(blank)


@pytest.mark.parametrize("revision", REVISIONS)
def test_every_earlier_revision_is_upgraded(blank, revision):
    upgrade(blank, revision)
    upgrade(blank)
    assert differences(blank) == []


def test_upgrading_twice_changes_nothing(blank):
    upgrade(blank)
    upgrade(blank)
    assert set(inspect(blank).get_table_names()) == {*metadata.tables, "alembic_version"}
    with blank.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == newest_revision()
