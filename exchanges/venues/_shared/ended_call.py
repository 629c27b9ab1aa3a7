"""Ended calls: one of the requests that together read how the orders of an exchange ended."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from domain.markets import MarketType
from domain.orders import Order
from domain.sources import SourceKind
from exchanges.connection.list_paths import ListPath
from exchanges.venues._shared.order_call import TRIGGERS
from exchanges.venues._shared.paging import Paging


@dataclass(frozen=True, slots=True)
class EndedCall:
    """One list of ended orders: the ccxt method with its parameters, and the orders that it contains.

    It contains the orders of these `kinds` and `parts` of sources (all if empty), of the market type `market` ("spot",
    "linear", "inverse"), and whose own row has the values in `row` (words by field, in capitals). With `each_symbol` it
    is requested per symbol. `named` is a parameter that repeats the market, if ccxt omits it. One request covers `days`
    up to the parameter `until`, and returns at most `rows` rows. `is_timed` is False if ccxt sends no time range. Then
    the list is read by its `paging`, newest rows first. With `direct` the `method` is a listed call that ccxt does not
    unify. Its rows are of this market type, and `orders_in` extracts several orders from one.
    """

    name: str
    method: str
    params: Mapping[str, Any] = field(default_factory=dict)
    kinds: tuple[SourceKind, ...] = ()
    parts: tuple[str, ...] = ()
    market: str | None = None
    row: Mapping[str, str] = field(default_factory=dict)
    each_symbol: bool = False
    named: str | None = None
    days: float = 7
    rows: int = 100
    until: str = "until"
    is_timed: bool = True
    paging: Paging | None = None
    list_at: ListPath | None = None
    direct: str | None = None
    orders_in: Callable[[Any], Iterable[Any]] | None = None

    @property
    def is_of_triggers(self) -> bool:
        """True if the list holds only triggers. There "closed" means that one became an order in the book."""
        return self.kinds == (TRIGGERS,) or self.params.get("trigger") is True

    def contains(self, order: Order) -> bool:
        """True if the list contains this order once it has ended."""
        if (self.kinds and order.source.kind not in self.kinds) or (
            self.parts and (order.source.part or "") not in self.parts
        ):
            return False
        if self.market is not None and market_name(order) not in (None, self.market):
            return False
        return all(str(order.raw.get(name)).upper() == word for name, word in self.row.items())


def newest_first(name: str, method: str, kind: SourceKind | None = None, *parts: str, **values: Any) -> EndedCall:
    """A list read from its newest row, because ccxt sends no time range for it."""
    return EndedCall(name, method, kinds=() if kind is None else (kind,), parts=parts, is_timed=False, **values)


def market_name(order: Order) -> str | None:
    """The name of an order's market type in calls. None if unknown."""
    match order.market_type:
        case MarketType.SPOT | MarketType.MARGIN:
            return "spot"
        case MarketType.UNKNOWN:
            return None
    settled = order.symbol.partition(":")[2].partition("-")[0]
    return "inverse" if settled and settled == order.base else "linear"
