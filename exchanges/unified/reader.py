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
from exchanges.connection.errors import BadPayload, CircuitOpen, NotKnown, Permanent, UnknownError
from exchanges.connection.exact import milliseconds
from exchanges.connection.gateway import Gateway
from exchanges.connection.listed_markets import Listed
from exchanges.connection.markets import SharedMarkets
from exchanges.connection.markets_to_price import chosen
from exchanges.connection.rate_limits import priority_of
from exchanges.connection.refusals import is_refusal_of_key
from exchanges.contracts import AccountConnection, Answer, Permissions, Reach, Wanted
from exchanges.unified.account_rows import AccountRows
from exchanges.unified.history import UnifiedPast
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
_MOST_PAGES = 200
_MOST_TICKERS = 40  # asked one by one, where an exchange tells no list of them
_CANDLES_A_PAGE = 300


class UnifiedReader:
    """Reads one account through ccxt. Thread-safe: sources may be asked side by side."""

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
        own = {source: call.every for source, call in self._orders.items() if call.every is not None}
        kinds = self._venue.every
        of_kind = {source: kinds[source.kind] for source in self.sources if source.kind in kinds}
        self.least_seconds: Mapping[Source, float] = {**of_kind, **own}
        self._refused: dict[str, str] = {}  # parts of a source that the exchange refuses, and in which words
        self._details = details = DetailsReader(gateway)
        self._rows = AccountRows(gateway, self._venue, details)
        self._holding: frozenset[str] = frozenset()  # the keys of all balances, by the last answer
        self._kind: str | None = None  # the kind of account, once it is known
        self._answered: set[str] = set()  # parts of a source that answered at least once
        gateway.expect(len(self._orders) + len(self._wallets()))

    def __repr__(self) -> str:
        return f"UnifiedReader({self._account.exchange}, {self._account.name})"

    @cached_property
    def past(self) -> UnifiedPast:
        """Reads fills, transfers and endings over a gateway of its own, so that it never holds up a refresh."""
        gateway = Gateway(self._account, self._venue.rules, self._shared.limits)

        def listed() -> Listed:
            return gateway.with_markets(self._shared.listings, self._account.base_url)

        return UnifiedPast(self._account, self._venue, gateway, listed)

    def _wallets(self) -> tuple[WalletCall, ...]:
        """The wallets of the chosen markets, or the first wallet where none belongs to them."""
        declared = self._venue.wallets or _ONE_WALLET
        return chosen_of(declared, self._account.markets) or declared[:1]

    def _wallets_of_account(self) -> tuple[WalletCall, ...]:
        """Those of the wallets that this kind of account has."""
        wallets = self._wallets()
        if self._venue.account_kind is None or all(call.kind is None for call in wallets):
            return wallets
        if self._kind is None:
            self._kind = self._venue.account_kind(self._gateway)
        return tuple(call for call in wallets if call.kind in (None, self._kind))

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
        budget = self._account.budgets.get(source.kind, self._account.budget_seconds)
        with self._gateway.within(budget, priority_of(source.kind)):
            try:
                answer = self._read(source, wanted, self.listed())
            except (Permanent, CircuitOpen) as error:
                call = self._orders.get(source)
                raise self._with_way_out(error, None if call is None else market_of(call)) from error.__cause__
        took = int((time.monotonic() - started) * 1000)
        return replace(answer, success=replace(answer.success, duration_ms=took))

    def _read(self, source: Source, wanted: Wanted, listed: Listed) -> Answer:
        match source.kind:
            case SourceKind.BALANCES:
                return self._balances()
            case SourceKind.POSITIONS:
                calls = self._positions_calls()
                lists, refused = self._each_call(calls, "positions", lambda call: self._rows.positions(call, listed))
                return Answer(_joined(lists, refused))
            case SourceKind.PRICES:
                return Answer(self._prices(wanted, listed))
        rows = OrderLists(self._gateway, self._details, self._holding).rows(self._orders[source], wanted, listed)
        name = self._account.exchange
        return Answer(normalise_unified_orders(rows, self._account.name, name, self._venue, source, listed))

    def _balances(self) -> Answer:
        """All wallets. Wallets that no call reads are named as rows that cannot be read."""
        wallets, refused = self._each_call(self._wallets_of_account(), "wallet", self._rows.wallet)
        lists = [Success(wallet.balances, unreadable=wallet.unreadable) for wallet in wallets]
        self._holding = frozenset(balance.key for wallet in wallets for balance in wallet.balances)
        equities = tuple(equity for wallet in wallets for equity in wallet.equities)
        return Answer(_joined(lists, refused), equities=equities)

    def _each_call(
        self, calls: tuple[AnyCall, ...], what: str, read: Callable[[AnyCall], Result]
    ) -> tuple[list[Result], list[Unreadable]]:
        """The results of several calls. The first must answer, unless the exchange does not know it (HTTP 404) and a
        later one answers. A later one that the exchange refuses for good (a kind of account that was never opened) is
        a row that cannot be read, never nothing. So is a later one that never gave anything but an unknown error."""
        results: list[Result] = []
        unreadable: list[Unreadable] = []
        for place, call in enumerate(calls):
            name = f"{what} {call.name}"
            try:
                results.append(read(call))
            except (Permanent, CircuitOpen, UnknownError) as error:
                if isinstance(error, Permanent):
                    self._refused[name] = str(self._with_way_out(error, market_of(call)))
                elif isinstance(error, UnknownError) and name not in self._answered:
                    self._refused[name] = str(error.__cause__ or error)
                # A refused call is retried with pauses: CircuitOpen is no news of it.
                is_first_refusal = place == 0 and not isinstance(error, NotKnown)
                is_last_refusal = place == len(calls) - 1 and not results
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

    def _prices(self, wanted: Wanted, listed: Listed) -> Success[Any]:
        has_spot = not self._venue.prices_of_contracts_alone
        markets = chosen((m for m in listed.all() if has_spot or type_name(m) != "spot"), wanted)
        tickers: list[Any] = []
        for group in requested_together(markets, self._venue.tickers_by_base):
            tickers += self._tickers([market.symbol for market in group])
        if not tickers and markets:
            raise BadPayload("prices: the answer lists no ticker at all")
        names = {market.symbol for market in markets}
        return normalise_unified_prices(
            (ticker for ticker in tickers if ticker.get("symbol") in names), listed, self._venue.ticker_mark
        )

    def _tickers(self, symbols: list[str]) -> list[Any]:
        if self._gateway.offers("fetch_tickers"):
            said = self._gateway.call("fetch_tickers", symbols)
            return list(said.values()) if isinstance(said, Mapping) else list(said)
        return [self._gateway.call("fetch_ticker", symbol) for symbol in symbols[:_MOST_TICKERS]]

    def permissions(self) -> Permissions:
        """What the key may do, as far as it can be told: reading is tried, trading never."""

        def read() -> object:
            self.listed()
            return self._rows.wallet(self._wallets_of_account()[0])

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


def _joined(lists: Iterable[Success[Any]], refused: Iterable[Unreadable]) -> Success[Any]:
    """The rows of several calls as one list, each key once."""
    lists = tuple(lists)
    rows = {row.key: row for success in lists for row in success.rows}
    unreadable = (row for success in lists for row in success.unreadable)
    return Success(tuple(rows.values()), unreadable=(*unreadable, *refused))
