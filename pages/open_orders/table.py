"""Table: the open orders of several accounts in one list, nearest to the market first, groups kept together."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from domain.markets import Side
from domain.order_groups import rivals_of
from domain.orders import Group, Order, Role, reference_price
from domain.prices import Rates
from domain.snapshot import Snapshot
from domain.sources import Source
from pages.open_orders.tabs import PURPOSES, tab_of
from pages.open_orders.words import (
    age_column_text,
    condition_word,
    flag_words,
    group_word,
    limit_word,
    price_word,
    role_word,
    searched_words,
    side_word,
    trigger_word,
    type_words,
)
from pages.shared.formats import number_text, quantity_text
from pages.shared.tables import spaced

Made = TypeVar("Made")

MOST_MADE = 24  # frames and figures cached with a table, for the different filters of its viewers
_MISSING: Any = object()
NOWHERE = float("inf")  # the distance of an order with unknown distance, so it sorts last
_LEG_ORDER = {Role.ENTRY: 0, Role.TAKE_PROFIT: 1, Role.STOP_LOSS: 2, Role.EXIT: 3, Role.UNKNOWN: 4}


class OrderName(NamedTuple):
    """Identifies an order."""

    account: str
    source: Source
    key: str


@dataclass(frozen=True, slots=True)
class OrderTable:
    """Every open order of the snapshots shown, in the order of the list. All columns have one row per order.

    `texts` holds the displayed texts, for search and filters. The table holds no order objects, so cached tables of
    past moments do not keep whole snapshots alive.
    """

    currency: str
    names: tuple[OrderName, ...]
    texts: pd.DataFrame
    distances: npt.NDArray[np.float64]  # absolute fractions of the market price, NOWHERE where unknown
    values: npt.NDArray[np.object_]  # Decimal in `currency`, None if unknown
    buys: npt.NDArray[np.bool_]
    triggers: npt.NDArray[np.bool_]
    groups: npt.NDArray[np.int64]  # a number for each group, -1 for orders without a group
    rivals: npt.NDArray[np.int64]  # a number for each set of legs where only one can fill, -1 for other orders
    tabs: npt.NDArray[np.int64]  # the place in PURPOSES of each order
    markets: Mapping[str, Decimal]  # the market price of each symbol with a known price
    prices: npt.NDArray[np.float64]  # the price at which each order acts, NaN if unknown
    # Results derived from this table. They stay valid until a new table replaces it.
    made: dict[Hashable, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def symbols(self) -> tuple[str, ...]:
        """Every symbol in the list, by name."""
        return tuple(sorted(self.texts["symbol"].cat.categories))

    def once(self, name: Hashable, make: Callable[[], Made]) -> Made:
        """Return `make()`, computed once per `name`. `name` must contain everything that the result depends on."""
        result: Made = self.made.get(name, _MISSING)
        if result is _MISSING:
            result = make()
            if len(self.made) >= MOST_MADE:
                self.made.clear()
            self.made[name] = result
        return result


@dataclass(frozen=True, slots=True)
class Line:
    """One order with its computed values. `distance` 0.05 means five per cent above the market."""

    order: Order
    taken_at: datetime
    distance: Decimal | None
    value: Decimal | None

    @property
    def reach(self) -> float:
        """The absolute distance from the market."""
        return NOWHERE if self.distance is None else abs(float(self.distance))

    @property
    def age(self) -> timedelta | None:
        """The age of the order at the moment shown."""
        return None if self.order.created_at is None else self.taken_at - self.order.created_at

    @property
    def group(self) -> Group | None:
        """The group of the order."""
        return self.order.group


def table_of(snapshots: Iterable[Snapshot], currency: str) -> OrderTable:
    """The table of all orders of these snapshots, valued in `currency`."""
    snapshots = tuple(snapshots)
    lines = _sorted([line for snapshot in snapshots for line in _lines_of(snapshot, currency)])
    numbers = {group: n for n, group in enumerate(dict.fromkeys(line.group for line in lines if line.group))}
    rivals = [rivals_of(line.order) for line in lines]
    sets = {legs: n for n, legs in enumerate(dict.fromkeys(filter(None, rivals)))}
    values = np.empty(len(lines), dtype=object)
    values[:] = [line.value for line in lines]
    return OrderTable(
        currency=currency,
        names=tuple(name_of(line.order) for line in lines),
        texts=_texts_of(lines),
        distances=np.array([line.reach for line in lines], dtype=np.float64),
        values=values,
        buys=np.array([line.order.side is Side.BUY for line in lines], dtype=np.bool_),
        triggers=np.array([line.order.waits_for_trigger for line in lines], dtype=np.bool_),
        groups=np.array([numbers[line.group] if line.group else -1 for line in lines], dtype=np.int64),
        rivals=np.array([-1 if legs is None else sets[legs] for legs in rivals], dtype=np.int64),
        tabs=np.array([PURPOSES.index(tab_of(line.order)) for line in lines], dtype=np.int64),
        markets=_markets_of(snapshots),
        prices=np.array([_float(line.order.price) for line in lines], dtype=np.float64),
    )


def order_opened(snapshots: Iterable[Snapshot], key: str) -> Order | None:
    """Find an order by its key or id. None if it is not open at this moment."""
    return next((order for order in orders_of(snapshots) if order.is_named(key)), None)


def orders_of(snapshots: Iterable[Snapshot]) -> Iterator[Order]:
    """All orders, in the order of the snapshots."""
    return (order for snapshot in snapshots for order in snapshot.orders)


def name_of(order: Order) -> OrderName:
    """The identity of this order."""
    return OrderName(order.account, order.source, order.key)


def _lines_of(snapshot: Snapshot, currency: str) -> Iterator[Line]:
    rates = Rates(snapshot.prices.values())
    rate_of: dict[str | None, Decimal | None] = {}
    for order in snapshot.orders:
        if order.quote not in rate_of:
            rate_of[order.quote] = rates.rate(order.quote, currency) if order.quote else None
        rate, value = rate_of[order.quote], order.value
        yield Line(
            order=order,
            taken_at=snapshot.refresh.taken_at,
            distance=order.distance_to(reference_price(order, snapshot.prices.get(order.symbol))),
            value=None if value is None or rate is None else value * rate,
        )


def _markets_of(snapshots: Sequence[Snapshot]) -> Mapping[str, Decimal]:
    """The market price of each symbol. Accounts of one exchange agree. With several exchanges the first one counts."""
    markets: dict[str, Decimal] = {}
    for snapshot in snapshots:
        for symbol, price in snapshot.prices.items():
            if price.best is not None:
                markets.setdefault(symbol, price.best)
    return markets


def _sorted(lines: Sequence[Line]) -> list[Line]:
    """Nearest to the market first. A group takes the position of its nearest leg, with its legs sorted by role."""
    nearest: dict[Group, float] = {}
    for line in lines:
        if line.group is not None:
            nearest[line.group] = min(nearest.get(line.group, NOWHERE), line.reach)

    def place(line: Line) -> tuple[float, Group, int, float, str]:
        if line.group is None:
            return line.reach, (line.order.account, "", ""), 0, line.reach, line.order.key
        return nearest[line.group], line.group, _LEG_ORDER[line.order.role], line.reach, line.order.key

    return sorted(lines, key=place)


def _texts_of(lines: Sequence[Line]) -> pd.DataFrame:
    orders = [line.order for line in lines]
    columns: dict[str, Sequence[Any]] = {
        "symbol": [order.symbol for order in orders],
        "side": [side_word(order) for order in orders],
        "type": [",".join(type_words(order)) for order in orders],
        "group": [group_word(order) for order in orders],
        "role": [role_word(order) for order in orders],
        "price": _numbers([price_word(order) for order in orders]),
        "trigger": _numbers([trigger_word(order) for order in orders]),
        "on": [condition_word(order) for order in orders],
        "limit": _numbers([limit_word(order) for order in orders]),
        "quantity": _numbers([quantity_text(order.amount) for order in orders]),
        "filled": [_filled(order) for order in orders],
        "value": _numbers([number_text(line.value) for line in lines]),
        "way": ["" if not line.distance else "▲" if line.distance > 0 else "▼" for line in lines],
        "distance": [None if line.distance is None else line.reach * 100 for line in lines],
        "age": [age_column_text(line.age) for line in lines],
        "tif": [order.time_in_force or "" for order in orders],
        "flags": [flag_words(order) for order in orders],
        "account": [order.account for order in orders],
        "source": [str(order.source) for order in orders],
        "order_id": [order.order_id for order in orders],
        "search": [searched_words(order) for order in orders],
    }
    return pd.DataFrame({name: _column(name, values) for name, values in columns.items()})


_NUMBERS = frozenset({"filled", "distance"})
_FEW = frozenset({"symbol", "side", "type", "role", "on", "tif", "flags", "account", "source"})


def _column(name: str, values: Sequence[Any]) -> "pd.Series[Any]":
    if name in _NUMBERS:
        return pd.Series(values, dtype="float64")
    texts: pd.Series[Any] = pd.Series(values, dtype="str")
    return texts.astype("category") if name in _FEW else texts


def _filled(order: Order) -> float | None:
    """The filled share of an order, in per cent."""
    if order.filled is None or not order.amount:
        return None
    return float(order.filled / order.amount * 100)


def _float(price: Decimal | None) -> float:
    return float("nan") if price is None else float(price)


def _numbers(texts: Sequence[str]) -> list[str]:
    """Numbers padded with spaces so that they sort as texts. Other texts are unchanged and sort last.

    The list cuts texts at a quarter of the column's width in characters, so a padded "Market" would be cut too.
    """
    return [text if text.strip()[:1].isdigit() else text.strip() for text in spaced(texts)]
