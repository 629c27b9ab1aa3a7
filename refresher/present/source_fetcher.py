"""The source fetcher: fetches the sources of one account in parallel, each within its own time budget."""

import queue
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from db.stopping import Stop
from domain.sources import Failure, FailureKind, Source, SourceKind
from exchanges.connection.clock import Clock, Running
from exchanges.connection.errors import CircuitOpen, ExchangeError
from exchanges.contracts import AccountScope, SourceResult
from logs.lines import log

# A stop request ends the wait for answers within this time.
STOP_LATENCY_SECONDS = 0.1


class Fetches(Protocol):
    """A reader that can fetch a source, for example exchanges.open.AccountReader."""

    def fetch(self, source: Source, scope: AccountScope, /) -> SourceResult:
        """Fetch one source. Blocks. Raises an ExchangeError."""
        ...


@dataclass(frozen=True, slots=True)
class _Result:
    source: Source
    outcome: SourceResult | Failure


class SourceFetcher:
    """Fetches the sources of one account in parallel threads, each within its time budget."""

    def __init__(
        self, reader: Fetches, budgets: Mapping[SourceKind, float], stop: Stop, clock: Clock | None = None
    ) -> None:
        self._reader = reader
        self._budgets = budgets
        self._stop = stop
        self.clock = clock or Clock()
        self._threads: dict[Source, Running] = {}

    def fetch_all(self, sources: Collection[Source], scope: AccountScope) -> dict[Source, SourceResult | Failure]:
        """The answer or failure of each source. Raises Stopped when the process is asked to end.

        A source without an answer within its budget has failed. A late answer is dropped, because nothing reads its
        queue any more. Threads are daemons, so that a hanging request cannot keep the process alive.
        """
        arrivals = _Arrivals()
        began = self.clock.now()
        results: dict[Source, SourceResult | Failure] = {}
        for source in sources:
            if (busy := self._threads.get(source)) is not None and busy.is_alive():
                results[source] = Failure(FailureKind.TEMPORARY, "the previous request is still running")
                continue
            self._threads[source] = self.clock.start(partial(self._answer, source, scope, arrivals), f"ask-{source}")
        self._collect(arrivals, results, [s for s in sources if s not in results], began)
        return {source: results[source] for source in sources}  # in the order of `sources`

    def _collect(
        self,
        arrivals: "_Arrivals",
        results: dict[Source, SourceResult | Failure],
        open_: Iterable[Source],
        began: float,
    ) -> None:
        waiting = {source: began + self._budgets[source.kind] for source in open_}
        while waiting:
            self._stop.check()
            now = self.clock.now()
            for source in [s for s, deadline in waiting.items() if deadline <= now]:
                results[source] = _too_slow(self._budgets[source.kind])
                del waiting[source]
            if not waiting:
                return
            patience = min(STOP_LATENCY_SECONDS, min(waiting.values()) - now)
            for result in arrivals.taken(self.clock, max(patience, 0.001)):
                if waiting.pop(result.source, None) is not None:
                    results[result.source] = result.outcome

    def _answer(self, source: Source, scope: AccountScope, arrivals: "_Arrivals") -> None:
        arrivals.put(_Result(source, outcome_of(self._reader, source, scope, self.clock)))


class _Arrivals:
    """The results of one refresh as they arrive. Thread-safe."""

    def __init__(self) -> None:
        self._results: queue.SimpleQueue[_Result] = queue.SimpleQueue()
        self._any = threading.Event()

    def put(self, result: _Result) -> None:
        """Add a result."""
        self._results.put(result)
        self._any.set()

    def taken(self, clock: Clock, seconds: float) -> Iterator[_Result]:
        """The results so far. Waits up to `seconds` for the first."""
        clock.wait(self._any, seconds)
        self._any.clear()
        with suppress(queue.Empty):
            while True:
                yield self._results.get_nowait()


def outcome_of(
    reader: Fetches, source: Source, scope: AccountScope, clock: Clock | None = None
) -> SourceResult | Failure:
    """The answer of one source, or its failure as one line."""
    clock = clock or Clock()
    began = clock.now()

    def took() -> int:
        return round((clock.now() - began) * 1000)

    try:
        answer = reader.fetch(source, scope)
        return replace(answer, success=replace(answer.success, duration_ms=took()))
    except ExchangeError as error:
        next_attempt_at = error.next_attempt_at if isinstance(error, CircuitOpen) else None
        return Failure(error.kind, str(error), took(), next_attempt_at)
    except Exception as error:
        # A fault of ours in one source must not fail the others. The log gets the traceback.
        log().exception("source could not be read", source=str(source))
        words = f"the answer could not be understood ({type(error).__name__})"
        return Failure(FailureKind.BAD_PAYLOAD, words, took())


def _too_slow(budget: float) -> Failure:
    return Failure(FailureKind.TEMPORARY, f"no response within {budget:g} s", round(budget * 1000))
