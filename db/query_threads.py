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

    future: "Future[Found]" = field(init=False)
    began_at: float | None = None

    def not_in_time(self, seconds: float) -> DatabaseUnavailable:
        """The error of a query without a result within `seconds`. It is not run any more if it has not begun.

        It is Busy if most of that time passed in the queue.
        """
        self.future.cancel()
        if self.began_at is None or time.monotonic() - self.began_at < seconds / 2:
            return Busy(BUSY_WORDS)
        return DatabaseUnavailable(f"the database did not answer within {seconds:g} s")


class QueryThreads:
    """Threads for queries. `most_waiting` is how many queries may wait for one."""

    def __init__(self, threads: int, most_waiting: int, name: str) -> None:
        self.pool = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._most = threads + most_waiting
        self._lock = Lock()
        self._open = 0

    def begin(self, work: Callable[[], Found]) -> Query[Found]:
        """Start a query without waiting. Raises Busy if too many wait already."""
        query: Query[Found] = Query()

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

    def _ended(self, _: "Future[Found]") -> None:
        with self._lock:
            self._open -= 1
