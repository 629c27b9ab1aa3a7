"""Pages of the history: fills and transfers, read from where the last run stopped and written page by page."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
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
from refresher.process.clock import utc_now

# Without a backfill, the history begins this long before the first run.
FIRST_REACH = timedelta(days=7)
# The end of the complete time range is read again, to find late rows: a fill that the exchange lists only later, a
# deposit that was pending. The first run of a process reads further back, for rows that came while no process ran.
FILL_OVERLAP, FIRST_FILL_OVERLAP = timedelta(minutes=10), timedelta(days=1)
TRANSFER_OVERLAP = timedelta(days=7)
# Calls that read a journal. Its lines never change.
JOURNALS, JOURNAL_OVERLAP = ("journal", "ledger", "funding", "interest"), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Attempt:
    """The result of reading one source: the number of new rows, and the failure if it failed."""

    new: int = 0
    failure: Failure | None = None


class PastPages:
    """Reads the fills and transfers of one account. One transaction per page, with the time range that it completes."""

    def __init__(
        self, account: Account, past: HistoryReader, writer: Engine, now: Callable[[], datetime] = utc_now
    ) -> None:
        self._account = account
        self._past = past
        self._writer = writer
        self.now = now
        self._looked: set[Source] = set()

    def complete_ranges(self) -> dict[Source, TimeRange]:
        """The time range with complete history, by source."""
        with self._writer.connect() as connection:
            states = read_history_states(connection, self._account.id).values()
        return {state.source: state.complete_range for state in states if state.complete_range is not None}

    def catch_up(self, source: Source, may_continue: Callable[[], bool]) -> Attempt:
        """Read from the end of the history, or from `FIRST_REACH` ago, up to now, while `may_continue` allows after a
        page.

        A failure is recorded and returned. The pages before it stay written. `may_continue` may raise to stop at once.
        """
        time_range = self._ahead(source)
        return self._recorded(source, lambda: self._each(source, time_range, may_continue))

    def _each(self, source: Source, time_range: TimeRange, may_continue: Callable[[], bool]) -> Iterator[int]:
        for page in self.fetch(source, time_range):
            yield self.write(source, page)
            if not may_continue():
                return
        self._looked.add(source)

    def _ahead(self, source: Source) -> TimeRange:
        now, time_range = self.now(), self.complete_ranges().get(source)
        if time_range is None:
            return TimeRange(now - FIRST_REACH, now)
        overlap = JOURNAL_OVERLAP if (source.part or "").startswith(JOURNALS) else TRANSFER_OVERLAP
        if source.kind is SourceKind.FILLS:
            overlap = FILL_OVERLAP if source in self._looked else FIRST_FILL_OVERLAP
        return TimeRange(max(time_range.since, min(time_range.until, now) - overlap), max(now, time_range.until))

    def fetch(self, source: Source, time_range: TimeRange) -> Iterator[Page[Any]]:
        """The pages of a time range, oldest first."""
        fetch: Callable[..., Iterator[Page[Any]]] = self._past.fetch_transfers
        if source.kind is SourceKind.FILLS:
            fetch = self._past.fetch_fills
        return fetch(source, time_range.since, time_range.until)

    def write(self, source: Source, page: Page[Any]) -> int:
        """Write one page with the time range it completes. Returns how many of its rows were new."""
        time_range = TimeRange(page.since, page.until)
        write: Callable[..., int] = write_transfer_page
        if source.kind is SourceKind.FILLS:
            write = write_fill_page
        return write(self._writer, self._account.id, source, page.rows, time_range, self.now(), page.unreadable)

    def _recorded(self, source: Source, work: Callable[[], Iterator[int]]) -> Attempt:
        new, began = 0, time.monotonic()
        try:
            for written in work():
                new += written
        except ExchangeError as error:
            return Attempt(new, self.fail(source, failure_of(error, began)))
        return Attempt(new)

    def fail(self, source: Source, failure: Failure) -> Failure:
        """Record that a source of the history failed. The sources of the refreshes are unaffected."""
        write_history_failure(self._writer, self._account.id, source, self.now(), failure)
        return failure

    def forget_failure(self, kind: Source) -> None:
        """Forget that the calls of a kind could not be listed. They can be now, and each has its own state."""
        with self._writer.connect() as connection:
            is_failing = kind in read_history_states(connection, self._account.id)
        if is_failing:
            forget_history_failure(self._writer, self._account.id, kind)


def failure_of(error: Exception, began: float) -> Failure:
    """The failure to record for an error. An unexpected error is a fault of ours and is logged with its traceback."""
    took = round((time.monotonic() - began) * 1000)
    if isinstance(error, ExchangeError):
        next_attempt_at = error.next_attempt_at if isinstance(error, CircuitOpen) else None
        return Failure(error.kind, str(error), took, next_attempt_at)
    log().error("the history could not be read", exc_info=error)
    return Failure(FailureKind.BAD_PAYLOAD, f"the answer could not be understood ({type(error).__name__})", took)


def calls_of(past: HistoryReader, kind: SourceKind, read_scope: Callable[[], AccountScope]) -> Sequence[Source]:
    """The calls that make up a kind, or none if the exchange does not offer it.

    `read_scope` is called only if the calls depend on the account's markets.
    """
    if kind not in past.kinds:
        return ()
    return past.calls(kind, AccountScope()) or past.calls(kind, read_scope())
