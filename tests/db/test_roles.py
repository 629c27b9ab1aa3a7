"""The rights of each role on each table. Pages can only read."""

from pathlib import Path

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import ProgrammingError

from db.engine import DatabaseConfigurationError, DatabaseSettings, owner_engine, reader_engine, writer_engine
from db.roles import SECRETS, grant
from db.schema import metadata
from db.upgrade import upgrade
from tests.postgres import administrating

WRITES = ("INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
TABLES = sorted({*metadata.tables, "alembic_version"})


def rights(database, role, table):
    with database.owner.connect() as connection:
        return {
            right
            for right in ("SELECT", *WRITES)
            if connection.execute(
                text("SELECT has_table_privilege(:role, :table, :right)"),
                {"role": role, "table": table, "right": right},
            ).scalar()
        }


def test_the_reader_can_only_read_and_insert_requests(database):
    others = {"refresh_request": {"SELECT", "INSERT"}, **{table: set() for table in SECRETS}}
    expected = {table: others.get(table, {"SELECT"}) for table in TABLES}
    assert {table: rights(database, "stillframe_reader", table) for table in TABLES} == expected


def test_the_writer_changes_rows_but_no_tables(database):
    data = {"SELECT", "INSERT", "UPDATE", "DELETE"}
    expected = {table: {"SELECT"} if table == "alembic_version" else data for table in TABLES}
    assert {table: rights(database, "stillframe_writer", table) for table in TABLES} == expected


def test_the_reader_files_an_edit_but_not_its_answer(database):
    with database.owner.connect() as connection:
        columns = {
            column.name
            for column in metadata.tables["edit_request"].columns
            if connection.execute(
                text("SELECT has_column_privilege('stillframe_reader', 'edit_request', :name, 'INSERT')"),
                {"name": column.name},
            ).scalar()
        }
    assert columns == {"account_id", "kind", "payload"}


REFUSED = (
    "DELETE FROM refresh",
    "UPDATE account SET name = 'x'",
    "INSERT INTO account (name, exchange, sources, refresh_seconds, base_currency) VALUES ('x', 'x', '{}', 1, 'USD')",
    "DELETE FROM refresh_request",
    "UPDATE edit_request SET payload = '{}'",
    "INSERT INTO edit_request (kind, payload, state) VALUES ('cost', '{}', 'applied')",
    "TRUNCATE price",
    "CREATE TABLE mine (id int)",
    "CREATE TEMPORARY TABLE mine (id int)",
    "CREATE SCHEMA mine",
    "DROP TABLE refresh",
    "CREATE ROLE mine",
    "COPY account TO '/tmp/accounts'",
)


def test_any_other_statement_of_the_reader_is_refused(database):
    for statement in REFUSED:
        with (
            database.reader.connect() as connection,
            pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
        ):
            connection.execute(text(statement))


def test_grant_revokes_all_other_rights(database):
    with database.owner.begin() as connection:
        connection.execute(text("GRANT CREATE ON SCHEMA public TO PUBLIC"))
        connection.execute(text("GRANT DELETE ON refresh TO stillframe_reader"))
        grant(connection)
    for statement in ("CREATE TABLE mine (id int)", "DELETE FROM refresh"):
        with database.reader.connect() as connection, pytest.raises(ProgrammingError, match="permission denied"):
            connection.execute(text(statement))


def test_a_separate_login_has_only_the_rights_of_its_role(database):
    name = make_url(database.url).database
    with database.owner.begin() as connection:
        connection.execute(text(f"CREATE ROLE web_of_{name} LOGIN IN ROLE stillframe_reader"))
    url = database.settings.url.set(username=f"web_of_{name}")
    engine = reader_engine(DatabaseSettings(Path("unused"), reader_url=url))
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM account")).scalar() == 0
        with pytest.raises(ProgrammingError, match="permission denied"):
            connection.execute(text("DELETE FROM account"))
    engine.dispose()
    with database.owner.begin() as connection:
        connection.execute(text(f"DROP ROLE web_of_{name}"))


def test_pages_may_not_read_a_table_that_has_no_row_policy_yet(database):
    with database.owner.begin() as connection:
        connection.execute(text("CREATE TABLE later (id int)"))
    assert rights(database, "stillframe_reader", "later") == set()
    assert rights(database, "stillframe_writer", "later") == {"SELECT", "INSERT", "UPDATE", "DELETE"}


def test_an_owner_with_createrole_needs_no_superuser(postgres):
    """A managed Postgres has no superuser."""
    with administrating(postgres) as connection:
        connection.execute(text("CREATE ROLE tenant LOGIN CREATEROLE"))
        connection.execute(text("GRANT stillframe_reader, stillframe_writer TO tenant WITH ADMIN OPTION, SET FALSE"))
        connection.execute(text("CREATE DATABASE of_tenant OWNER tenant"))
    settings = DatabaseSettings(Path("unused"), postgres.set(username="tenant", database="of_tenant"))
    engines = [owner_engine(settings), writer_engine(settings), reader_engine(settings)]
    try:
        upgrade(engines[0])
        for engine in engines:
            with engine.connect() as connection:
                assert connection.execute(text("SELECT count(*) FROM refresh")).scalar() == 0
    finally:
        for engine in engines:
            engine.dispose()
        with administrating(postgres) as connection:
            connection.execute(text("DROP DATABASE of_tenant"))
            connection.execute(text("DROP ROLE tenant"))


def test_an_owner_without_createrole_gets_the_sql_for_an_administrator(postgres, monkeypatch):
    monkeypatch.setattr("db.roles.READER", "stillframe_absent")
    with administrating(postgres) as connection:
        connection.execute(text("CREATE ROLE humble LOGIN"))
        connection.execute(text("CREATE DATABASE of_humble OWNER humble"))
    engine = owner_engine(DatabaseSettings(Path("unused"), postgres.set(username="humble", database="of_humble")))
    try:
        with pytest.raises(DatabaseConfigurationError, match=r"administrator run `CREATE ROLE .* TO humble;`"):
            upgrade(engine)
    finally:
        engine.dispose()
        with administrating(postgres) as connection:
            connection.execute(text("DROP DATABASE of_humble"))
            connection.execute(text("DROP ROLE humble"))


def test_each_engine_has_its_login_name_and_timeouts(database):
    for engine, login, name, limit in (
        (database.reader, "stillframe_pages", "stillframe-web", "5s"),
        (database.writer, "stillframe_refresher", "stillframe-refresher", "30s"),
    ):
        with engine.connect() as connection:
            row = connection.execute(
                text("SELECT session_user, current_setting('application_name'), current_setting('statement_timeout'), "
                     "current_setting('TimeZone'), current_setting('idle_in_transaction_session_timeout')")
            ).one()  # fmt: skip
        assert tuple(row) == (login, name, limit, "UTC", "15s")
