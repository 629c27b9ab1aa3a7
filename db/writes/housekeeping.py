"""Delete old diagnostic rows and old rows of sign-in. History and snapshots are never deleted."""

from datetime import datetime

from sqlalchemy import Engine, text

from db.writes.sessions import delete_old_sessions
from db.writes.sign_in_attempts import delete_old_attempts

_DELETES = {
    "source_failure": "DELETE FROM source_failure WHERE at < :moment",
    "job_run": "DELETE FROM job_run WHERE started_at < :moment",
    "refresh_request": "DELETE FROM refresh_request WHERE requested_at < :moment",
}
_DELETE_AUDIT = "DELETE FROM audit WHERE at < :moment"


def delete_before(engine: Engine, moment: datetime) -> dict[str, int]:
    """Delete failed attempts, job runs and unserved requests before `moment`. Returns the row counts by table."""
    with engine.begin() as connection:
        return {
            table: connection.execute(text(statement), {"moment": moment}).rowcount
            for table, statement in _DELETES.items()
        }


def delete_sign_ins(engine: Engine, audit_before: datetime) -> dict[str, int]:
    """Delete old audit rows, sessions that ended long ago, and old attempts to sign in. Returns the row counts."""
    with engine.begin() as connection:
        audited = connection.execute(text(_DELETE_AUDIT), {"moment": audit_before}).rowcount
        return {
            "audit": audited,
            "session": delete_old_sessions(connection),
            "sign_in_attempt": delete_old_attempts(connection),
        }
