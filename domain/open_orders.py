"""Open orders of one account: as its sources list them, and unified. Reused from one refresh to the next.

Orders listed twice, groups and roles are decided among the orders of one symbol. So after a refresh only the symbols
with another order are unified again. The orders of all others stay the same objects.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from operator import attrgetter

from domain.order_groups import merge_duplicates
from domain.orders import Order
from domain.sources import Source, order_sources

OrderKey = tuple[Source, str]
_by_key = attrgetter("key", "source")


@dataclass(frozen=True, slots=True)
class OrdersOfSymbol:
    """The open orders of one symbol by key: as listed, and each once with its group and role."""

    listed: tuple[Order, ...]
    unified: tuple[Order, ...]


@dataclass(frozen=True, slots=True)
class OpenOrders:
    """The open orders by symbol. The lists in `older` were not read in this refresh."""

    by_symbol: Mapping[str, OrdersOfSymbol]
    older: frozenset[Source]

    def unified(self) -> tuple[Order, ...]:
        """Every order once, by key."""
        return tuple(sorted(chain.from_iterable(o.unified for o in self.by_symbol.values()), key=attrgetter("key")))

    def followed_by(
        self, ended: Mapping[str, Collection[OrderKey]], began: Iterable[Order], older: Iterable[Source]
    ) -> "OpenOrders":
        """The open orders of another refresh. `ended` are the orders that are no more, by symbol.

        An order that changed is among both `ended` and `began`.
        """
        of_lists, added = frozenset(order_sources(older)), _by_symbol(began)
        changed, by_symbol = ended.keys() | added.keys(), dict(self.by_symbol)
        if of_lists != self.older:  # other lists are older now, so each symbol may be merged in another way
            changed = changed | by_symbol.keys()
        for symbol in changed:
            before = self.by_symbol.get(symbol)
            gone = frozenset(ended.get(symbol, ()))
            kept = [] if before is None else [o for o in before.listed if (o.source, o.key) not in gone]
            by_symbol[symbol] = _orders_of([*kept, *added.get(symbol, ())], of_lists)
        return OpenOrders({symbol: orders for symbol, orders in by_symbol.items() if orders.listed}, of_lists)


def open_orders_of(listed: Iterable[Order], older: Iterable[Source] = ()) -> OpenOrders:
    """The open orders from the rows of all lists."""
    of_lists = frozenset(order_sources(older))
    return OpenOrders({s: _orders_of(orders, of_lists) for s, orders in _by_symbol(listed).items()}, of_lists)


def _orders_of(listed: Iterable[Order], older: frozenset[Source]) -> OrdersOfSymbol:
    in_order = tuple(sorted(listed, key=_by_key))
    return OrdersOfSymbol(in_order, merge_duplicates(in_order, older))


def _by_symbol(orders: Iterable[Order]) -> dict[str, list[Order]]:
    by_symbol: dict[str, list[Order]] = {}
    for order in orders:
        by_symbol.setdefault(order.symbol, []).append(order)
    return by_symbol
