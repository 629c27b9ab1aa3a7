"""Pages can only read: what each role may do, table by table."""

import pytest
from sqlalchemy import text

from db.schema import metadata

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


@pytest.mark.parametrize("table", TABLES)
def test_the_reader_reads_and_at_most_asks_for_a_refresh(database, table):
    asked = {"INSERT"} if table == "refresh_request" else set()
    assert rights(database, "stillframe_reader", table) == {"SELECT"} | asked


@pytest.mark.parametrize("table", TABLES)
def test_the_writer_writes_data_and_changes_no_table(database, table):
    data = set() if table == "alembic_version" else {"INSERT", "UPDATE", "DELETE"}
    assert rights(database, "stillframe_writer", table) == {"SELECT"} | data


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM refresh",
        "UPDATE account SET name = 'x'",
        "INSERT INTO account (name, exchange, sources, refresh_seconds, base_currency) "
        "VALUES ('x', 'x', '{}', 1, 'USD')",
        "DELETE FROM refresh_request",
        "CREATE TABLE mine (id int)",
        "CREATE TEMPORARY TABLE mine (id int)",
        "DROP TABLE refresh",
        "CREATE ROLE mine",
    ],
)
def test_what_the_reader_tries_beyond_reading_is_refused(database, statement):
    with database.reader.connect() as connection, pytest.raises(Exception, match=r"permission denied|must be owner"):
        connection.execute(text(statement))


def test_each_engine_takes_its_role_its_name_and_its_time_outs(database):
    for engine, role, name, limit in (
        (database.reader, "stillframe_reader", "stillframe-web", "5s"),
        (database.writer, "stillframe_writer", "stillframe-refresher", "30s"),
    ):
        with engine.connect() as connection:
            told = connection.execute(
                text("SELECT current_user, current_setting('application_name'), current_setting('statement_timeout'), "
                     "current_setting('TimeZone'), current_setting('idle_in_transaction_session_timeout')")
            ).one()  # fmt: skip
        assert tuple(told) == (role, name, limit, "UTC", "15s")
