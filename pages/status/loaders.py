"""Loaders of Status: attempts, job runs, database size, key permissions. Cached.

An answer about an unsettled time range has a cache entry of its own, apart from the final one.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from db.reads.attempts import FailedAttempt, Slot, read_attempts, read_failures, read_on_time
from db.reads.clock_repairs import read_clock_repairs
from db.reads.due_values import ValueProgress, read_value_progress
from db.reads.jobs import JobRun, read_job_runs
from db.reads.permissions import read_permissions
from db.reads.refreshers import QueuedWork, RunningRefresher, read_queued_work, read_refreshers
from db.reads.sizes import DatabaseSize, read_sizes
from domain.clock_repairs import ClockRepair
from domain.permissions import KeyPermission
from domain.snapshot import Account
from domain.sources import Source
from pages.shared.caches import cache_data
from pages.shared.loaders import ask, is_settled


def load_attempts(account: Account, since: datetime, until: datetime, slots: int) -> Mapping[Source, tuple[Slot, ...]]:
    """How often each source succeeded and failed, in `slots` equal parts of [since, until)."""
    return _attempts(account.id, since, until, slots, is_settled(until), account)


@cache_data(max_entries=100)
def _attempts(
    account_id: int, since: datetime, until: datetime, slots: int, settled: bool, _account: Account
) -> Mapping[Source, tuple[Slot, ...]]:
    return ask(lambda connection: read_attempts(connection, _account, since, until, slots))


def load_on_time(account: Account, since: datetime, until: datetime) -> Mapping[Source, Decimal | None]:
    """The share of [since, until) in which each source was not late. None before the first attempt."""
    return _on_time(account.id, since, until, is_settled(until), account)


@cache_data(max_entries=300)
def _on_time(
    account_id: int, since: datetime, until: datetime, settled: bool, _account: Account
) -> Mapping[Source, Decimal | None]:
    return ask(lambda connection: read_on_time(connection, _account, since, until))


def load_failures(account_id: int, since: datetime, until: datetime, limit: int) -> tuple[FailedAttempt, ...]:
    """The failed attempts in [since, until), newest first."""
    return _failures(account_id, since, until, limit, is_settled(until))


@cache_data(max_entries=100)
def _failures(
    account_id: int, since: datetime, until: datetime, limit: int, settled: bool
) -> tuple[FailedAttempt, ...]:
    return ask(lambda connection: read_failures(connection, account_id, since, until, limit))


@cache_data(max_entries=100, ttl=5)
def load_job_runs(as_of: datetime | None) -> tuple[JobRun, ...]:
    """The last run of each job by a moment. None means now, at most five seconds old. Raises DatabaseUnavailable."""
    return ask(lambda connection: read_job_runs(connection, as_of))


@cache_data(max_entries=100, ttl=5)
def load_value_progress(account_id: int) -> ValueProgress:
    """How many fills and transfers are valued now, at most five seconds old. Raises DatabaseUnavailable."""
    return ask(lambda connection: read_value_progress(connection, account_id))


@cache_data(max_entries=100, ttl=5)
def load_refreshers() -> tuple[RunningRefresher, ...]:
    """The running refreshers, at most five seconds old. Raises DatabaseUnavailable."""
    return ask(read_refreshers)


@cache_data(max_entries=100, ttl=2)
def load_queued_work() -> tuple[QueuedWork, ...]:
    """The work in the queue, at most two seconds old. Raises DatabaseUnavailable."""
    return ask(read_queued_work)


@cache_data(max_entries=100, ttl=60)
def load_sizes() -> DatabaseSize:
    """The size of the database, at most a minute old. Raises DatabaseUnavailable."""
    return ask(read_sizes)


@cache_data(max_entries=100, ttl=5)
def load_permissions() -> Mapping[int, KeyPermission]:
    """The current permissions of each account's key, at most five seconds old. Raises DatabaseUnavailable."""
    return ask(read_permissions)


@cache_data(max_entries=20, ttl=5)
def load_clock_repairs(since: datetime) -> Mapping[int, ClockRepair]:
    """The last repair of each account's clock since a moment. Raises DatabaseUnavailable."""
    return ask(lambda connection: read_clock_repairs(connection, since))
