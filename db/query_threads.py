"""Query threads: a bounded pool for queries with a bounded queue. Above capacity a query is refused as busy.

A query that found no thread says nothing about the database, so it never counts as an outage of it.
"""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, TypeVar

from db.outages import Busy, DatabaseUnavailable

Found = TypeVar("Found")

BUSY_WORDS = "Stillframe is busy: more requests came than it can answer. Try again in a few seconds"


@dataclass
class Query(Generic[Found]):
    """One query in the pool."""

    answered_at: Callable[[], float]  # when any query of the pool had its last result
    future: "Future[Found]" = field(init=False)
    began_at: float | None = None

    def not_in_time(self, seconds: float) -> DatabaseUnavailable:
        """The error of a query without a result within `seconds`. It is not run any more if it has not begun.

        It is Busy if most of that time passed in the queue, or if other queries had results meanwhile: then the
        database answers, and this machine is too slow for all that it is asked.
        """
        self.future.cancel()
        began_at = self.began_at
        if began_at is None or time.monotonic() - began_at < seconds / 2 or self.answered_at() > began_at:
            return Busy(BUSY_WORDS)
        return DatabaseUnavailable(f"the database did not answer within {seconds:g} s")


class QueryThreads:
    """Threads for queries. `most_waiting` is how many queries may wait for one."""

    def __init__(self, threads: int, most_waiting: int, name: str) -> None:
        self.pool = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._most = threads + most_waiting
        self._lock = Lock()
        self._open = 0
        self._answered_at = float("-inf")

    def begin(self, work: Callable[[], Found]) -> Query[Found]:
        """Start a query without waiting. Raises Busy if too many wait already."""
        query: Query[Found] = Query(lambda: self._answered_at)

        def run() -> Found:
            query.began_at = time.monotonic()
            return work()

        with self._lock:
            if self._open >= self._most:
                raise Busy(BUSY_WORDS)
            self._open += 1
        query.future = self.pool.submit(run)
        query.future.add_done_callback(self._ended)
        return query

    def close(self) -> None:
        """End the threads after their present queries."""
        self.pool.shutdown(wait=False, cancel_futures=True)

    def _ended(self, future: "Future[Found]") -> None:
        has_result = not future.cancelled() and future.exception() is None
        with self._lock:
            self._open -= 1
            if has_result:
                self._answered_at = time.monotonic()
