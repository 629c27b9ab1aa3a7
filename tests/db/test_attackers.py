"""A login of the web process that was stolen gives no more than its own rights."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from db.roles import SECRETS
from db.row_security import guarded_tables
from db.schema import metadata
from db.viewing import viewing
from tests.db.viewers import ANA, TwoViewers, change, rows, write_two_viewers
from tests.postgres import Database


@pytest.fixture
def two_viewers(database: Database) -> TwoViewers:
    return write_two_viewers(database)


def test_other_sessions_of_the_login_do_not_see_the_token(two_viewers: TwoViewers) -> None:
    seen = text("SELECT query FROM pg_stat_activity WHERE application_name = 'stillframe-web' AND pid <> :pid")
    with viewing(ANA), two_viewers.database.reader.connect() as connection:
        # Only the statement that sets the token has run.
        pid = connection.connection.driver_connection.info.backend_pid  # type: ignore[union-attr]
        connection.begin()
        with viewing(None), two_viewers.database.reader.connect() as attacker:
            own = attacker.connection.driver_connection.info.backend_pid  # type: ignore[union-attr]
            queries = attacker.execute(seen, {"pid": own}).scalars().all()
        assert pid != own
    assert queries
    assert all("s token" not in query for query in queries)  # the quote is doubled there


ATTACKS = (
    *(f'SELECT * FROM "{table}"' for table in SECRETS),
    "SET ROLE NONE; DELETE FROM refresh",
    "RESET ROLE; DELETE FROM refresh",
    "SET ROLE stillframe",
    "SET ROLE stillframe_writer",
    "SET ROLE stillframe_auth",
    "SET SESSION AUTHORIZATION stillframe",
    "SET row_security = off; SELECT * FROM account",
    "UPDATE sign_in_mode SET mode = 'off'",
    "INSERT INTO session VALUES (sha256('x'), 'eve', now(), now(), now() + interval '1 day')",
    "INSERT INTO refresh_request (account_id) VALUES (NULL)",
    "DELETE FROM refresh_request",
    "CREATE POLICY mine ON account USING (true)",
    "ALTER TABLE account DISABLE ROW LEVEL SECURITY",
    "ALTER ROLE stillframe_pages SUPERUSER",
    "CREATE OR REPLACE FUNCTION stillframe_sees_all() RETURNS boolean LANGUAGE sql AS 'SELECT true'",
    "CREATE FUNCTION pg_temp.mine() RETURNS boolean LANGUAGE sql AS 'SELECT true'",
    "CREATE EXTENSION dblink",
    "COPY (SELECT 1) TO PROGRAM 'touch /tmp/x'",
    "COPY account TO '/tmp/x'",
    "SELECT pg_read_file('postgresql.conf')",
    "SELECT lo_import('/etc/passwd')",
    "SELECT lo_from_bytea(0, 'x')",
    "SELECT rolpassword FROM pg_authid",
    "SELECT pg_reload_conf()",
)


REFUSALS = ("permission denied", "must be owner", "row-level security", "only roles with", "Only roles with")


def test_an_attacker_with_the_login_of_pages_is_refused(two_viewers: TwoViewers) -> None:
    results = {statement: result_of(two_viewers.database, statement) for statement in ATTACKS}
    assert {
        statement: result for statement, result in results.items() if not any(refusal in result for refusal in REFUSALS)
    } == {}


def result_of(database: Database, statement: str) -> str:
    """The error of a statement, each in a new transaction of the reader."""
    with database.reader.connect() as connection:
        try:
            connection.exec_driver_sql(statement)
        except DBAPIError as error:
            return str(error.orig)
    return "it ran"


def test_an_attacker_reads_no_values_from_the_statistics(two_viewers: TwoViewers) -> None:
    change(two_viewers.database, "ANALYZE")
    names = [table.name for table in guarded_tables()] + list(SECRETS)
    with two_viewers.database.reader.connect() as connection:
        found = connection.execute(
            text("SELECT tablename FROM pg_stats WHERE tablename = ANY (:names)"), {"names": names}
        )
        assert found.scalars().all() == []


def test_the_sign_in_layer_reads_no_account_data(two_viewers: TwoViewers) -> None:
    from db.engine import sign_in_engine

    engine = sign_in_engine(two_viewers.database.settings)
    try:
        for table in metadata.tables:
            with engine.connect() as connection:
                if table in ("sign_in_mode", "viewer", "api_token", "session", "sign_in_attempt"):
                    assert rows(connection, table) > 0
                else:
                    with pytest.raises(ProgrammingError, match="permission denied"):
                        rows(connection, table)
        with engine.begin() as connection:
            connection.execute(text("INSERT INTO audit (viewer, action) VALUES ('ana', 'signed in')"))
        for statement in (
            "UPDATE viewer SET is_admin = true",
            "UPDATE api_token SET scopes = '{}'",
            "DELETE FROM audit",
            "UPDATE sign_in_mode SET mode = 'off'",
            "SET ROLE stillframe",
        ):
            with engine.connect() as connection, pytest.raises(ProgrammingError, match="permission denied"):
                connection.execute(text(statement))
    finally:
        engine.dispose()
