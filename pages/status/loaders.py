"""Loaders of Status: attempts, job runs, database size, key permissions. Cached.

An answer about an unsettled time range has a cache entry of its own, apart from the final one.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

import streamlit as st

from db.reads.attempts import FailedAttempt, Slot, read_attempts, read_failures, read_on_time
from db.reads.clock_repairs import read_clock_repairs
from db.reads.due_values import ValueProgress, read_value_progress
from db.reads.jobs import JobRun, read_job_runs
from db.reads.permissions import read_permissions
from db.reads.sizes import DatabaseSize, read_sizes
from domain.clock_repairs import ClockRepair
from domain.permissions import KeyPermission
from domain.snapshot import Account
from domain.sources import Source
from pages.shared.loaders import ask, is_settled


def load_attempts(account: Account, since: datetime, until: datetime, slots: int) -> Mapping[Source, tuple[Slot, ...]]:
    """How often each source succeeded and failed, in `slots` equal parts of [since, until)."""
    return _attempts(account.id, since, until, slots, is_settled(until), account)


@st.cache_data(max_entries=100, show_spinner=False)
def _attempts(
    account_id: int, since: datetime, until: datetime, slots: int, settled: bool, _account: Account
) -> Mapping[Source, tuple[Slot, ...]]:
    return ask(lambda connection: read_attempts(connection, _account, since, until, slots))


def load_on_time(account: Account, since: datetime, until: datetime) -> Mapping[Source, Decimal | None]:
    """The share of [since, until) in which each source was not late. None before the first attempt."""
    return _on_time(account.id, since, until, is_settled(until), account)


@st.cache_data(max_entries=300, show_spinner=False)
def _on_time(
    account_id: int, since: datetime, until: datetime, settled: bool, _account: Account
) -> Mapping[Source, Decimal | None]:
    return ask(lambda connection: read_on_time(connection, _account, since, until))


def load_failures(account_id: int, since: datetime, until: datetime, limit: int) -> tuple[FailedAttempt, ...]:
    """The failed attempts in [since, until), newest first."""
    return _failures(account_id, since, until, limit, is_settled(until))


@st.cache_data(max_entries=100, show_spinner=False)
def _failures(
    account_id: int, since: datetime, until: datetime, limit: int, settled: bool
) -> tuple[FailedAttempt, ...]:
    return ask(lambda connection: read_failures(connection, account_id, since, until, limit))


@st.cache_data(max_entries=100, ttl=5, show_spinner=False)
def load_job_runs(as_of: datetime | None) -> tuple[JobRun, ...]:
    """The last run of each job by a moment. None means now, at most five seconds old. Raises DatabaseUnavailable."""
    return ask(lambda connection: read_job_runs(connection, as_of))


@st.cache_data(max_entries=100, ttl=5, show_spinner=False)
def load_value_progress(account_id: int) -> ValueProgress:
    """How many fills and transfers are valued now, at most five seconds old. Raises DatabaseUnavailable."""
    return ask(lambda connection: read_value_progress(connection, account_id))


@st.cache_data(ttl=60, show_spinner=False)
def load_sizes() -> DatabaseSize:
    """The size of the database, at most a minute old. Raises DatabaseUnavailable."""
    return ask(read_sizes)


@st.cache_data(ttl=5, show_spinner=False)
def load_permissions() -> Mapping[int, KeyPermission]:
    """The current permissions of each account's key, at most five seconds old. Raises DatabaseUnavailable."""
    return ask(read_permissions)


@st.cache_data(max_entries=20, ttl=5, show_spinner=False)
def load_clock_repairs(since: datetime) -> Mapping[int, ClockRepair]:
    """The last repair of each account's clock since a moment. Raises DatabaseUnavailable."""
    return ask(lambda connection: read_clock_repairs(connection, since))
