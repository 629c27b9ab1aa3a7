"""Order lists: all rows of one list of open orders, page by page or symbol by symbol."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from domain.markets import MarketType
from domain.money import DOLLARS
from exchanges.connection.errors import BadPayload
from exchanges.connection.exact import text
from exchanges.connection.gateway import Gateway
from exchanges.connection.list_paths import check_list, list_in, rows_in
from exchanges.connection.listed_markets import Listed
from exchanges.connection.markets import Market
from exchanges.connection.markets_to_price import markets_to_price
from exchanges.contracts import AccountScope
from exchanges.unified.direct_rows import direct_row
from exchanges.unified.row_details import DetailsReader
from exchanges.venues._shared.order_call import OrderCall

_MOST_PAGES = 200
_CONTRACTS = frozenset({MarketType.PERPETUAL, MarketType.FUTURE})


class OrderLists:
    """Reads lists of open orders through one gateway."""

    def __init__(self, gateway: Gateway, details: DetailsReader, wallets: frozenset[str]) -> None:
        """`wallets` are the keys of all balances, as "isolated-BTCUSDT/USDT"."""
        self._gateway = gateway
        self._details = details
        self._wallets = wallets

    def rows(self, call: OrderCall, scope: AccountScope, listed: Listed) -> list[Any]:
        """All rows of one call, with the details that another call states of them."""
        return self._details.added_to(self._rows(call, scope, listed), call.details)

    def _rows(self, call: OrderCall, scope: AccountScope, listed: Listed) -> list[Any]:
        """All rows of one call: page by page where it has pages, symbol by symbol where it wants one."""
        if not call.each_symbol and call.symbols is None:
            return [row for row in self._paged(call, None) if not _is_apart(row, call, listed)]
        names = self._names(call, scope, listed)
        rows: list[Any] = [
            {"unparsed": "the list of markets with open orders names none here", "info": {"market": name}}
            for name in names
            if not isinstance(name, str)
        ]
        for name in names:
            rows += self._paged(call, name) if isinstance(name, str) else []
        return rows

    def _names(self, call: OrderCall, scope: AccountScope, listed: Listed) -> list[Any]:
        """The markets that a call is requested for, one by one, and what else a list of markets holds.

        ccxt knows markets by the exchange's names, too. Raises BadPayload for a list without a name.
        """
        if call.symbols is None:
            return [market.symbol for market in self._markets(call, scope, listed)]
        source = call.symbols
        response = self._gateway.request(source.path, source.params, endpoint=f"{source.path}:{call.source}")
        fitting = {market.exchange_symbol: market.symbol for market in listed.all() if call.market == type_name(market)}
        names = [name for _, name in rows_in(response, source.list_at)]
        if names and not any(isinstance(name, str) for name in names):
            raise BadPayload("orders: the list of markets with open orders holds other things")
        return [fitting.get(name, name) if isinstance(name, str) else name for name in names]

    def _markets(self, call: OrderCall, scope: AccountScope, listed: Listed) -> tuple[Market, ...]:
        """The markets that a call is requested for, one by one."""
        if call.wallets is None:
            return dealt_in(scope, listed, call.market)
        if not call.wallets.endswith("-"):
            is_used = any(key.startswith(f"{call.wallets}/") for key in self._wallets)
            return dealt_in(scope, listed, call.market) if is_used else ()
        fitting = (market for market in listed.all() if call.market in (None, type_name(market)))
        named = {f"{call.wallets}{market.exchange_symbol}": market for market in fitting}
        holding = {key.rpartition("/")[0] for key in self._wallets}
        return tuple(named[wallet] for wallet in sorted(holding & named.keys()))

    def _paged(self, call: OrderCall, symbol: str | None) -> list[Any]:
        """The rows of one list. If it may be truncated, a last row says so."""
        rows: list[Any] = []
        last: list[Any] = []
        params, paging = dict(call.params), call.paging
        for done in range(1, _MOST_PAGES + 1):
            page, count = self._page(call, symbol, params)
            if paging is None:
                return [*page, _more_than(len(page))] if call.limit is not None and len(page) >= call.limit else page
            if page and page == last:  # the same once more: where to go on is not heeded
                return [*rows, _more_than(len(rows))]
            rows += page
            if count < paging.size:
                return rows
            next_value = paging.next_value(page, done)
            if next_value is None and paging.first:  # the exchange's own cursor is at the end
                return rows
            if next_value is None or params.get(paging.param) == next_value:
                return [*rows, _more_than(len(rows))]
            params[paging.param], last = next_value, page
        raise BadPayload(f"orders: the list does not end after {_MOST_PAGES} pages")

    def _page(self, call: OrderCall, symbol: str | None, params: Mapping[str, Any]) -> tuple[list[Any], int]:
        """The orders of one page, and of how many rows it was."""
        if call.path is None:
            endpoint = f"fetch_open_orders:{call.source}"
            page: list[Any] = self._gateway.call(
                "fetch_open_orders", symbol, None, call.limit, dict(params), endpoint=endpoint, list_at=call.list_at
            )
            return page, len(page)
        response = self._gateway.request(call.path, params, endpoint=f"{call.path}:{call.source}")
        check_list(response, call.list_at or ())
        listed = [row for _, row in rows_in(response, call.list_at or ())]
        rows = [self._whole_row(call, row) for row in listed if call.is_live is None or call.is_live(row)]
        orders = [order for row in rows for order in (call.orders_in(row) if call.orders_in is not None else (row,))]
        if call.is_direct:
            return [direct_row(self._gateway, order, call.market or "spot") for order in orders], len(listed)
        return self._gateway.open_orders(orders), len(listed)

    def _whole_row(self, call: OrderCall, row: Any) -> Any:
        """The row, completed by the exchange's detail call for it."""
        identity = text(row, call.row_by) if isinstance(row, Mapping) else None
        if call.row_path is None or identity is None:
            return row
        response = self._gateway.request(
            call.row_path, {call.row_by: identity}, endpoint=f"{call.row_path}:{call.source}"
        )
        more = list_in(response, call.row_at)
        return {**row, **more} if isinstance(more, Mapping) else row


def dealt_in(scope: AccountScope, listed: Listed, type_of_market: str | None) -> tuple[Market, ...]:
    """The markets of one type that an account uses.

    These are the named ones, and the spot and contract markets of its assets against the display currencies.
    """
    priced = markets_to_price(listed.all(), scope)
    contracts = () if type_of_market == "spot" else _contracts_of(scope.assets, listed)
    markets = {market.symbol: market for market in (*priced, *contracts)}
    return tuple(
        market
        for market in markets.values()
        if type_of_market in (None, type_name(market))
        and ({market.symbol, market.exchange_symbol} & scope.symbols or market.base in scope.assets)
    )


def _contracts_of(assets: Collection[str], listed: Listed) -> Iterator[Market]:
    """The open contracts on these assets against dollars."""
    for market in listed.all():
        if market.market_type in _CONTRACTS and market.is_active and market.base in assets and market.quote in DOLLARS:
            yield market


def _is_apart(row: Any, call: OrderCall, listed: Listed) -> bool:
    """True if another call reads the order's market."""
    symbol = row.get("symbol") if isinstance(row, Mapping) else None
    return bool(call.other_types) and isinstance(symbol, str) and type_name(listed.named(symbol)) in call.other_types


def type_name(market: Market) -> str:
    """The type of a market as the order lists name it: spot, linear or inverse."""
    if market.market_type in (MarketType.SPOT, MarketType.MARGIN):
        return "spot"
    return "inverse" if market.is_inverse else "linear"


def _more_than(row_count: int) -> Mapping[str, Any]:
    """The row that marks a truncated list."""
    return {
        "unparsed": f"the exchange returned {row_count} orders of this list: there may be more",
        "info": {"told": row_count},
    }
