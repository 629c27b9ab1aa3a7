"""Read the running refreshers, how late their refreshes begin, and the work in the queue."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

# Ended work is shown for this long.
SHOWN_HOURS = 24


@dataclass(frozen=True, slots=True)
class RunningRefresher:
    """One refresher with a recent heartbeat. `bottleneck` is set if its refreshes begin too late."""

    accounts: int
    lag_seconds: float | None
    bottleneck: str | None  # process, machine, exchange or database


@dataclass(frozen=True, slots=True)
class QueuedWork:
    """One piece of work in the queue, or ended lately."""

    account_id: int
    kind: str
    state: str  # waiting, running, succeeded, failed
    requested_at: datetime
    changed_at: datetime
    attempts: int
    done: int
    total: int
    detail: str | None


def read_refreshers(connection: Connection) -> tuple[RunningRefresher, ...]:
    """The steady refreshers with a heartbeat of the last minute."""
    return tuple(RunningRefresher(*row) for row in connection.execute(text(_REFRESHERS)))


def read_queued_work(connection: Connection) -> tuple[QueuedWork, ...]:
    """Waiting and running work, and work that ended in the last day, newest first."""
    return tuple(QueuedWork(*row) for row in connection.execute(text(_WORK), {"hours": SHOWN_HOURS}))


def read_work(connection: Connection, ids: Sequence[int]) -> tuple[QueuedWork, ...]:
    """These pieces of work."""
    return tuple(QueuedWork(*row) for row in connection.execute(text(_WORK_BY_ID), {"ids": list(ids)}))


_REFRESHERS = """
SELECT accounts, lag_seconds, bottleneck FROM refresher
WHERE is_steady AND beat_at > now() - interval '1 minute'
ORDER BY id
"""

_COLUMNS = "account_id, kind, state, requested_at, changed_at, attempts, done, total, detail"

_WORK_BY_ID = f"SELECT {_COLUMNS} FROM queued_work WHERE id = ANY(:ids)"  # noqa: S608 - code alone

_WORK = f"""
SELECT {_COLUMNS}
FROM queued_work
WHERE state IN ('waiting', 'running') OR changed_at > now() - make_interval(hours => :hours)
ORDER BY requested_at DESC, id DESC
LIMIT 100
"""  # noqa: S608 - code alone
