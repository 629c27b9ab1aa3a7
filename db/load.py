"""Load: connections in use and queries that wait in this process, in the format of Prometheus.

Engines and thread pools are held weakly, so that watching keeps none alive.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from weakref import WeakKeyDictionary

from prometheus_client import Histogram
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import Connection, Engine, QueuePool, event

_engines: WeakKeyDictionary[Engine, str] = WeakKeyDictionary()
_threads: WeakKeyDictionary[ThreadPoolExecutor, str] = WeakKeyDictionary()
_queues: dict[str, Callable[[], int]] = {}

TRANSACTION_SECONDS = Histogram(
    "stillframe_transaction_seconds",
    "Duration of committed transactions.",
    ["pool"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0),
)


def watch_engine(engine: Engine, name: str) -> None:
    """Count the connections of this engine under a name, and measure its transactions."""
    _engines[engine] = name

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        connection.info["began"] = time.monotonic()

    @event.listens_for(engine, "commit")
    def _committed(connection: Connection) -> None:
        if (began := connection.info.pop("began", None)) is not None:
            TRANSACTION_SECONDS.labels(name).observe(time.monotonic() - began)


def watch_queue(name: str, length: Callable[[], int]) -> None:
    """Show the length of a queue under a name."""
    _queues[name] = length


def watch_threads(threads: ThreadPoolExecutor, name: str) -> None:
    """Count the queries that wait for one of these threads."""
    _threads[threads] = name


class LoadCollector(Collector):
    """Reads the numbers at each scrape. Engines of one name are added up."""

    def collect(self) -> Iterator[Metric]:
        """All gauges."""
        in_use = GaugeMetricFamily("stillframe_pool_connections_in_use", "Connections in use.", labels=["pool"])
        limit = GaugeMetricFamily("stillframe_pool_connections_limit", "Connections at most.", labels=["pool"])
        uses: dict[str, tuple[int, int]] = {}
        for engine, name in list(_engines.items()):
            pool = engine.pool
            if isinstance(pool, QueuePool):
                used, upper = uses.get(name, (0, 0))
                uses[name] = used + pool.checkedout(), upper + pool.size() + max(pool._max_overflow, 0)
        for name, (used, upper) in uses.items():
            in_use.add_metric([name], used)
            limit.add_metric([name], upper)
        waiting = GaugeMetricFamily("stillframe_queue_length", "Work that waits for a thread.", labels=["queue"])
        lengths = {name: length() for name, length in _queues.items()}
        for threads, name in list(_threads.items()):
            lengths[name] = lengths.get(name, 0) + threads._work_queue.qsize()
        for name, length in lengths.items():
            waiting.add_metric([name], length)
        return iter((in_use, limit, waiting))
