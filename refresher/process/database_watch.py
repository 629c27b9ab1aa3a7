"""The database watch: logs once that the database is unavailable, and once that it is back."""

import threading
from datetime import UTC, datetime

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from logs.lines import log

# Errors of an unavailable, stopping or overloaded database. Any other error is a fault of ours. PoolTimeout means that
# no connection of the pool was free in time.
AWAY = (OperationalError, InterfaceError, PoolTimeout)


class DatabaseWatch:
    """Remembers whether the database answered last. Jobs keep trying at their own pace. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._away_since: datetime | None = None

    def lost(self, error: SQLAlchemyError) -> None:
        """A statement failed. Logs it if the one before succeeded."""
        with self._lock:
            is_new, self._away_since = self._away_since is None, self._away_since or datetime.now(UTC)
        if is_new:
            log().warning("database does not answer: nothing is written until it is back", error=first_line(error))

    def answered(self) -> None:
        """A statement succeeded. Logs how long the database was unavailable, if it was."""
        with self._lock:
            since, self._away_since = self._away_since, None
        if since is not None:
            log().info("database answers again", away_seconds=round((datetime.now(UTC) - since).total_seconds(), 1))


def first_line(error: BaseException) -> str:
    """An error as one line, without the SQL statement."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    return next((line.strip() for line in str(cause).splitlines() if line.strip()), type(cause).__name__)
