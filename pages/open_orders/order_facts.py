"""Order facts: what open orders say by themselves, whatever the market, as columns.

The columns of one refresh are taken over from those of the refresh before. Only orders that changed are looked at.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from operator import attrgetter

import numpy as np
import numpy.typing as npt

from domain.markets import Side
from domain.order_groups import ROLE_ORDER, rivals_of
from domain.orders import Order, TriggerKind
from pages.open_orders.tabs import PURPOSES, tab_of

Objects = npt.NDArray[np.object_]
_PLACE_OF_TAB = {tab: place for place, tab in enumerate(PURPOSES)}


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """One entry per order in each column."""

    orders: Objects
    prices: Objects  # Decimal at which it acts, or None
    worths: Objects  # Decimal in its quote currency, or None
    markets: Objects  # account, symbol, and True if it follows the mark price
    quotes: Objects  # account and quote currency
    groups: Objects  # the key of its group. Without one, the account alone
    grouped: npt.NDArray[np.bool_]  # True for orders with a group
    rivals: Objects  # the key of the legs of which one can fill, or None
    tabs: npt.NDArray[np.int64]  # the place in PURPOSES
    legs: npt.NDArray[np.int64]  # the place among the legs of its group
    buys: npt.NDArray[np.bool_]
    triggers: npt.NDArray[np.bool_]
    widths: npt.NDArray[np.int64]  # about how long its longest number is as a text

    def __len__(self) -> int:
        return len(self.orders)

    def at(self, places: npt.NDArray[np.int64]) -> "OrderFacts":
        """The columns of the orders at these places."""
        return OrderFacts(**{field.name: getattr(self, field.name)[places] for field in fields(self)})


def facts_of_orders(orders: Sequence[Order], before: OrderFacts | None = None) -> OrderFacts:
    """The columns of these orders. Those of orders that stand in `before` are taken from there."""
    if before is None or not len(before):
        return _facts_of(orders)
    places = _places_among(orders, before.orders)
    new = np.flatnonzero(places < 0)
    facts = before.at(places)
    if len(new):
        added = _facts_of([orders[int(place)] for place in new])
        for field in fields(facts):
            getattr(facts, field.name)[new] = getattr(added, field.name)
    return facts


def _places_among(orders: Sequence[Order], before: Objects) -> npt.NDArray[np.int64]:
    """The place of the same object in `before`, -1 for others. Dictionaries of that size take three times as long."""
    former, present = (np.fromiter(map(id, o), dtype=np.int64, count=len(o)) for o in (before, orders))
    by_id = np.argsort(former)
    nearest = by_id[np.minimum(np.searchsorted(former, present, sorter=by_id), len(former) - 1)]
    return np.where(former[nearest] == present, nearest, -1)


def _facts_of(orders: Sequence[Order]) -> OrderFacts:
    def shared(value: Callable[[Order], Hashable]) -> Objects:
        """Equal values as one object: they take less memory, and are compared by identity later on."""
        distinct: dict[Hashable, Hashable] = {}
        return objects_of([distinct.setdefault(item, item) for item in map(value, orders)])

    def objects(value: Callable[[Order], object]) -> Objects:
        return objects_of(list(map(value, orders)))

    def numbers(value: Callable[[Order], int]) -> npt.NDArray[np.int64]:
        return np.fromiter(map(value, orders), dtype=np.int64, count=len(orders))

    return OrderFacts(
        orders=objects_of(orders),
        prices=objects(attrgetter("price")),
        worths=objects(attrgetter("value")),
        markets=shared(lambda order: (order.account, order.symbol, order.trigger_kind is TriggerKind.MARK)),
        quotes=shared(attrgetter("account", "quote")),
        groups=shared(lambda order: order.group or (order.account, "", "")),
        grouped=numbers(lambda order: order.group_id is not None).astype(np.bool_),
        rivals=objects(rivals_of),
        tabs=numbers(lambda order: _PLACE_OF_TAB[tab_of(order)]),
        legs=numbers(lambda order: ROLE_ORDER[order.role]),
        buys=numbers(lambda order: order.side is Side.BUY).astype(np.bool_),
        triggers=numbers(attrgetter("waits_for_trigger")).astype(np.bool_),
        widths=numbers(_width),
    )


def objects_of(values: Sequence[object]) -> Objects:
    """An array of objects. numpy would make further dimensions of tuples."""
    column = np.empty(len(values), dtype=np.object_)
    column[:] = values
    return column


def _width(order: Order) -> int:
    numbers = (order.trigger_price, order.limit_price, order.amount)
    return max(map(_digits, filter(None, numbers)), default=0)


def _digits(number: Decimal) -> int:
    return len(str(number)) + max(number.adjusted(), 0) // 3
