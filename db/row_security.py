"""Row-level security: the reader sees the accounts of the viewer whose token stands in `stillframe.token`.

The reader sets the token of a browser session or of the API for one transaction. Functions of the owner hash it and
look it up in tables that the reader cannot read. Without a valid token no row of an account is visible, unless
sign-in is off. The owner needs no policy of its own: it is a member of the writer.
"""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Connection, Table, text

from db.schema import account, edit_request, job_run, metadata, refresh_request
from db.schema_viewers import audit, viewer_account

TOKEN = "stillframe.token"  # noqa: S105 - the name of a setting

_FUNCTIONS = Path(__file__).with_name("row_functions.sql")
SEES_ALL = "stillframe_sees_all"
ACCOUNTS = "stillframe_accounts"
IS_ADMIN = "stillframe_is_admin"
MAY_REQUEST = "stillframe_may_request"
READER_NAME = "stillframe_reader_name"
# Drop these before a migration that may replace their tables.
READING_FUNCTIONS = (
    *(f"{kind}_versions_during(integer, tstzrange)" for kind in ("balance", "position", "order")),
    "refresh_extremes(integer, timestamptz, timestamptz)",
    "refresh_bucket_extremes(integer, timestamptz, timestamptz, timestamptz, interval)",
)
FUNCTIONS = (
    *(f"{name}()" for name in ("stillframe_viewer", SEES_ALL, ACCOUNTS, IS_ADMIN, MAY_REQUEST, READER_NAME)),
    *READING_FUNCTIONS,
)


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy of one table. Expressions stand in a sub-select, so that Postgres computes them once a query."""

    table: str
    name: str
    command: str
    role: str
    using: str | None = None
    check: str | None = None

    def statement(self) -> str:
        """The statement that creates it."""
        using = f" USING ({self.using})" if self.using else ""
        check = f" WITH CHECK ({self.check})" if self.check else ""
        return f'CREATE POLICY {self.name} ON "{self.table}" FOR {self.command} TO {self.role}{using}{check}'


def policies(reader: str, writer: str, sign_in: str) -> list[Policy]:
    """All policies of the schema."""
    policies = [Policy(audit.name, "sign_in", "INSERT", sign_in, check="true")]
    for table in guarded_tables():
        policies.append(Policy(table.name, "writer", "ALL", writer, "true", "true"))
        policies.append(Policy(table.name, "reader", "SELECT", reader, _visible(table)))
    for table in (refresh_request, edit_request):
        may_request = f"(SELECT {MAY_REQUEST}()) AND ({_visible(table)})"
        policies.append(Policy(table.name, "request", "INSERT", reader, check=may_request))
    return policies


def guarded_tables() -> list[Table]:
    """The tables with row-level security: those of accounts and of viewers, and those for administrators."""
    owned = [
        table for table in metadata.sorted_tables if table is account or "account_id" in table.c or "owner" in table.c
    ]
    return [*(table for table in owned if table is not viewer_account), job_run, audit]


def _visible(table: Table) -> str:
    if table in (job_run, audit):
        return f"(SELECT {IS_ADMIN}())"
    column = "id" if table is account else "account_id"
    of_account = f"{column} = ANY ((SELECT {ACCOUNTS}())::integer[])"
    if "owner" in table.c:  # a viewer may lose an account, and its alerts about that account with it
        of_account = f"account_id IS NULL OR {of_account}" if "account_id" in table.c else "true"
        return f"(SELECT {SEES_ALL}()) OR (owner = (SELECT {READER_NAME}()) AND ({of_account}))"
    if table is edit_request:
        of_account = f"{of_account} OR (account_id IS NULL AND filed_by = (SELECT {READER_NAME}()))"
    return f"(SELECT {SEES_ALL}()) OR {of_account}"


def secure_rows(connection: Connection, reader: str, writer: str, sign_in: str) -> None:
    """Create the functions and policies, and force them on every table. Safe to repeat."""
    connection.exec_driver_sql(_FUNCTIONS.read_text())
    functions = ", ".join(FUNCTIONS)
    connection.execute(text(f"REVOKE ALL ON FUNCTION {functions} FROM PUBLIC"))
    connection.execute(text(f"GRANT EXECUTE ON FUNCTION {functions} TO {reader}, {writer}"))
    is_forced = {row.relname for row in connection.execute(text(_FORCED))}
    present = {(row.tablename, row.policyname) for row in connection.execute(text(_POLICIES))}
    for table in guarded_tables():
        if table.name not in is_forced:  # the statement waits for every transaction on the table
            connection.execute(text(f'ALTER TABLE "{table.name}" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY'))
    for policy in policies(reader, writer, sign_in):
        if (policy.table, policy.name) not in present:
            connection.execute(text(policy.statement().replace(":", "\\:")))
    connection.execute(text(f"COMMENT ON FUNCTION {_MARKED} IS '{_mark()}'"))


def has_functions(connection: Connection) -> bool:
    """True if the functions of the database are those of this version. They change without a migration too."""
    comment = text("SELECT obj_description(to_regprocedure(:function), 'pg_proc')")
    return connection.execute(comment, {"function": _MARKED}).scalar() == _mark()


def _mark() -> str:
    return f"functions {sha256(_FUNCTIONS.read_bytes()).hexdigest()}"


# Its comment names the version of all functions.
_MARKED = "stillframe_viewer()"

_FORCED = """
SELECT relname FROM pg_class
WHERE relnamespace = 'public'\\:\\:regnamespace AND relrowsecurity AND relforcerowsecurity
"""

_POLICIES = "SELECT tablename, policyname FROM pg_policies WHERE schemaname = 'public'"
