"""Ended calls: one question out of those that together tell how the orders of an exchange ended."""

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
    """One question after ended orders: which of ccxt's lists, what is said with it, and which orders it tells of.

    It tells of the orders of these `kinds` of sources and `parts` of them (none named: of all), of the type of market
    that `market` names ("spot", "linear", "inverse"), and whose own row says what `row` does (words by field, in
    capitals). With `each_symbol` it is made for each symbol of those; `named` is a parameter that names the market once
    more, where ccxt leaves it out. One question spans `days`, to a moment said as `until`, and is answered with `rows`
    at most. `is_timed` is False where ccxt lets no stretch of time be said: then the list is read by its `paging`, the
    newest rows first. With `direct` the `method` is a listed call, of which ccxt unifies nothing: its rows are of this
    type of market, and `orders_in` finds several in one.
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
        """Whether it tells of triggers alone: there "closed" says that one became an order in the book."""
        return self.kinds == (TRIGGERS,) or self.params.get("trigger") is True

    def tells_of(self, order: Order) -> bool:
        """Whether this order's ending would stand in it."""
        if (self.kinds and order.source.kind not in self.kinds) or (
            self.parts and (order.source.part or "") not in self.parts
        ):
            return False
        if self.market is not None and market_name(order) not in (None, self.market):
            return False
        return all(str(order.raw.get(name)).upper() == word for name, word in self.row.items())


def newest_first(name: str, method: str, kind: SourceKind | None = None, *parts: str, **values: Any) -> EndedCall:
    """A list that is read from its newest row on: ccxt sends no time range for it."""
    return EndedCall(name, method, kinds=() if kind is None else (kind,), parts=parts, is_timed=False, **values)


def market_name(order: Order) -> str | None:
    """The type of an order's market as calls name it; None where it is not known."""
    match order.market_type:
        case MarketType.SPOT | MarketType.MARGIN:
            return "spot"
        case MarketType.UNKNOWN:
            return None
    settled = order.symbol.partition(":")[2].partition("-")[0]
    return "inverse" if settled and settled == order.base else "linear"
