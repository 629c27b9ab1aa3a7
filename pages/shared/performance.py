"""Loaders of Performance. As with all history, answers are cached by moment and by the version of the history."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import streamlit as st

from db.reads.attribution import Explained, ExplainedDays, read_attribution, read_daily_attribution
from db.reads.benchmarks import read_benchmarks
from db.reads.daily_income import DailyIncome, income_currency, read_daily_income
from db.reads.history_progress import HistoryProgress
from db.reads.performance import Performance, read_day_moments, read_performance
from db.reads.period_closes import read_recorded_periods
from domain.benchmarks import Basket, Benchmark
from domain.period_close import RecordedPeriod
from domain.periods import opened_after
from domain.snapshot import Account
from domain.splits import Split, SplitDays, days_by_coin, on_same_days
from pages.shared.cache_budget import SIZE_OF, bytes_of
from pages.shared.caches import cache_resource
from pages.shared.loaders import ask
from pages.shared.market_figures import range_version
from pages.shared.past import fingerprint, load_fill_symbols, short_key
from pages.shared.scene import Scene
from pages.shared.valuing import load_left_to_value
from pages.shared.viewer import for_viewer

# Benchmarks are drawn at so many moments at most: they need a price at each.
POINTS = 60
# As many as the parts of the page that are loaded beside its figures.
THREADS = 4


def begin_loading(scene: Scene, since: datetime, until: datetime, basket: Basket | None) -> None:
    """Begin to load all parts of the page at once, so that the database works while the page is drawn.

    A part that fails says so when the page comes to it. Raises DatabaseUnavailable.
    """
    moments = load_day_moments(scene, since, until)
    begin, end = moments[0], moments[-1]
    threads = _threads()
    threads.submit(for_viewer(load_attribution), scene, moments)
    threads.submit(for_viewer(load_benchmarks), scene, thinned(moments), basket)
    threads.submit(for_viewer(_load_small_parts), scene, begin, end)
    _begin_recorded_periods(scene, max(since, begin), end)


def _load_small_parts(scene: Scene, begin: datetime, end: datetime) -> None:
    load_left_to_value(scene)
    load_daily_income(scene, begin, end)
    load_fill_symbols(scene)


@st.cache_resource(show_spinner=False)
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(THREADS, thread_name_prefix="performance-reading")


def thinned(moments: Sequence[datetime]) -> tuple[datetime, ...]:
    """At most POINTS of the moments, at equal steps, with the first and the last."""
    step = -(-len(moments) // POINTS)
    return (*moments[:-1:step], moments[-1])


def load_day_moments(scene: Scene, since: datetime, until: datetime) -> tuple[datetime, ...]:
    """The closing moments that divide the period into days of the viewer's zone. Raises DatabaseUnavailable."""
    return _day_moments(fingerprint(scene), since, until, scene.view.zone, _accounts(scene))


@cache_resource(max_entries=60)
def _day_moments(
    key: Any, since: datetime, until: datetime, zone: ZoneInfo, _accounts: Sequence[Account]
) -> tuple[datetime, ...]:
    return ask(lambda connection: read_day_moments(connection, _accounts, since, until, zone))


def load_performance(scene: Scene, since: datetime, until: datetime) -> Performance:
    """The performance of the accounts shown. Raises DatabaseUnavailable."""
    view, moments = scene.view, load_day_moments(scene, since, until)
    common = _accounts(scene), scene.progress, moments
    return _performance(fingerprint(scene), since, until, view.zone, view.currency, *common)


@cache_resource(max_entries=60)
def _performance(
    key: Any,
    since: datetime,
    until: datetime,
    zone: ZoneInfo,
    currency: str,
    _accounts: Sequence[Account],
    _progress: Mapping[int, HistoryProgress],
    _moments: tuple[datetime, ...] | None = None,
) -> Performance:
    return ask(
        lambda connection: read_performance(connection, _accounts, since, until, zone, currency, _progress, _moments)
    )


def _performance_bytes(found: Performance) -> int:
    """Several lists with an entry a day: a sample of each stands for it."""
    span = found.span
    return sum(map(bytes_of, (found.moments, found.days, span.values, span.flows, tuple(span.seen_at.items()))))


SIZE_OF[Performance] = _performance_bytes


def load_attribution(scene: Scene, moments: tuple[datetime, ...]) -> Explained:
    """Where the change came from. Closing moments divide the period into days. Raises DatabaseUnavailable."""
    return _attribution(_key_of(scene, moments), scene.view.currency, moments, _accounts(scene))


@cache_resource(max_entries=60)
def _attribution(key: Any, currency: str, _moments: tuple[datetime, ...], _accounts: Sequence[Account]) -> Explained:
    return ask(lambda connection: read_attribution(connection, _accounts, _moments, currency))


def load_benchmarks(scene: Scene, moments: tuple[datetime, ...], basket: Basket | None = None) -> tuple[Benchmark, ...]:
    """The benchmarks at these moments, with a basket if there is one. Raises DatabaseUnavailable."""
    shares = None if basket is None else tuple(basket.items())
    return _benchmarks(_key_of(scene, moments), scene.view.currency, shares, moments, _accounts(scene))


@cache_resource(max_entries=60)
def _benchmarks(
    key: Any,
    currency: str,
    shares: tuple[tuple[str, Decimal], ...] | None,
    _moments: tuple[datetime, ...],
    _accounts: Sequence[Account],
) -> tuple[Benchmark, ...]:
    basket = None if shares is None else dict(shares)
    return ask(lambda connection: read_benchmarks(connection, _accounts, _moments, currency, basket))


def load_split(scene: Scene, found: Performance, split: Split) -> SplitDays:
    """The days of the period by account or by coin. Raises DatabaseUnavailable."""
    days = [day.day for day in found.days]
    if split is Split.COIN:
        moments = found.moments
        explained = _daily_attribution(_key_of(scene, moments), scene.view.currency, moments, _accounts(scene))
        return SplitDays(explained.currency, days_by_coin(days, explained.days), explained.why)
    by_account = {
        account.name: on_same_days(days, _performance_of(scene, found, account).days) for account in _accounts(scene)
    }
    return SplitDays(scene.view.currency, by_account)


def _performance_of(scene: Scene, found: Performance, account: Account) -> Performance:
    view, key = scene.view, (account.id, fingerprint(scene))
    return _performance(
        key, opened_after(found.since), found.until, view.zone, view.currency, (account,), scene.progress
    )


@cache_resource(max_entries=20)
def _daily_attribution(
    key: Any, currency: str, _moments: tuple[datetime, ...], _accounts: Sequence[Account]
) -> ExplainedDays:
    return ask(lambda connection: read_daily_attribution(connection, _accounts, _moments, currency))


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

    Not cached beyond one run: a correction is written after the history that it follows from.
    """
    return _begin_recorded_periods(scene, since, until).result()


def _begin_recorded_periods(scene: Scene, since: datetime, until: datetime) -> "Future[Sequence[RecordedPeriod]]":
    """Begin to read them, once a run."""
    read = for_viewer(_read_recorded_periods)
    return scene.once(f"recorded {since} {until}", lambda: _threads().submit(read, scene, since, until))


def _read_recorded_periods(scene: Scene, since: datetime, until: datetime) -> Sequence[RecordedPeriod]:
    ids = [account.id for account in _accounts(scene)]
    periods = ask(lambda connection: read_recorded_periods(connection, ids, since, until))
    return [period.as_of(scene.at) for period in periods if period.recorded_at <= scene.at]


def _key_of(scene: Scene, moments: Sequence[datetime]) -> str:
    """Identifies moments that divide a period into days of the viewer's zone, or as many of them as there are.

    Candles give benchmarks and the rates of past days, and older ones may arrive at any time. Streamlit would hash each
    of hundreds of moments at each run, which takes longer than drawing a table.
    """
    candles = [range_version(venue) for venue in sorted({account.venue for account in _accounts(scene)})]
    return short_key(fingerprint(scene), *candles, moments[0], moments[-1], len(moments), scene.view.zone)


def _accounts(scene: Scene) -> tuple[Account, ...]:
    return tuple(snapshot.account for snapshot in scene.snapshots)
