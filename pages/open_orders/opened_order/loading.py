"""Loading of an opened order: where it was found, and all that is stored about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from db.reads.ended_orders import EndedOrderRow
from db.reads.fills import FillRow
from db.reads.order_versions import OrderVersion
from domain.endings import Ending, Outcome
from domain.orders import Order
from domain.snapshot import Snapshot
from domain.sources import Source
from pages.open_orders.opened_order.state import among_account
from pages.open_orders.recent import LATELY
from pages.open_orders.table import order_opened
from pages.shared.failures import load_or
from pages.shared.loaders import load_order_versions
from pages.shared.order_history import load_order_names
from pages.shared.past import load_endings, load_fills_of_order, load_outcome
from pages.shared.scene import Scene


class Found(Enum):
    """The place where the order was found."""

    OPEN = auto()
    BOOK_SIDE = auto()  # still open, but merged into another row: the book order of a trigger order
    ENDED = auto()
    FILLS = auto()  # it filled at once, or between two refreshes
    NOWHERE = auto()


@dataclass(frozen=True, slots=True)
class Opened:
    """An opened order. `versions` and `fills` are None if they could not be read. `outcome` is set if it has ended.

    `same` are the names of other orders with the same id. `is_outcome_unread` if the database did not name the outcome.
    """

    found: Found
    snapshot: Snapshot | None = None
    order: Order | None = None
    versions: Sequence[OrderVersion] | None = ()
    fills: Sequence[FillRow] | None = ()
    outcome: Outcome | None = None
    same: Sequence[tuple[Source, str]] = ()
    is_outcome_unread: bool = False


def load_opened(scene: Scene, key: str, account: str | None) -> Opened:
    """The order with this key or id. `account` is its account, None if the address names none."""
    return scene.once(f"opened {account} {key}", lambda: _opened(scene, key, account))


def _opened(scene: Scene, key: str, account: str | None) -> Opened:
    among = among_account(scene.snapshots, account)
    order = order_opened(among, key)
    if order is not None:
        return _open(scene, next(s for s in among if s.account.name == order.account), order)
    return _gone(scene, key, among)


def _open(scene: Scene, snapshot: Snapshot, order: Order, same: Sequence[tuple[Source, str]] = ()) -> Opened:
    versions, fills = _versions(snapshot, order.source, order.key), _fills_of(scene, snapshot, order, None)
    return Opened(Found.OPEN, snapshot, order, versions, fills, same=same)


def _gone(scene: Scene, key: str, among: Sequence[Snapshot]) -> Opened:
    """An order that is not open at this moment."""
    for snapshot in among:
        names = _names(scene, snapshot, key)
        for source, name in names:
            versions = _versions(snapshot, source, name)
            if versions:
                return _found(scene, snapshot, versions, names[1:])
    for snapshot in among:
        fills = _fills(scene, snapshot, (key.rpartition("/")[2],)) or ()
        of_order = [row for row in fills if _is_of(row, key)]
        if of_order:
            return Opened(Found.FILLS, snapshot, fills=of_order)
    return Opened(Found.NOWHERE)


def _names(scene: Scene, snapshot: Snapshot, key: str) -> Sequence[tuple[Source, str]]:
    return load_or((), lambda: load_order_names(snapshot.account, key, snapshot.refresh.taken_at))


def _found(
    scene: Scene, snapshot: Snapshot, versions: Sequence[OrderVersion], same: Sequence[tuple[Source, str]]
) -> Opened:
    """An order that was found by an id. It may be open, if the id is not the one in the list."""
    order, gone_at = versions[-1].order, versions[-1].valid_to
    if gone_at is None:
        listed = order_opened([snapshot], order.key)
        if listed is not None:
            return _open(scene, snapshot, listed, same)
        fills = _fills_of(scene, snapshot, order, None)
        return Opened(Found.BOOK_SIDE, snapshot, order, versions, fills, same=same)
    outcome = load_or(False, lambda: load_outcome(scene, order, snapshot.account, gone_at))
    ended = (
        outcome
        if isinstance(outcome, Outcome)
        else Outcome(order.account, order.source, order.key, Ending.GONE, gone_at)
    )
    fills = _fills_of(scene, snapshot, order, ended)
    return Opened(Found.ENDED, snapshot, order, versions, fills, ended, same, outcome is False)


def _fills_of(scene: Scene, snapshot: Snapshot, order: Order, outcome: Outcome | None) -> Sequence[FillRow] | None:
    """The fills of an order under all ids that they may carry."""
    ids = (order.order_id, order.book_order_id, outcome.book_order_id if outcome else None)
    return _fills(scene, snapshot, list(dict.fromkeys(id_ for id_ in ids if id_)), order.symbol)


def _fills(scene: Scene, snapshot: Snapshot, ids: Sequence[str], symbol: str | None = None) -> Sequence[FillRow] | None:
    return load_or(None, lambda: load_fills_of_order(scene, snapshot.account, ids, symbol))


def _is_of(row: FillRow, key: str) -> bool:
    """True if a fill is of the order that a link names by its id, or by market and id."""
    return key in (row.fill.order_id, f"{row.fill.exchange_symbol}/{row.fill.order_id}")


def _versions(snapshot: Snapshot, source: Source, key: str) -> tuple[OrderVersion, ...] | None:
    return load_or(None, lambda: load_order_versions(snapshot.account, source, key, snapshot.refresh.taken_at))


def triggers_of(scene: Scene, order: Order) -> Sequence[tuple[str, str]]:
    """The trigger orders that became this order in the book: key and id of each."""
    ended: Sequence[EndedOrderRow] = load_or((), lambda: load_endings(scene, LATELY))
    triggers = {
        row.order.key: row.order.order_id
        for row in ended
        if (row.order.account, row.order.symbol) == (order.account, order.symbol)
        and order.order_id in (row.outcome.book_order_id, row.order.book_order_id)
    }
    return [(key, order_id) for key, order_id in triggers.items() if key != order.key]
