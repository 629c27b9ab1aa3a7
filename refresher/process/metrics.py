"""Metrics of the refresher: refreshes, sources and jobs. Their names are listed in docs/operations.md."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock

from prometheus_client import Counter, Gauge, Histogram, Summary
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from domain.snapshot import Observation
from domain.sources import Failure
from logs.lines import log

SECONDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)

REFRESH_SECONDS = Histogram("stillframe_refresh_seconds", "Duration of refreshes.", buckets=SECONDS)
ACCOUNT_SECONDS = Summary("stillframe_account_refresh_seconds", "Duration of refreshes of an account.", ["account"])
SOURCE_SECONDS = Summary("stillframe_source_seconds", "Duration of a source's requests.", ["account", "source"])
FAILURES = Counter("stillframe_source_failures", "Failures of a source by kind.", ["account", "source", "kind"])
LAG_SECONDS = Gauge("stillframe_refresh_lag_seconds", "How much later than planned a refresh began.", ["account"])
JOB_SECONDS = Summary("stillframe_job_seconds", "Duration of jobs.", ["job", "outcome"])


class SourceAges(Collector):
    """The age of each source's last success, at the moment of the scrape."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._success: dict[tuple[str, str], datetime] = {}

    def note(self, observation: Observation) -> None:
        """Remember the successes of a refresh."""
        with self._lock:
            for source, result in observation.results.items():
                if not isinstance(result, Failure):
                    self._success[observation.account.name, str(source)] = observation.taken_at

    def collect(self) -> Iterator[Metric]:
        """One gauge a source."""
        ages = GaugeMetricFamily(
            "stillframe_source_age_seconds", "Age of a source's last success.", labels=["account", "source"]
        )
        now = datetime.now(UTC)
        with self._lock:
            for labels, taken_at in self._success.items():
                ages.add_metric(labels, (now - taken_at).total_seconds())
        yield ages


SOURCE_AGES = SourceAges()


def note_lag(account: str, lag: timedelta) -> None:
    """Remember how late the last refresh of an account began."""
    LAG_SECONDS.labels(account).set(max(0.0, lag.total_seconds()))


def note_refresh(observation: Observation) -> None:
    """Count one refresh."""
    account = observation.account.name
    seconds = observation.duration_ms / 1000
    REFRESH_SECONDS.observe(seconds)
    ACCOUNT_SECONDS.labels(account).observe(seconds)
    SOURCE_AGES.note(observation)
    for source, result in observation.results.items():
        SOURCE_SECONDS.labels(account, str(source)).observe(result.duration_ms / 1000)
        if isinstance(result, Failure):
            FAILURES.labels(account, str(source), str(result.kind)).inc()


@dataclass(slots=True)
class JobOutcome:
    """Set by the job."""

    has_failed: bool = False


@contextmanager
def job_timed(job: str) -> Iterator[JobOutcome]:
    """Measure one run of a job and log it. An exception is a failure."""
    outcome = JobOutcome(has_failed=True)
    started = time.monotonic()
    try:
        yield outcome
    finally:
        seconds = time.monotonic() - started
        word = "failed" if outcome.has_failed else "succeeded"
        JOB_SECONDS.labels(job, word).observe(seconds)
        write = log().warning if outcome.has_failed else log().info
        write("job", job=job, outcome=word, took_ms=round(seconds * 1000, 1))
