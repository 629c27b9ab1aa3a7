"""Any exchange that ccxt reads: one account of it, by ccxt's unified calls and the declared lists of orders."""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any, TypeVar

from domain.candles import Candle
from domain.sources import Source, SourceKind, Success, Unreadable
from exchanges.connection.coin_units import units_of_listed
from exchanges.connection.errors import BadPayload, CircuitOpen, NotKnown, Permanent, UnknownError
from exchanges.connection.exact import milliseconds
from exchanges.connection.gateway import Gateway
from exchanges.connection.listed_markets import Listed
from exchanges.connection.markets import LOAD_SECONDS, SharedMarkets
from exchanges.connection.markets_to_price import markets_to_price
from exchanges.connection.rate_limits import priority_of
from exchanges.connection.refusals import is_refusal_of_key
from exchanges.contracts import AccountConnection, AccountScope, Permissions, RoundTrip, SourceResult
from exchanges.unified.account_rows import AccountRows
from exchanges.unified.candles import read_candles
from exchanges.unified.history import UnifiedHistory
from exchanges.unified.market_choice import (
    chosen_of,
    is_chosen,
    known_markets,
    market_of,
    reads_positions,
    way_out,
)
from exchanges.unified.order_lists import OrderLists, type_name
from exchanges.unified.orders import normalise_unified_orders
from exchanges.unified.permissions import permissions_of
from exchanges.unified.prices import normalise_unified_candles, normalise_unified_prices, requested_together
from exchanges.unified.row_details import DetailsReader
from exchanges.unified.venue_calls import order_calls, unreadable_kinds
from exchanges.venues._shared.account_calls import PositionsCall, WalletCall
from exchanges.venues._shared.venue import Venue

_ONE_WALLET, _ONE_POSITIONS_CALL = (WalletCall("main"),), (PositionsCall("main"),)
AnyCall = TypeVar("AnyCall", WalletCall, PositionsCall)
Result = TypeVar("Result")
_MOST_TICKERS = 40  # limit for exchanges with one ticker per request
_KIND_SECONDS = 300.0  # an account may change its kind while it is read


class UnifiedReader:
    """Reads one account through ccxt. Thread-safe: sources may be fetched in parallel."""

    def __init__(self, account: AccountConnection, shared: SharedMarkets, venue: Venue) -> None:
        self._account = account
        self._shared = shared
        self._venue = venue.for_account(account.options)
        self._gateway = gateway = Gateway(account, venue.rules, shared.limits)
        calls = order_calls(self._venue, gateway.features)
        self._orders = {call.source: call for call in chosen_of(calls, account.markets)}
        self.not_readable = unreadable_kinds(self._venue, calls)
        positions = (Source.POSITIONS,) if reads_positions(self._venue, gateway.offers, account.markets) else ()
        self.sources: tuple[Source, ...] = (Source.BALANCES, *positions, *self._orders, Source.PRICES)
        by_source = {source: call.every for source, call in self._orders.items() if call.every is not None}
        kinds = self._venue.every
        by_kind = {source: kinds[source.kind] for source in self.sources if source.kind in kinds}
        self.least_seconds: Mapping[Source, float] = {**by_kind, **by_source}
        self._refused: dict[str, str] = {}  # error messages of refused calls, by name of the call
        self._details = details = DetailsReader(gateway)
        self._rows = AccountRows(gateway, self._venue, details, account.api_key)
        self._holding: frozenset[str] = frozenset()  # keys of all balances in the last response
        self._kind: str | None = None  # the kind of account, once it is known
        self._kind_read_at = 0.0
        self._answered: set[str] = set()  # parts of a source that answered at least once
        gateway.allow_refusals(len(self._orders) + len(self._wallets()))

    def __repr__(self) -> str:
        return f"UnifiedReader({self._account.exchange}, {self._account.name})"

    @cached_property
    def history(self) -> UnifiedHistory:
        """Reads fills, transfers and endings over a gateway of its own, so that it never holds up a refresh."""
        gateway = Gateway(self._account, self._venue.rules, self._shared.limits)

        def listed() -> Listed:
            return gateway.with_markets(self._shared.listings, self._account.base_url)

        return UnifiedHistory(self._account, self._venue, gateway, listed)

    def _wallets(self) -> tuple[WalletCall, ...]:
        """The wallets of the chosen markets, or the first wallet where none belongs to them."""
        declared = self._venue.wallets or _ONE_WALLET
        return chosen_of(declared, self._account.markets) or declared[:1]

    def _wallets_of_account(self) -> tuple[WalletCall, ...]:
        """Those of the wallets that this kind of account has."""
        wallets = self._wallets()
        if self._venue.account_kind is None or all(call.kind is None for call in wallets):
            return wallets
        if self._kind is None or time.monotonic() - self._kind_read_at > _KIND_SECONDS:
            self._kind = self._venue.account_kind(self._gateway, self._account.api_key)
            self._kind_read_at = time.monotonic()
        return tuple(call for call in wallets if call.kind in (None, self._kind))

    def _positions_calls(self) -> tuple[PositionsCall, ...]:
        declared = self._venue.positions or _ONE_POSITIONS_CALL
        return chosen_of(declared, self._account.markets) or declared[:1]

    def listed(self) -> Listed:
        """The exchange's markets. Raises an ExchangeError if they cannot be loaded."""
        return self._gateway.with_markets(self._shared.listings, self._account.base_url)

    def coin_units(self) -> Mapping[str, Decimal]:
        """The smallest amount of each coin that can be sold on a spot market. Raises an ExchangeError."""
        with self._gateway.within(LOAD_SECONDS):
            return units_of_listed(self.listed().markets.values(), self._gateway.precision_mode)

    def fetch(self, source: Source, scope: AccountScope) -> SourceResult:
        """Ask one source, within its budget, retries included. Raises an ExchangeError."""
        if source not in self.sources:
            raise Permanent(f"{source} is not read from {self._account.exchange}")
        started = time.monotonic()
        budget = self._account.budgets.get(source.kind, self._account.budget_seconds)
        with self._gateway.within(budget, priority_of(source.kind)):
            try:
                answer = self._read(source, scope, self.listed())
            except (Permanent, CircuitOpen) as error:
                call = self._orders.get(source)
                raise self._with_way_out(error, None if call is None else market_of(call)) from error.__cause__
        took = int((time.monotonic() - started) * 1000)
        return replace(answer, success=replace(answer.success, duration_ms=took))

    def _read(self, source: Source, scope: AccountScope, listed: Listed) -> SourceResult:
        match source.kind:
            case SourceKind.BALANCES:
                return self._balances()
            case SourceKind.POSITIONS:
                calls = self._positions_calls()
                lists, refused = self._each_call(calls, "positions", lambda call: self._rows.positions(call, listed))
                return SourceResult(_joined(lists, refused))
            case SourceKind.PRICES:
                return SourceResult(self._prices(scope, listed))
        rows = OrderLists(self._gateway, self._details, self._holding).rows(self._orders[source], scope, listed)
        name = self._account.exchange
        return SourceResult(normalise_unified_orders(rows, self._account.name, name, self._venue, source, listed))

    def _balances(self) -> SourceResult:
        """All wallets. Wallets that no call reads are named as rows that cannot be read."""
        calls = self._wallets_of_account()
        wallets, refused = self._each_call(calls, "wallet", lambda call: self._rows.wallet(call, self._kind))
        lists = [Success(wallet.balances, unreadable=wallet.unreadable) for wallet in wallets]
        self._holding = frozenset(balance.key for wallet in wallets for balance in wallet.balances)
        equities = tuple(equity for wallet in wallets for equity in wallet.equities)
        return SourceResult(_joined(lists, refused), equities=equities)

    def _each_call(
        self, calls: tuple[AnyCall, ...], what: str, request: Callable[[AnyCall], Result]
    ) -> tuple[list[Result], list[Unreadable]]:
        """The results of several calls, and an unreadable row for each refused one.

        The first call must succeed, unless its endpoint does not exist (HTTP 404) and a later call succeeds. A later
        call may be refused permanently (an account type that was never opened), or may have given nothing but unknown
        errors.
        """
        results: list[Result] = []
        unreadable: list[Unreadable] = []
        for index, call in enumerate(calls):
            name = f"{what} {call.name}"
            try:
                results.append(request(call))
            except (Permanent, CircuitOpen, UnknownError) as error:
                if isinstance(error, Permanent):
                    self._refused[name] = str(self._with_way_out(error, market_of(call)))
                elif isinstance(error, UnknownError) and name not in self._answered:
                    self._refused[name] = str(error.__cause__ or error)
                # A refused call is retried with pauses: CircuitOpen is no news of it.
                is_first_refusal = index == 0 and not isinstance(error, NotKnown)
                is_last_refusal = index == len(calls) - 1 and not results
                is_failure = (is_first_refusal or is_last_refusal) and not getattr(call, "may_be_refused", False)
                if is_failure or name not in self._refused:
                    raise
                unreadable.append(Unreadable(f"{name}: {self._refused[name]}", {what: call.name}))
                continue
            self._refused.pop(name, None)
            self._answered.add(name)
        return results, unreadable

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

    def _prices(self, scope: AccountScope, listed: Listed) -> Success[Any]:
        has_spot_tickers = not self._venue.prices_of_contracts_alone
        markets = markets_to_price(listed.all(), scope, has_spot_tickers=has_spot_tickers)
        tickers: list[Any] = []
        for group in requested_together(markets, self._venue.tickers_by_base):
            tickers += self._tickers([market.symbol for market in group])
        if not tickers and markets:
            raise BadPayload("prices: the response lists no ticker")
        names = {market.symbol for market in markets}
        return normalise_unified_prices(
            (ticker for ticker in tickers if ticker.get("symbol") in names), listed, self._venue.ticker_mark
        )

    def _tickers(self, symbols: list[str]) -> list[Any]:
        if self._gateway.offers("fetch_tickers"):
            response = self._gateway.call("fetch_tickers", symbols)
            return list(response.values()) if isinstance(response, Mapping) else list(response)
        return [self._gateway.call("fetch_ticker", symbol) for symbol in symbols[:_MOST_TICKERS]]

    def permissions(self) -> Permissions:
        """The key's permissions, as far as known. Reading is tried, trading never."""

        def request_wallet() -> object:
            self.listed()
            return self._rows.wallet(self._wallets_of_account()[0])

        with self._gateway.within(self._account.budget_seconds):
            return permissions_of(self._venue, self._gateway, self._account.api_key, request_wallet)

    def measure_round_trip(self) -> RoundTrip:
        """Ask something public and measure: for checking a connection and the clock."""
        asks = "fetch_time" if self._gateway.offers("fetch_time") else "fetch_markets"
        with self._gateway.within(self._account.budget_seconds):
            return self._gateway.round_trip_of(lambda: self._gateway.call(asks))

    def fetch_candles(self, symbol: str, timeframe: str, since: datetime, until: datetime) -> tuple[Candle, ...]:
        """Candles that begin in [since, until), oldest first. Each page has the budget of a source."""
        if not self._gateway.offers("fetch_ohlcv"):
            raise Permanent(f"no candles are read from {self._account.exchange}")

        def request(start: datetime, limit: int | None) -> tuple[Candle, ...]:
            with self._gateway.within(self._account.budget_seconds):
                self.listed()
                rows = self._gateway.call("fetch_ohlcv", symbol, timeframe, milliseconds(start), limit)
            return normalise_unified_candles(rows, symbol, timeframe)

        with self._gateway.within(self._account.budget_seconds):
            market = self.listed().named(symbol)
        limits = self._venue.candle_rows
        return read_candles(
            request, timeframe, since, until, limits.of(type_name(market)), may_narrow=limits.takes_any_limit
        )

    def fetch_stated_history(self, since: datetime) -> tuple[tuple[datetime, Decimal], ...]:
        """Always empty: ccxt reads no past account values."""
        return ()

    @property
    def clock_ahead(self) -> timedelta | None:
        """How far the exchange's clock is ahead of ours. None: not stated."""
        return self._gateway.clock_ahead

    def probe(self) -> None:
        """Let open circuit breakers try one request at the next refresh."""
        self._gateway.probe()
        if "history" in self.__dict__:
            self.history.probe()

    def close(self) -> None:
        """Let go of idle connections."""
        self._gateway.close()
        if "history" in self.__dict__:
            self.history.close()


def _joined(lists: Iterable[Success[Any]], refused: Iterable[Unreadable]) -> Success[Any]:
    """The rows of several calls as one list, each key once."""
    lists = tuple(lists)
    rows = {row.key: row for success in lists for row in success.rows}
    unreadable = (row for success in lists for row in success.unreadable)
    return Success(tuple(rows.values()), unreadable=(*unreadable, *refused))
