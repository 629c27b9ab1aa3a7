"""Loaders of Performance. As with all history, answers are cached by moment and by the version of the history."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from db.reads.attribution import Explained, read_attribution
from db.reads.benchmarks import read_benchmarks
from db.reads.daily_income import DailyIncome, income_currency, read_daily_income
from db.reads.history_progress import HistoryProgress
from db.reads.performance import Performance, read_performance
from db.reads.period_closes import read_recorded_periods
from domain.benchmarks import Benchmark
from domain.period_close import RecordedPeriod
from domain.snapshot import Account
from pages.shared.caches import cache_resource
from pages.shared.loaders import ask
from pages.shared.past import fingerprint
from pages.shared.scene import Scene


def load_performance(scene: Scene, since: datetime, until: datetime) -> Performance:
    """The performance of the accounts shown. Raises DatabaseUnavailable."""
    view = scene.view
    return _performance(fingerprint(scene), since, until, view.zone, view.currency, _accounts(scene), scene.progress)


@cache_resource(max_entries=60)
def _performance(
    key: Any,
    since: datetime,
    until: datetime,
    zone: ZoneInfo,
    currency: str,
    _accounts: Sequence[Account],
    _progress: Mapping[int, HistoryProgress],
) -> Performance:
    return ask(lambda connection: read_performance(connection, _accounts, since, until, zone, currency, _progress))


def load_attribution(scene: Scene, since: datetime, until: datetime) -> Explained:
    """Where the change came from. Raises DatabaseUnavailable."""
    return _attribution(fingerprint(scene), since, until, _accounts(scene))


@cache_resource(max_entries=60)
def _attribution(key: Any, since: datetime, until: datetime, _accounts: Sequence[Account]) -> Explained:
    return ask(lambda connection: read_attribution(connection, _accounts, since, until))


def load_benchmarks(scene: Scene, moments: tuple[datetime, ...]) -> tuple[Benchmark, ...]:
    """The benchmarks at these moments. Raises DatabaseUnavailable."""
    return _benchmarks(fingerprint(scene), moments, scene.view.currency, _accounts(scene))


@cache_resource(max_entries=60)
def _benchmarks(
    key: Any, moments: tuple[datetime, ...], currency: str, _accounts: Sequence[Account]
) -> tuple[Benchmark, ...]:
    return ask(lambda connection: read_benchmarks(connection, _accounts, moments, currency))


def load_daily_income(scene: Scene, since: datetime, until: datetime) -> tuple[str, Sequence[DailyIncome]]:
    """The currency, and fees, funding and interest by day in it. Raises DatabaseUnavailable."""
    accounts = _accounts(scene)
    currency = income_currency(accounts, scene.view.currency)
    return currency, _income(fingerprint(scene), since, until, scene.view.zone, currency, accounts)


@cache_resource(max_entries=60)
def _income(
    key: Any, since: datetime, until: datetime, zone: ZoneInfo, currency: str, _accounts: Sequence[Account]
) -> Sequence[DailyIncome]:
    return ask(lambda connection: read_daily_income(connection, _accounts, since, until, zone, currency))


def load_recorded_periods(scene: Scene, since: datetime, until: datetime) -> Sequence[RecordedPeriod]:
    """Recorded months and years with the corrections that were known at the moment shown. Raises DatabaseUnavailable.

    Not cached: a correction is written after the history that it follows from.
    """
    ids = [account.id for account in _accounts(scene)]
    periods = ask(lambda connection: read_recorded_periods(connection, ids, since, until))
    return [period.as_of(scene.at) for period in periods if period.recorded_at <= scene.at]


def _accounts(scene: Scene) -> tuple[Account, ...]:
    return tuple(snapshot.account for snapshot in scene.snapshots)
