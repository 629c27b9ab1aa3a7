"""Delete old diagnostic rows and old rows of sign-in. History and snapshots are never deleted."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Engine, text

from db.writes.sessions import delete_old_sessions
from db.writes.sign_in_attempts import delete_old_attempts

# The moment that decides about the rows of each table.
_MOMENTS = {"source_failure": "at", "job_run": "started_at", "refresh_request": "requested_at"}
# A transaction deletes so many rows, in a small part of the writer's statement timeout.
ROWS_A_TRANSACTION = 10_000
_DELETE_AUDIT = "DELETE FROM audit WHERE at < :moment"
_DELETE_OLDEST = """
DELETE FROM {table}
WHERE ctid = ANY (ARRAY(SELECT ctid FROM {table} WHERE {column} < :moment LIMIT :most))
"""


def delete_before(engine: Engine, moment: datetime, may_continue: Callable[[], bool]) -> dict[str, int]:
    """Delete failed attempts, job runs and unserved requests before `moment`. Returns the row counts by table.

    It deletes in short transactions until nothing is left or `may_continue` is false. They take no lock that a writer
    needs.
    """
    deleted = dict.fromkeys(_MOMENTS, 0)
    for table, column in _MOMENTS.items():
        statement = text(_DELETE_OLDEST.format(table=table, column=column))
        while may_continue():
            with engine.begin() as connection:
                count = connection.execute(statement, {"moment": moment, "most": ROWS_A_TRANSACTION}).rowcount
            deleted[table] += count
            if count < ROWS_A_TRANSACTION:
                break
    return deleted


def delete_sign_ins(engine: Engine, audit_before: datetime) -> dict[str, int]:
    """Delete old audit rows, sessions that ended long ago, and old attempts to sign in. Returns the row counts."""
    with engine.begin() as connection:
        audited = connection.execute(text(_DELETE_AUDIT), {"moment": audit_before}).rowcount
        return {
            "audit": audited,
            "session": delete_old_sessions(connection),
            "sign_in_attempt": delete_old_attempts(connection),
        }
