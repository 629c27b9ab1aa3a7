"""Pages of the past: executions and movements, asked where knowledge ends and written one by one."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine

from db.reads.history_states import read_history_states
from db.writes.fills import write_fill_page
from db.writes.history_states import forget_history_failure, write_history_failure
from db.writes.transfers import write_transfer_page
from domain.history import TimeRange
from domain.snapshot import Account
from domain.sources import Failure, FailureKind, Source, SourceKind
from exchanges.connection.errors import CircuitOpen, ExchangeError
from exchanges.contracts import AccountScope, HistoryReader, Page
from logs.lines import log

# Without a backfill, knowledge begins so long before the first look.
FIRST_REACH = timedelta(days=7)
# What is told late is found by looking again at what is known: an execution that the exchange lists only later, a
# deposit that was pending. The first look of a process looks further, for what was late while nobody looked.
FILL_OVERLAP, FIRST_FILL_OVERLAP = timedelta(minutes=10), timedelta(days=1)
TRANSFER_OVERLAP = timedelta(days=7)
# Calls that tell the lines of a journal, which are final once they are written.
JOURNALS, JOURNAL_OVERLAP = ("journal", "ledger", "funding", "interest"), timedelta(hours=1)


def utc_now() -> datetime:
    """The present moment."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Attempt:
    """How asking one source went: the rows that were new, and why it stopped, if it failed."""

    new: int = 0
    failure: Failure | None = None


class PastPages:
    """Asks one account's executions and movements and writes them page by page, each whole with what is known by it."""

    def __init__(
        self, account: Account, past: HistoryReader, writer: Engine, now: Callable[[], datetime] = utc_now
    ) -> None:
        self._account = account
        self._past = past
        self._writer = writer
        self.now = now
        self._looked: set[Source] = set()

    def known(self) -> dict[Source, TimeRange]:
        """Of which stretch everything is known, by source."""
        with self._writer.connect() as connection:
            states = read_history_states(connection, self._account.id).values()
        return {state.source: state.complete_range for state in states if state.complete_range is not None}

    def catch_up(self, source: Source, goes_on: Callable[[], bool]) -> Attempt:
        """Ask from where knowledge ends, or `FIRST_REACH` ago, up to now, for as long as `goes_on` says after a page.

        A failure is recorded and returned: the pages before it stand. `goes_on` may raise to stop at once.
        """
        stretch = self._ahead(source)
        return self._recorded(source, lambda: self._each(source, stretch, goes_on))

    def _each(self, source: Source, stretch: TimeRange, goes_on: Callable[[], bool]) -> Iterator[int]:
        for page in self.asked(source, stretch):
            yield self.write(source, page)
            if not goes_on():
                return
        self._looked.add(source)

    def _ahead(self, source: Source) -> TimeRange:
        now, known = self.now(), self.known().get(source)
        if known is None:
            return TimeRange(now - FIRST_REACH, now)
        overlap = JOURNAL_OVERLAP if (source.part or "").startswith(JOURNALS) else TRANSFER_OVERLAP
        if source.kind is SourceKind.FILLS:
            overlap = FILL_OVERLAP if source in self._looked else FIRST_FILL_OVERLAP
        return TimeRange(max(known.since, min(known.until, now) - overlap), max(now, known.until))

    def asked(self, source: Source, stretch: TimeRange) -> Iterator[Page[Any]]:
        """The pages of a stretch, oldest first."""
        fetch: Callable[..., Iterator[Page[Any]]] = self._past.fetch_transfers
        if source.kind is SourceKind.FILLS:
            fetch = self._past.fetch_fills
        return fetch(source, stretch.since, stretch.until)

    def write(self, source: Source, page: Page[Any]) -> int:
        """Write one page with the stretch it makes known; how many of its rows were new."""
        stretch = TimeRange(page.since, page.until)
        write: Callable[..., int] = write_transfer_page
        if source.kind is SourceKind.FILLS:
            write = write_fill_page
        return write(self._writer, self._account.id, source, page.rows, stretch, self.now(), page.unreadable)

    def _recorded(self, source: Source, work: Callable[[], Iterator[int]]) -> Attempt:
        new, began = 0, time.monotonic()
        try:
            for written in work():
                new += written
        except ExchangeError as error:
            return Attempt(new, self.fail(source, failure_of(error, began)))
        return Attempt(new)

    def fail(self, source: Source, failure: Failure) -> Failure:
        """Record that a source failed; it touches no source of the refreshes."""
        write_history_failure(self._writer, self._account.id, source, self.now(), failure)
        return failure

    def recovered(self, kind: Source) -> None:
        """Forget that the calls of a kind could not be told: they can be now, and each has a state of its own."""
        with self._writer.connect() as connection:
            is_failing = kind in read_history_states(connection, self._account.id)
        if is_failing:
            forget_history_failure(self._writer, self._account.id, kind)


def failure_of(error: Exception, began: float) -> Failure:
    """What went wrong, as it is recorded. A fault of ours goes to the log with its traceback."""
    took = round((time.monotonic() - began) * 1000)
    if isinstance(error, ExchangeError):
        next_attempt_at = error.next_attempt_at if isinstance(error, CircuitOpen) else None
        return Failure(error.kind, str(error), took, next_attempt_at)
    log().error("the past could not be read", exc_info=error)
    return Failure(FailureKind.BAD_PAYLOAD, f"the answer could not be understood ({type(error).__name__})", took)


def calls_of(past: HistoryReader, kind: SourceKind, wanted: Callable[[], AccountScope]) -> Sequence[Source]:
    """The calls that make up a kind, none where it is not told; what is wanted is read only where it matters."""
    if kind not in past.kinds:
        return ()
    return past.calls(kind, AccountScope()) or past.calls(kind, wanted())
