"""The history job: the past of one account, a bounded piece at each run; it stops no refresh and no other account."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Engine

from domain.history import LONGEST_RUN, TRANSFERS_EVERY
from domain.sources import Failure, Source, SourceKind
from exchanges.contracts import AccountScope, HistoryReader
from logs.lines import log
from refresher.jobs.recording import JobResult, recorded
from refresher.past.books import Books
from refresher.past.ended_orders import GoneOrders
from refresher.past.pages import PastPages, calls_of, failure_of, utc_now
from refresher.present.served_account import ServedAccount
from refresher.process.database_watch import AWAY, DatabaseWatch
from refresher.process.stopping import Stop, Stopped


def job_name(account: str) -> str:
    """What the history job of an account is called, in the scheduler and on Status."""
    return f"history {account}"


@dataclass(slots=True)
class _Run:
    """What one run did, for telling."""

    ended: int = 0
    fills: int = 0
    transfers: int = 0
    counted: int = 0
    failures: dict[Source, Failure] = field(default_factory=dict)

    def result(self) -> JobResult:
        """How it went as a job."""
        said = {
            "orders ended": self.ended,
            "fills": self.fills,
            "transfers": self.transfers,
            "fills counted": self.counted,
        }
        told = ", ".join(f"{count} {what}" for what, count in said.items() if count) or "nothing new"
        if not self.failures:
            return JobResult(True, told)
        why = "; ".join(f"{source}: {failure.error}" for source, failure in self.failures.items())
        return JobResult(False, f"failed: {why}")


class HistoryJob:
    """Asks how orders ended, then executions, now and then movements, and works out what they gained."""

    def __init__(
        self,
        served: ServedAccount,
        past: HistoryReader,
        writer: Engine,
        database: DatabaseWatch,
        stop: Stop,
        wanted: Callable[[], AccountScope] = AccountScope,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self.served = served
        self.name = job_name(served.account.name)
        self.next_run_at: Callable[[], datetime | None] = lambda: None
        self.pages = PastPages(served.account, past, writer, now)
        self.gone = GoneOrders(served.account, past, writer, now)
        self.books = Books(served.account, writer)
        self._past = past
        self._writer = writer
        self._database = database
        self._stop = stop
        self._wanted = wanted
        self._runs = 0
        self._hurry = threading.Event()
        self._told: dict[Source, str] = {}
        self._next: dict[SourceKind, Source] = {}

    def hurry(self) -> None:
        """Something newer is wanted: a run in hand ends after its page, so that the next may begin."""
        self._hurry.set()

    def run(self) -> JobResult | None:
        """Do a piece of work; None when this process does not serve the account, or is asked to end.

        The one place where everything is caught: whatever goes wrong with the past stops no refresh.
        """
        account = self.served.account.name
        try:
            if not self.served.is_held():
                return None
            result = recorded(self._writer, self.name, self.next_run_at, self._work)
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

    def _work(self) -> JobResult:
        self._hurry.clear()
        deadline = time.monotonic() + LONGEST_RUN.total_seconds()

        def goes_on() -> bool:
            self._stop.check()
            return time.monotonic() < deadline and not self._hurry.is_set()

        run = _Run()
        if SourceKind.ENDINGS in self._past.kinds:
            self._asked(run, Source.ENDINGS, lambda: self._endings(run, goes_on))
        for source in self._in_turn(run, SourceKind.FILLS, goes_on):
            run.fills += self._asked(run, source, lambda s=source: self._pages(run, s, goes_on))  # type: ignore[misc]
        if run.fills:
            run.ended += self.gone.reconsider()
        if self._runs % TRANSFERS_EVERY == 0:
            for source in self._in_turn(run, SourceKind.TRANSFERS, goes_on):
                run.transfers += self._asked(run, source, lambda s=source: self._pages(run, s, goes_on))  # type: ignore[misc]
        self._runs += 1
        run.counted = self.books.work_out(goes_on)
        self._tell(run)
        return run.result()

    def _endings(self, run: _Run, goes_on: Callable[[], bool]) -> int:
        run.ended, failure = self.gone.resolve(goes_on)
        if failure is not None:
            run.failures[Source.ENDINGS] = failure
        return run.ended

    def _in_turn(self, run: _Run, kind: SourceKind, goes_on: Callable[[], bool]) -> Iterator[Source]:
        """The calls of a kind, one at least and as many as `goes_on` allows; the next run begins where this one ended,
        so that each of hundreds of symbols has its turn and none makes a run long."""
        calls = self._calls(run, kind)
        begin = calls.index(self._next[kind]) if self._next.get(kind) in calls else 0
        for number in range(begin, begin + len(calls)):
            yield calls[number % len(calls)]
            self._next[kind] = calls[(number + 1) % len(calls)]
            if not goes_on():
                return

    def _calls(self, run: _Run, kind: SourceKind) -> Sequence[Source]:
        """The calls of a kind; none where they cannot be told now (markets that cannot be had), which is recorded."""
        calls: list[Source] = []

        def learn() -> int:
            calls.extend(calls_of(self._past, kind, self._wanted))
            if Source.of(kind) not in calls:
                self.pages.recovered(Source.of(kind))
            return 0

        self._asked(run, Source.of(kind), learn)
        return calls

    def _pages(self, run: _Run, source: Source, goes_on: Callable[[], bool]) -> int:
        attempt = self.pages.catch_up(source, goes_on)
        if attempt.failure is not None:
            run.failures[source] = attempt.failure
        return attempt.new

    def _asked(self, run: _Run, source: Source, ask: Callable[[], int]) -> int:
        """Ask one source of the past; a fault of ours in it leaves the others alone."""
        self._stop.check()
        began = time.monotonic()
        try:
            return ask()
        except (*AWAY, Stopped):
            raise
        except Exception as error:
            run.failures[source] = self.pages.fail(source, failure_of(error, began))
            return 0

    def _tell(self, run: _Run) -> None:
        """A failure is told when it begins or changes, and what was learned each time."""
        account = self.served.account.name
        for source, failure in run.failures.items():
            if self._told.get(source) != failure.error:
                log().warning("history failed", account=account, source=str(source), error=failure.error)
        self._told = {source: failure.error for source, failure in run.failures.items()}
        if run.ended or run.fills or run.transfers:
            log().info("history", account=account, ended=run.ended, fills=run.fills, transfers=run.transfers)
