"""Delete old diagnostic rows. History and snapshots are never deleted."""

from datetime import datetime

from sqlalchemy import Engine, text

_DELETES = {
    "source_failure": "DELETE FROM source_failure WHERE at < :moment",
    "job_run": "DELETE FROM job_run WHERE started_at < :moment",
    "refresh_request": "DELETE FROM refresh_request WHERE requested_at < :moment",
}


def delete_before(engine: Engine, moment: datetime) -> dict[str, int]:
    """Delete failed attempts, job runs and unserved requests before `moment`. Returns the row counts by table."""
    with engine.begin() as connection:
        return {
            table: connection.execute(text(statement), {"moment": moment}).rowcount
            for table, statement in _DELETES.items()
        }
