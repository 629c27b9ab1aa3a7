"""Order history: loaders of ended orders of any period, their results, and orders by any of their ids.

Cached like past.py, by the moment and the version of the history.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from db.reads.ended_counts import EndingCounts, read_ending_counts
from db.reads.history_filter import HistoryFilter
from db.reads.history_windows import Moments
from db.reads.order_history import HistoryPage, read_order_history
from db.reads.order_names import read_order_names
from db.reads.order_results import OrderId, OrderResult, read_order_results
from db.reads.page_cursor import Cursor
from domain.snapshot import Account
from domain.sources import Source
from pages.shared.caches import cache_data, cache_resource
from pages.shared.loaders import ask
from pages.shared.scene import Key, PastKey, Scene


def moments_of(scene: Scene) -> Moments:
    """The accounts shown, each with its refresh."""
    return tuple((snapshot.account, snapshot.refresh.taken_at) for snapshot in scene.snapshots)


def load_order_history(
    scene: Scene, filters: HistoryFilter, limit: int, windows: int, before: Cursor | None = None
) -> HistoryPage:
    """At most `limit` ended orders that match, newest first, older than a cursor. Raises DatabaseUnavailable."""
    return _history(scene.key, scene.past_key, filters, limit, windows, before, moments_of(scene))


@cache_resource(max_entries=40)
def _history(
    key: Key,
    past_key: PastKey,
    filters: HistoryFilter,
    limit: int,
    windows: int,
    before: Cursor | None,
    _moments: Moments,
) -> HistoryPage:
    return ask(lambda connection: read_order_history(connection, _moments, filters, limit, before, windows))


def load_ending_counts(scene: Scene, filters: HistoryFilter) -> EndingCounts:
    """The number of ended orders that match, by ending. Raises DatabaseUnavailable."""
    return _counts(scene.key, scene.past_key, filters, moments_of(scene))


@cache_data(max_entries=100)
def _counts(key: Key, past_key: PastKey, filters: HistoryFilter, _moments: Moments) -> EndingCounts:
    return ask(lambda connection: read_ending_counts(connection, _moments, filters))


def load_order_results(scene: Scene, orders: Sequence[OrderId]) -> Mapping[OrderId, OrderResult]:
    """The summed fills of these orders. Raises DatabaseUnavailable."""
    return _results(tuple(orders), scene.past_key) if orders else {}


@cache_data(max_entries=60)
def _results(orders: tuple[OrderId, ...], past_key: PastKey) -> Mapping[OrderId, OrderResult]:
    return ask(lambda connection: read_order_results(connection, orders))


def load_order_names(account: Account, name: str, taken_at: datetime) -> Sequence[tuple[Source, str]]:
    """The source and key of every order ever seen under a name, newest first. Raises DatabaseUnavailable."""
    return _names(account.id, name, taken_at, account)


@cache_data(max_entries=200)
def _names(account_id: int, name: str, taken_at: datetime, _account: Account) -> tuple[tuple[Source, str], ...]:
    return ask(lambda connection: read_order_names(connection, _account, name, taken_at))
