"""Any exchange that ccxt reads: one account of it, by ccxt's unified calls and the declared lists of orders."""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any, TypeVar

from domain.candles import Candle
from domain.markets import MarketType
from domain.sources import Source, SourceKind, Success, Unreadable
from exchanges.connection.errors import BadPayload, CircuitOpen, Permanent
from exchanges.connection.exact import milliseconds
from exchanges.connection.gateway import Gateway
from exchanges.connection.listed_markets import Listed
from exchanges.connection.markets import Market, SharedMarkets
from exchanges.connection.markets_to_price import chosen
from exchanges.connection.refusals import is_refusal_of_key
from exchanges.contracts import AccountConnection, Answer, Permissions, Reach, Wanted
from exchanges.unified.history import UnifiedPast
from exchanges.unified.market_choice import (
    chosen_of,
    holds_contracts,
    is_chosen,
    known_markets,
    market_of,
    way_out,
)
from exchanges.unified.orders import normalise_unified_orders
from exchanges.unified.permissions import permissions_of
from exchanges.unified.prices import normalise_unified_candles, normalise_unified_prices
from exchanges.unified.venue_calls import order_calls, unreadable_kinds
from exchanges.unified.wallet import normalise_unified_balances, normalise_unified_positions
from exchanges.venues._shared.account_calls import PositionsCall, WalletCall
from exchanges.venues._shared.order_call import OrderCall
from exchanges.venues._shared.venue import Venue

_ONE_WALLET, _ONE_POSITIONS_CALL = (WalletCall("main"),), (PositionsCall("main"),)
AnyCall = TypeVar("AnyCall", WalletCall, PositionsCall)
_MOST_PAGES = 200
_MOST_TICKERS = 40  # asked one by one, where an exchange tells no list of them
_CANDLES_A_PAGE = 300


class UnifiedReader:
    """Reads one account through ccxt. Thread-safe: sources may be asked side by side."""

    def __init__(self, account: AccountConnection, shared: SharedMarkets, venue: Venue) -> None:
        self._account = account
        self._shared = shared
        self._venue = venue.for_account(account.options)
        self._gateway = gateway = Gateway(account, venue.rules)
        calls = order_calls(self._venue, gateway.features)
        self._orders = {call.source: call for call in chosen_of(calls, account.markets)}
        self.not_readable = unreadable_kinds(self._venue, calls)
        holds = gateway.offers("fetch_positions") and holds_contracts(self._venue, account.markets)
        positions = (Source.POSITIONS,) if holds else ()
        self.sources: tuple[Source, ...] = (Source.BALANCES, *positions, *self._orders, Source.PRICES)
        self._refused: dict[str, str] = {}  # parts of a source that the exchange refuses, and in which words
        gateway.expect(len(self._orders) + len(self._wallets()))

    def __repr__(self) -> str:
        return f"UnifiedReader({self._account.exchange}, {self._account.name})"

    @cached_property
    def past(self) -> UnifiedPast:
        """Reads fills, transfers and endings over a gateway of its own, so that it never holds up a refresh."""
        gateway = Gateway(self._account, self._venue.rules)

        def listed() -> Listed:
            return gateway.with_markets(self._shared.listings, self._account.base_url)

        return UnifiedPast(self._account, self._venue, gateway, listed)

    def _wallets(self) -> tuple[WalletCall, ...]:
        """The wallets of the chosen markets, or the first wallet where none belongs to them."""
        declared = self._venue.wallets or _ONE_WALLET
        return chosen_of(declared, self._account.markets) or declared[:1]

    def _positions_calls(self) -> tuple[PositionsCall, ...]:
        declared = self._venue.positions or _ONE_POSITIONS_CALL
        return chosen_of(declared, self._account.markets) or declared[:1]

    def listed(self) -> Listed:
        """The exchange's markets; raises an ExchangeError while they cannot be had."""
        return self._gateway.with_markets(self._shared.listings, self._account.base_url)

    def fetch(self, source: Source, wanted: Wanted) -> Answer:
        """Ask one source, within its budget, retries included. Raises an ExchangeError."""
        if source not in self.sources:
            raise Permanent(f"{source} is not read from {self._account.exchange}")
        started = time.monotonic()
        with self._gateway.within(self._account.budgets.get(source.kind, self._account.budget_seconds)):
            try:
                success = self._read(source, wanted, self.listed())
            except (Permanent, CircuitOpen) as error:
                call = self._orders.get(source)
                raise self._with_way_out(error, None if call is None else market_of(call)) from error.__cause__
        return Answer(replace(success, duration_ms=int((time.monotonic() - started) * 1000)))

    def _read(self, source: Source, wanted: Wanted, listed: Listed) -> Success[Any]:
        match source.kind:
            case SourceKind.BALANCES:
                return self._each_part(self._wallets(), "wallet", self._wallet)
            case SourceKind.POSITIONS:
                return self._each_part(self._positions_calls(), "positions", lambda part: self._positions(part, listed))
            case SourceKind.PRICES:
                return self._prices(wanted, listed)
        rows = self._order_rows(self._orders[source], wanted, listed)
        return normalise_unified_orders(rows, self._account.name, self._account.exchange, self._venue, source, listed)

    def _each_part(
        self, calls: tuple[AnyCall, ...], what: str, read: Callable[[AnyCall], Success[Any]]
    ) -> Success[Any]:
        """What several calls say together. The first must answer; a later one that the exchange refuses for good (a
        kind of account that was never opened) is told as a row that cannot be read, never as nothing (Lesson 3)."""
        rows: list[Any] = []
        unreadable: list[Unreadable] = []
        for place, part in enumerate(calls):
            try:
                said = read(part)
            except (Permanent, CircuitOpen) as error:
                name = f"{what} {part.name}"
                if isinstance(error, Permanent):
                    self._refused[name] = str(self._with_way_out(error, market_of(part)))
                # What was refused is asked gently from then on: not being asked is no news of it.
                if place == 0 or name not in self._refused:
                    raise
                unreadable.append(Unreadable(f"{name}: {self._refused[name]}", {what: part.name}))
                continue
            self._refused.pop(f"{what} {part.name}", None)
            rows += said.rows
            unreadable += said.unreadable
        return Success(tuple({row.key: row for row in rows}.values()), unreadable=tuple(unreadable))

    def _with_way_out(self, error: Permanent | CircuitOpen, market: str | None) -> Permanent | CircuitOpen:
        """A refusal of the key with how to do without that market, where the exchange has others."""
        if market is None or not is_refusal_of_key(error):
            return error
        markets = known_markets(self._venue, self._gateway.features)
        others = [other for other in markets if is_chosen(other, self._account.markets)]
        if len(others) < 2:
            return error
        words = f"{error}{way_out(market, others)}"
        return CircuitOpen(words, error.next_attempt_at) if isinstance(error, CircuitOpen) else Permanent(words)

    def _wallet(self, part: WalletCall) -> Success[Any]:
        said = self._gateway.call("fetch_balance", dict(part.params), endpoint=f"fetch_balance:{part.name}")
        info = said.get("info") if isinstance(said, Mapping) else None
        if part.unless is not None and isinstance(info, Mapping) and part.unless in info:
            return Success(())
        return normalise_unified_balances(said, part.name)

    def _positions(self, part: PositionsCall, listed: Listed) -> Success[Any]:
        endpoint = f"fetch_positions:{part.name}"
        rows = self._gateway.call("fetch_positions", None, dict(part.params), endpoint=endpoint)
        return normalise_unified_positions(rows, listed)

    def _order_rows(self, call: OrderCall, wanted: Wanted, listed: Listed) -> list[Any]:
        """All rows of one call: page by page where it has pages, symbol by symbol where it wants one."""
        if not call.each_symbol:
            return [row for row in self._paged(call, None) if not _is_apart(row, call, listed)]
        rows: list[Any] = []
        for market in dealt_in(wanted, listed, call.market):
            rows += self._paged(call, market.symbol)
        return rows

    def _paged(self, call: OrderCall, symbol: str | None) -> list[Any]:
        """The rows of one list; where it holds more than is told, also one that says so (Lesson 3)."""
        rows: list[Any] = []
        last: list[Any] = []
        params, paging = dict(call.params), call.paging
        for done in range(1, _MOST_PAGES + 1):
            page = self._gateway.call(
                "fetch_open_orders", symbol, None, call.limit, dict(params), endpoint=f"fetch_open_orders:{call.source}"
            )
            if paging is None:
                return [*page, _more_than(len(page))] if call.limit is not None and len(page) >= call.limit else page
            if page and page == last:  # the same once more: where to go on is not heeded
                return [*rows, _more_than(len(rows))]
            rows += page
            if len(page) < paging.size:
                return rows
            onward = paging.onward(page, done)
            if onward is None and paging.first:  # the exchange's own cursor is at the end
                return rows
            if onward is None or params.get(paging.param) == onward:
                return [*rows, _more_than(len(rows))]
            params[paging.param], last = onward, page
        raise BadPayload(f"orders: the list does not end after {_MOST_PAGES} pages")

    def _prices(self, wanted: Wanted, listed: Listed) -> Success[Any]:
        markets = chosen(listed.all(), wanted)
        tickers: list[Any] = []
        for group in _asked_together(markets):
            tickers += self._tickers([market.symbol for market in group])
        if not tickers and markets:
            raise BadPayload("prices: the answer lists no ticker at all")
        names = {market.symbol for market in markets}
        return normalise_unified_prices((t for t in tickers if t.get("symbol") in names), listed)

    def _tickers(self, symbols: list[str]) -> list[Any]:
        if self._gateway.offers("fetch_tickers"):
            said = self._gateway.call("fetch_tickers", symbols)
            return list(said.values()) if isinstance(said, Mapping) else list(said)
        return [self._gateway.call("fetch_ticker", symbol) for symbol in symbols[:_MOST_TICKERS]]

    def permissions(self) -> Permissions:
        """What the key may do, as far as it can be told: reading is tried, trading never."""

        def read() -> object:
            self.listed()
            return self._wallet(self._wallets()[0])

        with self._gateway.within(self._account.budget_seconds):
            return permissions_of(self._venue, self._gateway, self._account.api_key, read)

    def reach(self) -> Reach:
        """Ask something public and measure: for checking a connection and the clock."""
        asks = "fetch_time" if self._gateway.offers("fetch_time") else "fetch_markets"
        with self._gateway.within(self._account.budget_seconds):
            return self._gateway.measured(lambda: self._gateway.call(asks))

    def fetch_candles(self, symbol: str, timeframe: str, since: datetime, until: datetime) -> tuple[Candle, ...]:
        """Candles that begin in [since, until), oldest first. Each page has the budget of a source."""
        if not self._gateway.offers("fetch_ohlcv"):
            raise Permanent(f"no candles are read from {self._account.exchange}")
        found: dict[datetime, Candle] = {}
        start = since
        for _ in range(_MOST_PAGES):
            with self._gateway.within(self._account.budget_seconds):
                self.listed()
                rows = self._gateway.call("fetch_ohlcv", symbol, timeframe, milliseconds(start), _CANDLES_A_PAGE)
            fresh = [c for c in normalise_unified_candles(rows, symbol, timeframe) if c.at >= start]
            new = [candle for candle in fresh if candle.at not in found]
            found |= {candle.at: candle for candle in fresh}
            if not new:
                break
            start = max(candle.at for candle in new) + timedelta(milliseconds=1)
            if start >= until:
                break
        return tuple(found[at] for at in sorted(found) if at < until)

    def fetch_stated_history(self, since: datetime) -> tuple[tuple[datetime, Decimal], ...]:
        """Nothing: ccxt reads no past worth of an account."""
        return ()

    def probe(self) -> None:
        """Let the next refresh ask also what is being asked gently after failures."""
        self._gateway.probe()
        if "past" in self.__dict__:
            self.past.probe()

    def close(self) -> None:
        """Let go of idle connections."""
        self._gateway.close()
        if "past" in self.__dict__:
            self.past.close()


def dealt_in(wanted: Wanted, listed: Listed, type_of_market: str | None) -> tuple[Market, ...]:
    """The markets of one type that an account deals in: named ones, and the spot books and contracts of what it holds
    against the money that values are shown in."""
    return tuple(
        market
        for market in chosen(listed.all(), wanted)
        if type_of_market in (None, type_name(market))
        and ({market.symbol, market.exchange_symbol} & wanted.symbols or market.base in wanted.assets)
    )


def _is_apart(row: Any, call: OrderCall, listed: Listed) -> bool:
    """Whether an order is on a market of which another call tells."""
    symbol = row.get("symbol") if isinstance(row, Mapping) else None
    return bool(call.apart) and isinstance(symbol, str) and type_name(listed.named(symbol)) in call.apart


def type_name(market: Market) -> str:
    """The type of a market as the order lists name it: spot, linear or inverse."""
    if market.market_type in (MarketType.SPOT, MarketType.MARGIN):
        return "spot"
    return "inverse" if market.is_inverse else "linear"


def _more_than(told: int) -> Mapping[str, Any]:
    """The row that stands for those of a list that are not told."""
    return {"unparsed": f"the exchange tells {told} orders of this list: there may be more", "info": {"told": told}}


def _asked_together(markets: Iterable[Market]) -> list[list[Market]]:
    """ccxt wants the symbols of one call to be of one type of market."""
    groups: dict[str, list[Market]] = {}
    for market in markets:
        groups.setdefault(f"{market.market_type}:{type_name(market)}", []).append(market)
    return list(groups.values())
