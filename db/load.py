"""Load: connections in use and queries that wait in this process, in the format of Prometheus.

Engines and thread pools are held weakly, so that watching keeps none alive.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from weakref import WeakKeyDictionary

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import Engine, QueuePool

_engines: WeakKeyDictionary[Engine, str] = WeakKeyDictionary()
_threads: WeakKeyDictionary[ThreadPoolExecutor, str] = WeakKeyDictionary()


def watch_engine(engine: Engine, name: str) -> None:
    """Count the connections of this engine under a name."""
    _engines[engine] = name


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
                used, most = uses.get(name, (0, 0))
                uses[name] = used + pool.checkedout(), most + pool.size() + max(pool._max_overflow, 0)
        for name, (used, most) in uses.items():
            in_use.add_metric([name], used)
            limit.add_metric([name], most)
        waiting = GaugeMetricFamily("stillframe_queue_length", "Work that waits for a thread.", labels=["queue"])
        lengths: dict[str, int] = {}
        for threads, name in list(_threads.items()):
            lengths[name] = lengths.get(name, 0) + threads._work_queue.qsize()
        for name, length in lengths.items():
            waiting.add_metric([name], length)
        return iter((in_use, limit, waiting))
