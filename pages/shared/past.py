"""Past: loaders of fills, transfers, ended orders and profits.

History arrives later than its moment. So every answer is cached by its moment and by the version of the history
(Scene.past_key), and queried again when more is known.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, TypeVar

from db.reads.costs_in import read_costs_in
from db.reads.curves import Curve, read_curve
from db.reads.ended_orders import EndedOrderRow, read_ended_orders
from db.reads.fill_filter import FillFilter
from db.reads.fill_totals import FillTotals, read_fill_totals
from db.reads.fills import FillRow, read_fill_symbols, read_fills
from db.reads.history_progress import HistoryProgress
from db.reads.page_cursor import Cursor
from db.reads.spans import read_span, read_transits
from db.reads.tax import read_first_event
from db.reads.transfer_filter import TransferFilter
from db.reads.transfer_totals import read_transfer_totals
from db.reads.transfers import TransferRow, read_transfer_assets, read_transfers
from domain.cost_basis import BookHolding
from domain.endings import Outcome
from domain.income import TransferSum
from domain.moments import just_after, just_before
from domain.orders import Order
from domain.snapshot import Account
from domain.spans import Span, Transit
from pages.shared.caches import cache_data, cache_resource
from pages.shared.loaders import ask
from pages.shared.scene import PastKey, Scene

Found = TypeVar("Found")


def end_of(scene: Scene) -> datetime | None:
    """The exclusive end of the history to show. None for now."""
    return None if scene.view.as_of is None else just_after(scene.view.as_of)


def load_fills(
    scene: Scene, filters: FillFilter, limit: int, before: Cursor | None = None, after: Cursor | None = None
) -> tuple[Sequence[FillRow], bool]:
    """A page of the fills of all accounts shown, newest first, and whether more follow: older ones, or newer ones after
    a cursor.

    Raises DatabaseUnavailable.
    """
    return _page(_fills(_ids(scene), filters, limit + 1, before, after, scene.past_key, scene.accounts), limit, after)


@cache_resource(max_entries=60)
def _fills(
    account_ids: tuple[int, ...],
    filters: FillFilter,
    limit: int,
    before: Cursor | None,
    after: Cursor | None,
    key: PastKey,
    _accounts: Sequence[Account],
) -> tuple[FillRow, ...]:
    return ask(lambda connection: read_fills(connection, _accounts, filters, limit, before, after))


def _page(rows: Sequence[Found], limit: int, after: Cursor | None) -> tuple[Sequence[Found], bool]:
    """The rows of a page, and whether more follow. `rows` holds one row more than the page if so."""
    return rows[-limit:] if after is not None else rows[:limit], len(rows) > limit


def _ids(scene: Scene) -> tuple[int, ...]:
    return tuple(account.id for account in scene.accounts)


def load_fill_totals(scene: Scene, filters: FillFilter) -> FillTotals:
    """Totals of all fills of a filter, over all accounts shown. Raises DatabaseUnavailable."""
    return _totals(_ids(scene), filters, scene.view.currency, scene.past_key, scene.accounts)


@cache_data(max_entries=300)
def _totals(
    account_ids: tuple[int, ...], filters: FillFilter, currency: str, key: PastKey, _accounts: Sequence[Account]
) -> FillTotals:
    return ask(lambda connection: read_fill_totals(connection, _accounts, filters, currency))


def load_fill_symbols(scene: Scene) -> Sequence[str]:
    """Every symbol that the accounts shown ever traded, by name. Raises DatabaseUnavailable."""
    return _symbols(_ids(scene), scene.past_key, scene.accounts)


@cache_data(max_entries=100)
def _symbols(account_ids: tuple[int, ...], key: PastKey, _accounts: Sequence[Account]) -> tuple[str, ...]:
    return ask(lambda connection: read_fill_symbols(connection, _accounts))


def load_first_event(scene: Scene) -> datetime | None:
    """The time of the first fill or transfer of the accounts shown. Raises DatabaseUnavailable."""
    return _first_event(_ids(scene), scene.past_key, scene.accounts)


@cache_data(max_entries=100)
def _first_event(account_ids: tuple[int, ...], key: PastKey, _accounts: Sequence[Account]) -> datetime | None:
    return ask(lambda connection: read_first_event(connection, _accounts))


def load_realised(scene: Scene, since: datetime) -> FillTotals:
    """Totals of the fills since a moment, over all accounts shown. Raises DatabaseUnavailable."""
    return load_fill_totals(scene, FillFilter(since=since, until=end_of(scene)))


def load_books(scene: Scene, account: Account) -> Mapping[str, Sequence[BookHolding]]:
    """The cost that an account's books explain at its refresh, by coin, in the display currency: each part at the rate
    of its own day. Raises DatabaseUnavailable.

    At its refresh, not now. A newer fill that is not in the wallet yet would contradict the balance.
    """
    as_of = next((s.refresh.taken_at for s in scene.snapshots if s.account.id == account.id), scene.at)
    return load_books_at(scene, account, as_of)


def load_books_at(scene: Scene, account: Account, as_of: datetime) -> Mapping[str, Sequence[BookHolding]]:
    """As `load_books`, at any refresh. Raises DatabaseUnavailable."""
    return _books(account.id, as_of, _history_version(scene, account), scene.view.currency, account)


@cache_data(max_entries=100)
def _books(
    account_id: int, as_of: datetime, mark: str, currency: str, _account: Account
) -> Mapping[str, Sequence[BookHolding]]:
    return ask(lambda connection: read_costs_in(connection, _account, as_of, currency))


def load_transfers(
    scene: Scene,
    filters: TransferFilter,
    limit: int | None = None,
    before: Cursor | None = None,
    after: Cursor | None = None,
) -> tuple[Sequence[TransferRow], bool]:
    """A page of transfers of the accounts shown, newest first, and whether more follow, as `load_fills`.

    Without a limit all of them. Raises DatabaseUnavailable.
    """
    row_limit = None if limit is None else limit + 1
    rows = _transfers(_ids(scene), filters, row_limit, before, after, scene.past_key, scene.accounts)
    return (rows, False) if limit is None else _page(rows, limit, after)


@cache_resource(max_entries=60)
def _transfers(
    account_ids: tuple[int, ...],
    filters: TransferFilter,
    limit: int | None,
    before: Cursor | None,
    after: Cursor | None,
    key: PastKey,
    _accounts: Sequence[Account],
) -> tuple[TransferRow, ...]:
    return ask(lambda connection: read_transfers(connection, _accounts, filters, limit, before, after))


def load_moved(scene: Scene, filters: TransferFilter) -> Sequence[TransferSum]:
    """Totals of all transfers of a filter, over all accounts shown. Raises DatabaseUnavailable."""
    return _moved(_ids(scene), filters, scene.view.currency, scene.past_key, scene.accounts)


@cache_data(max_entries=300)
def _moved(
    account_ids: tuple[int, ...], filters: TransferFilter, currency: str, key: PastKey, _accounts: Sequence[Account]
) -> tuple[TransferSum, ...]:
    return ask(lambda connection: read_transfer_totals(connection, _accounts, filters, currency))


def load_span(scene: Scene, moments: Sequence[datetime], currency: str, tolerance: timedelta = timedelta(0)) -> Span:
    """The totals of all accounts shown at `moments`, and the flows between them. Raises DatabaseUnavailable."""
    accounts = tuple(snapshot.account for snapshot in scene.snapshots)
    return _span((*scene.key, *scene.past_key), tuple(moments), currency, tolerance, accounts, scene.progress)


@cache_resource(max_entries=100)
def _span(
    key: Any,
    moments: Sequence[datetime],
    currency: str,
    tolerance: timedelta,
    _accounts: Sequence[Account],
    _progress: Mapping[int, HistoryProgress],
) -> Span:
    return ask(lambda connection: read_span(connection, _accounts, moments, currency, _progress, tolerance))


def load_transits(scene: Scene) -> tuple[Transit, ...]:
    """Transfers under way between the accounts shown at their newest refresh. Raises DatabaseUnavailable."""
    accounts = tuple(snapshot.account for snapshot in scene.snapshots)
    if len(accounts) < 2 or scene.taken_at is None:
        return ()
    return _transits((*scene.key, *scene.past_key), scene.taken_at, scene.view.currency, accounts)


@cache_resource(max_entries=100)
def _transits(key: Any, at: datetime, currency: str, _accounts: Sequence[Account]) -> tuple[Transit, ...]:
    return ask(lambda connection: read_transits(connection, _accounts, at, at, currency))


def load_curve(scene: Scene, since: datetime, as_of: datetime, points: int, currency: str) -> Curve:
    """The net value of all accounts shown over a time. Raises DatabaseUnavailable."""
    accounts = tuple(snapshot.account for snapshot in scene.snapshots)
    versions = scene.past_key if len(accounts) > 1 else ()  # only transfers between accounts change a curve later
    return _curve((*scene.key, *versions), since, as_of, points, currency, accounts)


@cache_resource(max_entries=100)
def _curve(
    key: Any, since: datetime, as_of: datetime, points: int, currency: str, _accounts: Sequence[Account]
) -> Curve:
    return ask(lambda connection: read_curve(connection, _accounts, since, as_of, points, currency))


def load_earned(scene: Scene, since: datetime) -> Sequence[TransferSum]:
    """Totals of the transfers since a moment, over all accounts shown. Raises DatabaseUnavailable."""
    return load_moved(scene, TransferFilter(since, end_of(scene)))


def load_transfer_assets(scene: Scene) -> Sequence[str]:
    """Every asset that ever moved on the accounts shown, by name. Raises DatabaseUnavailable."""
    return _assets(_ids(scene), scene.past_key, scene.accounts)


@cache_data(max_entries=100)
def _assets(account_ids: tuple[int, ...], key: PastKey, _accounts: Sequence[Account]) -> tuple[str, ...]:
    return ask(lambda connection: read_transfer_assets(connection, _accounts))


def load_endings(scene: Scene, span: timedelta) -> Sequence[EndedOrderRow]:
    """The orders that left the list within a span before each account's refresh. Raises DatabaseUnavailable."""
    rows: list[EndedOrderRow] = []
    for snapshot in scene.snapshots:
        account, taken_at = snapshot.account, snapshot.refresh.taken_at
        rows += _endings(account.id, taken_at - span, taken_at, _history_version(scene, account), account)
    return rows


@cache_resource(max_entries=100)
def _endings(
    account_id: int, since: datetime, as_of: datetime, mark: str, _account: Account
) -> tuple[EndedOrderRow, ...]:
    return ask(lambda connection: read_ended_orders(connection, _account, since, as_of))


def load_outcome(scene: Scene, order: Order, account: Account, gone_at: datetime) -> Outcome | None:
    """How the order first missed at `gone_at` ended. None if it did not end then. Raises DatabaseUnavailable."""
    left = _endings(account.id, just_before(gone_at), gone_at, _history_version(scene, account), account)
    name = (order.source, order.key)
    return next((row.outcome for row in left if (row.order.source, row.order.key) == name), None)


def load_fills_of_order(
    scene: Scene, account: Account, order_ids: Sequence[str], symbol: str | None = None
) -> Sequence[FillRow]:
    """The fills of one order under all its ids, oldest first, at most a thousand. Raises DatabaseUnavailable.

    `symbol` limits them to one market.
    """
    symbols = None if symbol is None else (symbol,)
    by_key: dict[str, FillRow] = {}
    for order_id in order_ids:
        filters = FillFilter(account_ids=(account.id,), order_id=order_id, symbols=symbols, until=end_of(scene))
        for row in _fills((account.id,), filters, 1000, None, None, scene.past_key, (account,)):
            by_key[row.fill.key] = row
    return sorted(by_key.values(), key=lambda row: (row.fill.at, row.fill.key))


def _history_version(scene: Scene, account: Account) -> str:
    return scene.progress_of(account).version


def fingerprint(scene: Scene) -> str:
    """The cache key for results that depend on a moment and on its history."""
    return scene.once("fingerprint", lambda: short_key(scene.key, scene.past_key))


def short_key(*parts: object) -> str:
    """One short cache key for many parts, whose texts (repr) name all that they are.

    Streamlit would look into each part of a key whenever a page asks for a result.
    """
    return sha256(repr(parts).encode()).hexdigest()
