"""Crypto.com Exchange: reads one account, and a recorded history for the demo."""

import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from types import MappingProxyType
from typing import Any, NamedTuple

from domain.candles import Candle
from domain.positions import Position
from domain.sources import Source, SourceKind, Success
from domain.valuation import Valuation
from exchanges.connection.coin_units import units_of
from exchanges.connection.errors import BadPayload, ExchangeError, Permanent
from exchanges.connection.exact import milliseconds, moment
from exchanges.connection.gateway import Gateway
from exchanges.connection.markets import LOAD_SECONDS, Markets, SharedMarkets
from exchanges.connection.payload_rows import rows_of
from exchanges.connection.rate_limits import Priority, priority_of
from exchanges.contracts import AccountConnection, AccountScope, Permissions, RoundTrip, SourceResult
from exchanges.cryptocom.history import CryptocomHistory
from exchanges.cryptocom.markets import markets_of
from exchanges.cryptocom.marks import with_mark_prices
from exchanges.cryptocom.orders import normalise_orders
from exchanges.cryptocom.prices import normalise_candles, normalise_history, normalise_prices
from exchanges.cryptocom.wallet import holds_nothing, normalise_balances, normalise_positions
from exchanges.venues._shared.venue import Venue

SOURCES = (Source.BALANCES, Source.POSITIONS, Source.ORDERS, Source.TRIGGERS, Source.PRICES)
PATHS: Mapping[Source, str] = {
    Source.BALANCES: "private/user-balance",
    Source.POSITIONS: "private/get-positions",
    Source.ORDERS: "private/get-open-orders",
    Source.TRIGGERS: "private/advanced/get-open-orders",
    Source.PRICES: "public/get-tickers",
}
# Crypto.com's names for candle lengths that differ from ccxt's, and the seconds of each.
_TIMEFRAMES = {"1d": "1D", "1w": "7D", "2w": "14D"}
_SECONDS = {"1m": 60, "5m": 300, "15m": 900, "30m": 1800, "1h": 3600, "4h": 14400, "12h": 43200, "1d": 86400}
_CANDLES_A_PAGE = 300
_MOST_PAGES = 500
# For the stated history: timeframe, points per response and their distance.
_HISTORY = (("D1", 30, timedelta(days=1)), ("H1", 120, timedelta(hours=1)))
_MOST_HISTORY_PAGES = 40


PERMISSIONS_NOTE = (
    "Crypto.com's API does not state a key's permissions, and Stillframe never tests them: open the key's settings on "
    "the exchange and allow it to read only."
)


class Recorded(NamedTuple):
    """The parsed responses of one recorded time."""

    at: datetime
    results: Mapping[Source, Success[Any]]
    stated: Valuation


def normalise_recorded(recorded: Mapping[str, Any], account: str, scope: AccountScope | None = None) -> Recorded:
    """Parse one record: {"at": ms, "balances", "positions", "orders", "triggers", "tickers": full responses}.

    Keeps the prices of held and ordered markets, and of those in `scope`. Parse the responses with exact.exact_json
    first.
    """
    at = moment(recorded, "at")
    if at is None:
        raise BadPayload("the recorded moment states no time")
    markets: Markets = {}  # every market is read from its name, so no exchange is needed
    balances, stated = normalise_balances(recorded["balances"])
    results: dict[Source, Success[Any]] = {
        Source.BALANCES: balances,
        Source.POSITIONS: normalise_positions(recorded["positions"], markets),
        Source.ORDERS: normalise_orders(recorded["orders"], account, Source.ORDERS, markets),
        Source.TRIGGERS: normalise_orders(recorded["triggers"], account, Source.TRIGGERS, markets),
    }
    traded = [row.symbol for source in SOURCES[1:4] for row in results[source].rows]
    scope = scope or AccountScope()
    scope = replace(
        scope,
        assets=scope.assets | {balance.asset for balance in balances.rows},
        symbols=scope.symbols | frozenset(traded),
    )
    results[Source.PRICES] = normalise_prices(recorded["tickers"], scope, markets)
    return Recorded(at, results, stated)


class CryptocomReader:
    """Reads one account of Crypto.com Exchange. Thread-safe: sources may be fetched in parallel."""

    sources = SOURCES
    not_readable: frozenset[SourceKind] = frozenset()
    least_seconds: Mapping[Source, float] = MappingProxyType({})

    def __init__(self, account: AccountConnection, shared: SharedMarkets, venue: Venue) -> None:
        self._account = account
        self._shared = shared
        self._rules = venue.rules
        self._gateway = Gateway(account, venue.rules, shared.limits)

    def __repr__(self) -> str:
        return f"CryptocomReader({self._account.name})"

    @cached_property
    def history(self) -> CryptocomHistory:
        """Reads fills, transfers and endings over a gateway of its own, so that it never holds up a refresh."""
        gateway = Gateway(self._account, self._rules, self._shared.limits)
        return CryptocomHistory(self._account, self._markets, gateway)

    def fetch(self, source: Source, scope: AccountScope) -> SourceResult:
        """Ask one source, within its budget, retries included. Raises an ExchangeError."""
        if source not in PATHS:
            raise Permanent(f"{source} is not read from Crypto.com")
        started = time.monotonic()
        budget = self._account.budgets.get(source.kind, self._account.budget_seconds)
        with self._gateway.within(budget, priority_of(source.kind)):
            answer = self._answer(source, scope)
        took = int((time.monotonic() - started) * 1000)
        return replace(answer, success=replace(answer.success, duration_ms=took))

    def _answer(self, source: Source, scope: AccountScope) -> SourceResult:
        # One response holds all open orders. The exchange ignores paging parameters.
        payload = self._gateway.request(PATHS[source])
        match source:
            case Source.BALANCES:
                success, stated = normalise_balances(payload)
                if holds_nothing(success, stated):
                    self._doubt_emptiness()
                return SourceResult(success, stated)
            case Source.POSITIONS:
                return SourceResult(self._with_marks(normalise_positions(payload, self._markets())))
            case Source.PRICES:
                return SourceResult(normalise_prices(payload, scope, self._markets()))
            case _:
                return SourceResult(normalise_orders(payload, self._account.name, source, self._markets()))

    def _with_marks(self, success: Success[Position]) -> Success[Position]:
        """Add mark prices to positions, in half of the remaining time, because positions are useful without them."""
        with self._gateway.within(self._gateway.remaining() / 2):
            return replace(success, rows=with_mark_prices(success.rows, self._gateway.request_or_none))

    def _doubt_emptiness(self) -> None:
        """Accept an empty account only if nothing contradicts it.

        Raises BadPayload if the account has an open order or position. Then the empty response was an error in
        disguise.
        """
        for source in (Source.POSITIONS, Source.ORDERS, Source.TRIGGERS):
            try:
                rows = rows_of(self._gateway.request(PATHS[source]), source)
            except ExchangeError as error:
                raise BadPayload(
                    f"balances: the response states an empty account, which could not be confirmed ({error})"
                ) from error
            if rows:
                raise BadPayload(
                    f"balances: the response states an empty account, but there are {len(rows)} rows of {source}"
                )

    def _markets(self) -> Markets:
        def load() -> Markets:
            with self._gateway.within(LOAD_SECONDS, Priority.MARKETS):
                return markets_of(self._gateway.call("fetch_markets"))

        return self._shared.of(self._account.exchange, self._account.base_url, load)

    def coin_units(self) -> Mapping[str, Decimal]:
        """The smallest amount of each coin that can be sold on a spot market."""
        return units_of(self._markets().values())

    def permissions(self) -> Permissions:
        """The key's permissions, as far as known. Reading is tried, trading never."""
        with self._gateway.within(self._account.budget_seconds):
            try:
                self._gateway.request(PATHS[Source.BALANCES])
            except Permanent as error:
                return Permissions(False, None, None, str(error))
            may_trade = False if self._is_tradable() is False else None
        return Permissions(True, may_trade, None, PERMISSIONS_NOTE)

    def _is_tradable(self) -> bool | None:
        """False if the account itself cannot trade, so no key of it can. None if not stated."""
        try:
            payload = self._gateway.request("private/get-accounts")
        except ExchangeError:
            return None
        master = (payload.get("result") or {}).get("master_account") if isinstance(payload, Mapping) else None
        is_tradable = master.get("tradable") if isinstance(master, Mapping) else None
        return is_tradable if isinstance(is_tradable, bool) else None

    def measure_round_trip(self) -> RoundTrip:
        """Ask something public and measure: for checking a connection and the clock."""
        with self._gateway.within(self._account.budget_seconds):
            return self._gateway.measure_round_trip("public/get-tickers", {"instrument_name": "BTC_USD"})

    def fetch_candles(self, symbol: str, timeframe: str, since: datetime, until: datetime) -> tuple[Candle, ...]:
        """Candles of a unified symbol from `since`, oldest first. At most 150,000.

        Each page has the time budget of a source.
        """
        if timeframe not in _SECONDS:
            raise Permanent(f"no candles of {timeframe}: choose one of {', '.join(_SECONDS)}")
        name = self._name_of(symbol)
        page = timedelta(seconds=_SECONDS[timeframe]) * _CANDLES_A_PAGE
        candles_by_time: dict[datetime, Candle] = {}
        start, until = since, min(until, datetime.now(UTC) + timedelta(milliseconds=1))
        for _ in range(_MOST_PAGES):
            if start >= until:
                break
            params = {
                "instrument_name": name,
                "timeframe": _TIMEFRAMES.get(timeframe, timeframe),
                # The documentation does not say which ends belong to the range. With these it is the same either way.
                "start_ts": milliseconds(start) - 1,
                "end_ts": milliseconds(min(start + page, until)) - 1,
                "count": _CANDLES_A_PAGE,
            }
            candles = normalise_candles(self._request("public/get-candlestick", params), symbol, timeframe)
            candles_by_time |= {candle.at: candle for candle in candles if since <= candle.at < until}
            start += page
        return tuple(candles_by_time[at] for at in sorted(candles_by_time))

    def fetch_stated_history(self, since: datetime) -> tuple[tuple[datetime, Decimal], ...]:
        """The account's total cash balance in the past as the exchange states it, oldest first, in US dollars.

        Daily as far back as possible, hourly for the last days. It lacks the profit of the session running at that
        time, so it may differ slightly from the net value.
        """
        values: dict[datetime, Decimal] = {}
        for timeframe, limit, step in _HISTORY:
            oldest = datetime.now(UTC)
            for _ in range(_MOST_HISTORY_PAGES if timeframe == "D1" else 1):
                params = {"timeframe": timeframe, "end_time": milliseconds(oldest), "limit": limit}
                points = normalise_history(self._request("private/user-balance-history", params))
                older = [point for point in points if point[0] < oldest]
                values |= {at: value for at, value in points if at >= since}
                if not older or min(older)[0] <= since + step:
                    break
                oldest = min(older)[0]
        return tuple(sorted(values.items()))

    def _request(self, path: str, params: Mapping[str, Any]) -> Any:
        with self._gateway.within(self._account.budget_seconds):
            return self._gateway.request(path, params)

    def _name_of(self, symbol: str) -> str:
        """Crypto.com's name of a unified symbol. For an unlisted one, the name by its naming rule."""
        for market in self._markets().values():
            if market.symbol == symbol:
                return market.exchange_symbol
        base, _, settled = symbol.partition(":")
        if not settled:
            return symbol.replace("/", "_")
        return f"{base.replace('/', '')}-{settled.partition('-')[2] or 'PERP'}"

    @property
    def clock_ahead(self) -> timedelta | None:
        """How far the exchange's clock is ahead of ours. None: not stated."""
        return self._gateway.clock_ahead

    def probe(self) -> None:
        """Let open circuit breakers try one request at the next refresh."""
        self._gateway.probe()

    def close(self) -> None:
        """Let go of idle connections."""
        self._gateway.close()
        if "history" in self.__dict__:
            self.history.close()
