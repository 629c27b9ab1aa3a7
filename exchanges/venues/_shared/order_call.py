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
    """One list of open orders. It is a source of its own, so its failure hides no other list.

    With `each_symbol` it runs once for each symbol of the account, on markets of the type `market` ("spot", "linear",
    "inverse"). With `symbols` it runs for each symbol that the exchange names. With `wallets` it runs only while the
    wallet of this name holds something. A name that ends in "-" is a prefix: it runs for the markets that have a wallet
    of their own, named by the prefix and the market. Rows on markets of the types in `other_types` belong to other
    calls and are dropped. `list_at` is the path of the list in the response. A response without it is an error, not an
    empty list. `details` is another call with fields that the rows lack. `path` names a listed call to request with
    `params` instead of fetch_open_orders. A row of it may hold several orders, which `orders_in` extracts. With
    `is_direct` ccxt parses none of its rows, which are of the type `market`, and the venue's parser reads all fields.
    `row_path` is a listed call with more fields of one row, requested with the row's field `row_by`. Its object is at
    `row_at`. Rows of `path` are dropped if `is_live` is False, because they have ended or another list has them.
    """

    kind: SourceKind
    list_name: str | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    each_symbol: bool = False
    market: str | None = None
    symbols: OpenSymbols | None = None
    wallets: str | None = None
    limit: int | None = None
    paging: Paging | None = None
    other_types: frozenset[str] = frozenset()
    list_at: ListPath | None = None
    details: RowDetails | None = None
    path: str | None = None
    orders_in: Callable[[Any], Iterable[Any]] | None = None
    is_live: Callable[[Any], bool] | None = None
    is_direct: bool = False
    row_path: str | None = None
    row_by: str = "orderId"
    row_at: ListPath = ("data",)
    every: float | None = None  # minimum seconds between two requests of a costly list, None for each refresh

    @property
    def source(self) -> Source:
        """The source that this call reads."""
        return Source.of(self.kind, self.list_name)


def order_list(list_name: str | None = None, /, *, every: float | None = None, **params: Any) -> OrderCall:
    """A list of orders in the book."""
    return OrderCall(ORDERS, list_name, params, every=every)
