"""Filter: the orders of the list that match, and their totals. Applies to the whole list, not to one screen of it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import numpy.typing as npt

from domain.orders import Order
from pages.open_orders.table import OrderTable, nearest_legs
from pages.open_orders.tabs import PURPOSES, Tab
from pages.open_orders.words import ROLES, searched_words, side_word, type_words


def percent_of(text: str | None) -> float | None:
    """Parse "5%", "5 %" or "2,5" as a positive number. None for anything else."""
    try:
        percent = float((text or "").replace("%", "").replace(",", ".").strip())
    except ValueError:
        return None
    return percent if 0 < percent < float("inf") else None


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """The values of the filters. An empty field does not filter. `within` is in per cent of the market price."""

    symbols: tuple[str, ...] = ()
    sides: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    within: float | None = None
    search: str = ""

    @property
    def is_all(self) -> bool:
        """True if no filter is set."""
        return self == OrderFilter()


@dataclass(frozen=True, slots=True)
class Counts:
    """Totals of the matching orders, in the currency of the table.

    Orders without a value are counted, not taken as zero.
    """

    orders: int
    normal: int
    trigger: int
    groups: int
    buys: int
    sells: int
    buy_value: Decimal
    sell_value: Decimal
    unvalued: int


@dataclass(frozen=True, slots=True)
class FilteredRows:
    """A tab, a filter, and the rows of a table that match both. `counts` are of the filter alone, for each tab."""

    tab: Tab
    order_filter: OrderFilter
    rows: npt.NDArray[np.int64]
    counts: Mapping[Tab, int]

    @property
    def name(self) -> tuple[Tab, OrderFilter]:
        """Identifies the rows of one table."""
        return self.tab, self.order_filter


def filtered_rows(table: OrderTable, order_filter: OrderFilter, tab: Tab = Tab.ALL) -> FilteredRows:
    """The rows of this table that match, nearest first, computed once per table, filter and tab."""
    return table.once(("rows", order_filter, tab), lambda: _filtered(table, order_filter, tab))


def _filtered(table: OrderTable, order_filter: OrderFilter, tab: Tab) -> FilteredRows:
    rows = matching_rows(table, order_filter)
    tabs = table.facts.tabs[rows]
    counts = {purpose: int((tabs == position).sum()) for position, purpose in enumerate(PURPOSES)} | {
        Tab.ALL: len(rows)
    }
    if tab in PURPOSES:
        rows = rows[tabs == PURPOSES.index(tab)]
        rows = rows[np.lexsort((rows, table.distances[rows]))]
    return FilteredRows(tab, order_filter, rows, counts)


def matching_rows(table: OrderTable, order_filter: OrderFilter) -> npt.NDArray[np.int64]:
    """The rows of the table that match a filter, nearest to the market first. Legs of a group stay together.

    Legs that the filter hides do not count for the place of their group.
    """
    rows = np.arange(len(table))
    for is_match in _conditions(order_filter):
        rows = rows[[is_match(order) for order in table.facts.orders[rows]]] if len(rows) else rows
    if order_filter.within is not None:
        rows = rows[table.distances[rows] <= order_filter.within / 100]
    if words := order_filter.search.lower().split():
        texts = table.once("searched", lambda: list(map(searched_words, table.facts.orders)))
        rows = rows[[all(word in texts[row] for word in words) for row in rows]] if len(rows) else rows
    return rows[np.lexsort((rows, nearest_legs(table.distances[rows], table.groups[rows])))]


def _conditions(order_filter: OrderFilter) -> Iterator[Callable[[Order], bool]]:
    """The filters by what an order says by itself."""
    symbols, sides, types, roles = map(
        frozenset, (order_filter.symbols, order_filter.sides, order_filter.types, order_filter.roles)
    )
    if symbols:
        yield lambda order: order.symbol in symbols
    if sides:
        yield lambda order: side_word(order) in sides
    if types:
        yield lambda order: not types.isdisjoint(type_words(order))
    if roles:
        yield lambda order: ROLES[order.role] in roles


def counts_of(table: OrderTable, rows: npt.NDArray[np.int64]) -> Counts:
    """Totals of these rows. If only one of several legs can fill, only the largest counts."""
    buys, values, groups = table.facts.buys[rows], table.values[rows], table.groups[rows]
    counted = np.array([value is not None for value in values], dtype=np.bool_)
    counted[_outdone(values, table.rivals[rows])] = False
    trigger = int(table.facts.triggers[rows].sum())
    return Counts(
        orders=len(rows),
        normal=len(rows) - trigger,
        trigger=trigger,
        groups=len(np.unique(groups[groups >= 0])),
        buys=int(buys.sum()),
        sells=int((~buys).sum()),
        buy_value=sum((value for value in values[buys & counted]), Decimal(0)),
        sell_value=sum((value for value in values[~buys & counted]), Decimal(0)),
        unvalued=sum(value is None for value in values),
    )


def _outdone(values: npt.NDArray[np.object_], rivals: npt.NDArray[np.int64]) -> list[int]:
    """The positions of the legs that do not count: a rival leg, which excludes them, has a larger value."""
    largest: dict[int, int] = {}
    outdone = []
    for row in np.flatnonzero(rivals >= 0):
        if values[row] is None:
            continue
        rival = largest.setdefault(int(rivals[row]), int(row))
        if rival != row:
            loser, largest[int(rivals[row])] = sorted((rival, int(row)), key=lambda n: values[n])
            outdone.append(loser)
    return outdone
