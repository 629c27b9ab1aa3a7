"""Asking: the sources of one account at once, each in its own time, so that a slow one delays no other."""

import queue
import threading
import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from domain.sources import Failure, FailureKind, Source, SourceKind
from exchanges.connection.errors import CircuitOpen, ExchangeError
from exchanges.contracts import Answer, Wanted
from logs.lines import log
from refresher.process.stopping import Stop

# How soon a wish to stop ends the waiting for an answer.
STOP_LATENCY_SECONDS = 0.1


class Fetches(Protocol):
    """What can be asked for a source; exchanges.open.AccountReader is one."""

    def fetch(self, source: Source, wanted: Wanted) -> Answer:
        """Ask one source; blocks, and raises an ExchangeError."""
        ...


@dataclass(frozen=True, slots=True)
class _Result:
    source: Source
    outcome: Answer | Failure


class Asking:
    """Asks one account's sources in parallel threads, each within its time budget (Lessons 22 and 23)."""

    def __init__(self, reader: Fetches, budgets: Mapping[SourceKind, float], stop: Stop) -> None:
        self._reader = reader
        self._budgets = budgets
        self._stop = stop
        self._asked: dict[Source, threading.Thread] = {}

    def ask(self, sources: Collection[Source], wanted: Wanted) -> dict[Source, Answer | Failure]:
        """What each source answered. Raises Stopped when the process is asked to end.

        What did not answer within its budget failed, and its late answer is thrown away: nobody reads the queue any
        more. Threads are daemons, so that a hanging call cannot keep the process alive.
        """
        answers: queue.SimpleQueue[_Result] = queue.SimpleQueue()
        began = time.monotonic()
        results: dict[Source, Answer | Failure] = {}
        for source in sources:
            if (busy := self._asked.get(source)) is not None and busy.is_alive():
                results[source] = Failure(FailureKind.TEMPORARY, "still waiting for the answer to the question before")
                continue
            thread = threading.Thread(
                target=self._answer, args=(source, wanted, answers), name=f"ask-{source}", daemon=True
            )
            self._asked[source] = thread
            thread.start()
        self._collect(answers, results, [s for s in sources if s not in results], began)
        return {source: results[source] for source in sources}  # told in the order asked, whoever was first

    def _collect(
        self,
        answers: "queue.SimpleQueue[_Result]",
        results: dict[Source, Answer | Failure],
        open_: Iterable[Source],
        began: float,
    ) -> None:
        waiting = {source: began + self._budgets[source.kind] for source in open_}
        while waiting:
            self._stop.check()
            now = time.monotonic()
            for source in [s for s, deadline in waiting.items() if deadline <= now]:
                results[source] = _too_slow(self._budgets[source.kind])
                del waiting[source]
            if not waiting:
                return
            patience = min(STOP_LATENCY_SECONDS, min(waiting.values()) - now)
            try:
                result = answers.get(timeout=max(patience, 0.001))
            except queue.Empty:
                continue
            if waiting.pop(result.source, None) is not None:
                results[result.source] = result.outcome

    def _answer(self, source: Source, wanted: Wanted, answers: "queue.SimpleQueue[_Result]") -> None:
        answers.put(_Result(source, outcome_of(self._reader, source, wanted)))


def outcome_of(reader: Fetches, source: Source, wanted: Wanted) -> Answer | Failure:
    """What one source answered, or why it did not, in one line."""
    began = time.monotonic()
    try:
        answer = reader.fetch(source, wanted)
        return replace(answer, success=replace(answer.success, duration_ms=_milliseconds_since(began)))
    except ExchangeError as error:
        next_attempt_at = error.next_attempt_at if isinstance(error, CircuitOpen) else None
        return Failure(error.kind, str(error), _milliseconds_since(began), next_attempt_at)
    except Exception as error:
        # A fault of ours while reading one source must not take the others with it; the traceback goes to the log.
        log().exception("source could not be read", source=str(source))
        words = f"the answer could not be understood ({type(error).__name__})"
        return Failure(FailureKind.BAD_PAYLOAD, words, _milliseconds_since(began))


def _too_slow(budget: float) -> Failure:
    return Failure(FailureKind.TEMPORARY, f"no answer within {budget:g} s", round(budget * 1000))


def _milliseconds_since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)
