"""The migrations and the schema say the same, from every earlier revision."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, text

from db.engine import DatabaseConfigurationError
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


def test_two_processes_that_upgrade_at_once_do_it_once(blank):
    with ThreadPoolExecutor(2) as processes:
        for upgraded in [processes.submit(upgrade, blank), processes.submit(upgrade, blank)]:
            upgraded.result(timeout=60)
    assert differences(blank) == []


def test_an_upgrade_that_fails_leaves_the_database_as_it_was(blank, monkeypatch):
    def fail(_):
        raise RuntimeError("in the middle")

    monkeypatch.setattr("db.upgrade.grant", fail)
    with pytest.raises(RuntimeError):
        upgrade(blank)
    assert inspect(blank).get_table_names() == []


def test_a_database_of_a_newer_version_is_refused_in_one_line(blank):
    upgrade(blank)
    with blank.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseConfigurationError, match="revision 9999, which this version does not know"):
        upgrade(blank)


def test_going_back_is_not_supported_and_says_so():
    for revision in REVISIONS:
        script = ScriptDirectory(str(MIGRATIONS)).get_revision(revision)
        with pytest.raises(NotImplementedError, match="restore"):
            script.module.downgrade()
