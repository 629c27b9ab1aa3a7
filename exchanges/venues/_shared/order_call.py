"""Order calls: the requests that together read the open orders of an exchange."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from domain.sources import Source, SourceKind
from exchanges.connection.list_paths import ListPath
from exchanges.venues._shared.paging import Paging
from exchanges.venues._shared.row_details import RowDetails

ORDERS, TRIGGERS = SourceKind.ORDERS, SourceKind.TRIGGERS


@dataclass(frozen=True, slots=True)
class OpenSymbols:
    """A listed call that names the markets on which orders are open, by the exchange's own names."""

    path: str
    list_at: ListPath
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OrderCall:
    """One call of ccxt's fetch_open_orders. It is a source of its own, so that its failure hides no other list.

    With `each_symbol` it runs once for each symbol of the account, on markets of the type `market` ("spot", "linear",
    "inverse"); with `symbols` for each that the exchange names. With `wallets` it runs only while the wallet of this
    name holds something. A name that ends in "-" is a prefix: it runs for the markets that have a wallet of their own,
    named by the prefix and the market. Rows on markets of the types in `apart` belong to other calls and are dropped.
    `list_at` is the place of the list in the response: a response without it is an error, not an empty list. `details`
    is another call that states what the rows lack. `path` names a listed call that is requested with `params` in place
    of fetch_open_orders. A row of it may hold several orders, which `orders_in` finds. With `is_direct` ccxt unifies
    none of its rows, which are of the type `market`: the venue's parser reads them whole. `row_path` is a listed call
    that states more of one row, requested with the row's field `row_by`. Its object stands at `row_at`. Rows of `path`
    of which `is_live` is False are of orders that are over, or that another list states.
    """

    kind: SourceKind
    part: str | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    each_symbol: bool = False
    market: str | None = None
    symbols: OpenSymbols | None = None
    wallets: str | None = None
    limit: int | None = None
    paging: Paging | None = None
    apart: frozenset[str] = frozenset()
    list_at: ListPath | None = None
    details: RowDetails | None = None
    path: str | None = None
    orders_in: Callable[[Any], Iterable[Any]] | None = None
    is_live: Callable[[Any], bool] | None = None
    is_direct: bool = False
    row_path: str | None = None
    row_by: str = "orderId"
    row_at: ListPath = ("data",)
    every: float | None = None  # least seconds between two requests of a costly list; None: at each refresh

    @property
    def source(self) -> Source:
        """The source that this call reads."""
        return Source.of(self.kind, self.part)


def order_list(part: str | None = None, /, *, every: float | None = None, **params: Any) -> OrderCall:
    """A list of orders in the book."""
    return OrderCall(ORDERS, part, params, every=every)


def trigger_list(part: str | None = None, /, *, every: float | None = None, **params: Any) -> OrderCall:
    """A list of trigger orders that ccxt reads with {"trigger": True}."""
    return OrderCall(TRIGGERS, part, params | {"trigger": True}, every=every)
