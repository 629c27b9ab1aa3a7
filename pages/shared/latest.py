"""Latest: the newest refresh of each account. Only this value changes. All sessions share it.

While the database is down the last answer stays, and a background thread retries. No page waits for a database that is
known to be down.
"""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from threading import Lock

from sqlalchemy import Connection

from db.query_threads import Query
from db.reads.accounts import read_accounts
from db.reads.history_progress import HistoryProgress, read_history_progress
from db.reads.moments import read_latest
from domain.snapshot import Account
from pages.shared.database import (
    LOADING_SECONDS,
    LOADING_WORDS,
    Busy,
    Database,
    DatabaseUnavailable,
    Loading,
    Question,
    SightChanged,
)

log = logging.getLogger("stillframe.pages")

FRESH_SECONDS = 1.0
# A healthy database answers this query in a millisecond. A slower one counts as down.
PROMPT_SECONDS = 1.5


@dataclass(frozen=True, slots=True)
class Outage:
    """The database cannot be reached, or too many viewers use it: since when, and a plain reason."""

    since: datetime
    words: str
    is_busy: bool = False

    def error(self) -> DatabaseUnavailable:
        """The outage as an error."""
        return Busy(self.words) if self.is_busy else DatabaseUnavailable(self.words)


@dataclass(frozen=True, slots=True)
class Latest:
    """All accounts, their newest refreshes and how far their history was read.

    With an outage, the last known values.
    """

    accounts: tuple[Account, ...]
    moments: Mapping[int, datetime]
    outage: Outage | None = None
    progress: Mapping[int, HistoryProgress] = field(default_factory=dict)


class LatestKnown:
    """Keeps the latest answer for a second, and longer during an outage."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], float] = time.monotonic,
        within_sight: Callable[[Question[Latest]], Question[Latest]] = lambda question: question,
    ) -> None:
        self._database = database
        self._within_sight = within_sight
        self._clock = clock
        self._lock = Lock()
        self._known: Latest | None = None
        self._outage: Outage | None = None
        self._asked_at = float("-inf")
        self._began_at = clock()
        self._has_failed = False
        self._probe: Query[Latest] | None = None

    def latest(self, fresh_seconds: float = FRESH_SECONDS) -> Latest:
        """The newest answer, at most this old. Without any it raises DatabaseUnavailable, at first Loading.

        While another thread asks, the last answer serves, unless `fresh_seconds` is 0.
        """
        if self._lock.acquire(blocking=self._known is None or fresh_seconds == 0):
            try:
                self._look(fresh_seconds)
            finally:
                self._lock.release()
        if self._known is None:
            assert self._outage is not None
            is_loading = not self._has_failed and self._clock() - self._began_at < LOADING_SECONDS
            raise Loading(LOADING_WORDS) if is_loading else self._outage.error()
        return replace(self._known, outage=self._outage)

    def note(self, error: DatabaseUnavailable) -> None:
        """Note a failed query. From now on the background thread retries.

        The log gets one line per outage. Only there the cause appears, because it may name addresses.
        """
        if self._outage is None:
            self._outage = Outage(datetime.now(UTC), str(error), isinstance(error, Busy))
            cause = error.__cause__ if error.__cause__ is not None else error
            log.warning("%s: %s", error, str(getattr(cause, "orig", cause)).strip().partition("\n")[0])

    def _look(self, fresh_seconds: float) -> None:
        if self._probe is not None:
            if not self._probe.future.done():
                return
            # Release it first, so that an error in this answer is not repeated forever.
            probe, self._probe = self._probe, None
            self._take(probe)
        if self._clock() - self._asked_at < fresh_seconds:
            return
        self._asked_at = self._clock()
        try:
            query = self._database.begin(self._within_sight(_read_latest))
        except SightChanged:
            raise
        except DatabaseUnavailable as error:
            self._fail(error)
            return
        if self._outage is None:
            self._wait(query)
        else:
            self._probe = query

    def _wait(self, query: Query[Latest]) -> None:
        try:
            query.future.exception(PROMPT_SECONDS)
        except TimeoutError:
            error = query.not_in_time(PROMPT_SECONDS)
            self.note(error)
            self._probe = None if query.future.cancelled() else query
        else:
            self._take(query)

    def _take(self, answered: Query[Latest]) -> None:
        try:
            self._known = answered.future.result()
            self._outage = None
        except SightChanged:
            self._asked_at = float("-inf")
            if self._known is None:
                raise
        except DatabaseUnavailable as error:
            self._fail(error)

    def _fail(self, error: DatabaseUnavailable) -> None:
        self._has_failed |= not isinstance(error, Loading)
        self.note(error)


def _read_latest(connection: Connection) -> Latest:
    return Latest(read_accounts(connection), read_latest(connection), progress=read_history_progress(connection))
