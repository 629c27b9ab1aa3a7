"""The history job: reads a bounded part of one account's history per run. Its failures stop no refresh or other
account.
"""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Engine

from db.stopping import Stop, Stopped
from domain.history import LONGEST_RUN
from domain.sources import Failure, Source, SourceKind
from exchanges.contracts import AccountScope, HistoryReader
from logs.lines import log
from refresher.jobs.recording import JobResult, recorded
from refresher.past.books import Books
from refresher.past.closed_periods import ClosedPeriods
from refresher.past.coin_units import KeptUnits
from refresher.past.ended_orders import GoneOrders
from refresher.past.minute_candles import MinuteCandles
from refresher.past.need import HistoryNeed
from refresher.past.pages import PastPages, calls_of, failure_of
from refresher.past.values import Values
from refresher.present.changes import Changes
from refresher.present.served_account import ServedAccount
from refresher.process.clock import utc_now
from refresher.process.database_watch import AWAY, DatabaseWatch

ChooseCalls = Callable[[Sequence[Source]], Sequence[Source]]


def job_name(account: str) -> str:
    """The name of an account's history job, in the scheduler and on the Status page."""
    return f"history {account}"


@dataclass(slots=True)
class _Run:
    """The result of one run."""

    ended: int = 0
    fills: int = 0
    transfers: int = 0
    valued: int = 0
    counted: int = 0
    corrections: int = 0
    failures: dict[Source, Failure] = field(default_factory=dict)

    def result(self) -> JobResult:
        """The result of the run as a job."""
        counts = {
            "orders ended": self.ended,
            "fills": self.fills,
            "transfers": self.transfers,
            "fills and transfers valued": self.valued,
            "fills counted": self.counted,
            "corrections of closed periods": self.corrections,
        }
        summary = ", ".join(f"{count} {what}" for what, count in counts.items() if count) or "nothing new"
        if not self.failures:
            return JobResult(True, summary)
        why = "; ".join(f"{source}: {failure.error}" for source, failure in self.failures.items())
        return JobResult(False, f"failed: {why}")


class HistoryJob:
    """Reads ended orders, fills and, less often, transfers. Then it values them and computes the realised
    profit."""

    def __init__(
        self,
        served: ServedAccount,
        past: HistoryReader,
        writer: Engine,
        database: DatabaseWatch,
        stop: Stop,
        read_scope: Callable[[], AccountScope] = AccountScope,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self.served = served
        self.name = job_name(served.account.name)
        self.next_run_at: Callable[[], datetime | None] = lambda: None
        self.pages = PastPages(served.account, past, writer, now)
        self.gone = GoneOrders(served.account, past, writer, now)
        self.units = KeptUnits(served.account.venue, served.reader, writer)
        self.values = Values(served.account, writer, now)
        self.minutes = MinuteCandles(served.account, served.reader, writer, self.values, now)
        self.books = Books(served.account, writer)
        self.closed = ClosedPeriods(served.account, writer, now)
        self._past = past
        self._writer = writer
        self._database = database
        self._stop = stop
        self._read_scope = read_scope
        self._need = HistoryNeed(timedelta(seconds=served.account.history_seconds), now)
        self._now = now
        self._hurry = threading.Event()
        self._logged: dict[Source, str] = {}

    def hurry(self, changes: Changes) -> None:
        """Ask for a new run soon, for what these changes may have left: a running one ends after its page."""
        self._need.note(changes)
        self._hurry.set()

    def run_due(self) -> JobResult | None:
        """Make the calls that changes or the rotation require. None if there are none, which costs no query."""
        due_symbols = self.gone.due_symbols()
        if not due_symbols and not self._need.is_due():
            return None
        return self._run(lambda: self._need.begin(Changes(symbols=due_symbols)), self._need.calls)

    def run(self) -> JobResult | None:
        """Make every call of the history. None if this process does not serve the account, or is asked to end."""
        return self._run(self._need.begin, self._need.everything)

    def _run(self, begin: Callable[[], None], choose: ChooseCalls) -> JobResult | None:
        """Do one part of the work. Every exception is caught here, because no failure may stop a refresh."""
        account = self.served.account.name
        try:
            if not self.served.is_held():
                return None
            begin()
            result = recorded(self._writer, self.name, self.next_run_at, lambda: self._work(choose))
        except Stopped:
            return None
        except AWAY as error:
            self._database.lost(error)
            return JobResult(False, "the database does not answer")
        except Exception as error:
            log().exception("history failed", account=account)
            return JobResult(False, f"{type(error).__name__}: see the log")
        self._database.answered()
        return result

    def _work(self, choose: ChooseCalls) -> JobResult:
        self._hurry.clear()
        deadline = time.monotonic() + LONGEST_RUN.total_seconds()

        def may_continue() -> bool:
            self._stop.check()
            return time.monotonic() < deadline and not self._hurry.is_set()

        run = _Run()
        if SourceKind.ENDINGS in self._past.kinds:
            self._read_source(run, Source.ENDINGS, lambda: self._endings(run, may_continue))
        for source in self._in_turn(run, SourceKind.FILLS, choose, may_continue):
            run.fills += self._read_source(run, source, lambda s=source: self._pages(run, s, may_continue))  # type: ignore[misc]
        if run.fills:
            run.ended += self.gone.recheck()
        for source in self._in_turn(run, SourceKind.TRANSFERS, choose, may_continue):
            run.transfers += self._read_source(run, source, lambda s=source: self._pages(run, s, may_continue))  # type: ignore[misc]
        self.units.bring_up_to_date()
        run.valued = self.values.work_out(may_continue) + self.minutes.fetch(may_continue)
        run.counted = self.books.work_out(may_continue)
        run.corrections = self.closed.compare(may_continue)
        self._log_run(run)
        return run.result()

    def _endings(self, run: _Run, may_continue: Callable[[], bool]) -> int:
        run.ended, failure = self.gone.ask_and_write(may_continue)
        if failure is not None:
            run.failures[Source.ENDINGS] = failure
        return run.ended

    def _in_turn(
        self, run: _Run, kind: SourceKind, choose: ChooseCalls, may_continue: Callable[[], bool]
    ) -> Iterator[Source]:
        """The chosen calls of a kind: at least one, and as many as `may_continue` allows.

        The next run begins with the others, so that each of hundreds of symbols has its turn and no run takes long.
        """
        calls = self._calls(run, kind)
        self._need.forget_others(kind, calls)
        for source in choose(calls):
            yield source
            self._need.made(source)
            if not may_continue():
                return

    def _calls(self, run: _Run, kind: SourceKind) -> Sequence[Source]:
        """The calls of a kind. If they cannot be listed now, for example without markets, the failure is recorded."""
        calls: list[Source] = []

        def list_calls() -> int:
            calls.extend(calls_of(self._past, kind, self._read_scope))
            if Source.of(kind) not in calls:
                self.pages.forget_failure(Source.of(kind))
            return 0

        self._read_source(run, Source.of(kind), list_calls)
        return calls

    def _pages(self, run: _Run, source: Source, may_continue: Callable[[], bool]) -> int:
        attempt = self.pages.catch_up(source, may_continue)
        if attempt.failure is not None:
            run.failures[source] = attempt.failure
        return attempt.new

    def _read_source(self, run: _Run, source: Source, ask: Callable[[], int]) -> int:
        """Read one source of history. A fault of ours in it does not affect the others."""
        self._stop.check()
        began = time.monotonic()
        try:
            return ask()
        except (*AWAY, Stopped):
            raise
        except Exception as error:
            run.failures[source] = self.pages.fail(source, failure_of(error, began))
            return 0

    def _log_run(self, run: _Run) -> None:
        """Log failures that began or changed, and the number of new rows."""
        account = self.served.account.name
        for source, failure in run.failures.items():
            if self._logged.get(source) != failure.error:
                log().warning("history failed", account=account, source=str(source), error=failure.error)
        self._logged = {source: failure.error for source, failure in run.failures.items()}
        if run.ended or run.fills or run.transfers:
            log().info("history", account=account, ended=run.ended, fills=run.fills, transfers=run.transfers)
