"""Crypto.com Exchange: reads one account of it, and the recorded past of one for the demo."""

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
from exchanges.connection.errors import BadPayload, ExchangeError, Permanent
from exchanges.connection.exact import milliseconds, moment
from exchanges.connection.gateway import Gateway
from exchanges.connection.markets import LOAD_SECONDS, Markets, SharedMarkets
from exchanges.connection.payload_rows import rows_of
from exchanges.connection.rate_limits import Priority, priority_of
from exchanges.contracts import AccountConnection, Answer, Permissions, Reach, Wanted
from exchanges.cryptocom.history import CryptocomPast
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
# ccxt's words for the length of a candle, and Crypto.com's where they differ; seconds of each.
_TIMEFRAMES = {"1d": "1D", "1w": "7D", "2w": "14D"}
_SECONDS = {"1m": 60, "5m": 300, "15m": 900, "30m": 1800, "1h": 3600, "4h": 14400, "12h": 43200, "1d": 86400}
_CANDLES_A_PAGE = 300
_MOST_PAGES = 500
# Of the stated history: how many points one answer holds, and how far apart they are.
_HISTORY = (("D1", 30, timedelta(days=1)), ("H1", 120, timedelta(hours=1)))
_MOST_HISTORY_PAGES = 40


PERMISSIONS_NOTE = (
    "Crypto.com does not tell over its API what a key may do, and Stillframe does not try it out: open the key's "
    "settings on the exchange and allow it to read only."
)


class Recorded(NamedTuple):
    """One moment of a recorded past, normalised."""

    at: datetime
    results: Mapping[Source, Success[Any]]
    stated: Valuation


def normalise_recorded(recorded: Mapping[str, Any], account: str, wanted: Wanted | None = None) -> Recorded:
    """One recorded moment: {"at": ms, "balances", "positions", "orders", "triggers", "tickers": whole answers}.

    Prices are kept of what is held or ordered at that moment, and of what `wanted` names besides. Parse the answers
    with wire.exact_json.
    """
    at = moment(recorded, "at")
    if at is None:
        raise BadPayload("the recorded moment does not say when it was")
    markets: Markets = {}  # every name is read off: the past needs no exchange
    balances, stated = normalise_balances(recorded["balances"])
    results: dict[Source, Success[Any]] = {
        Source.BALANCES: balances,
        Source.POSITIONS: normalise_positions(recorded["positions"], markets),
        Source.ORDERS: normalise_orders(recorded["orders"], account, Source.ORDERS, markets),
        Source.TRIGGERS: normalise_orders(recorded["triggers"], account, Source.TRIGGERS, markets),
    }
    traded = [row.symbol for source in SOURCES[1:4] for row in results[source].rows]
    wanted = wanted or Wanted()
    wanted = replace(
        wanted,
        assets=wanted.assets | {balance.asset for balance in balances.rows},
        symbols=wanted.symbols | frozenset(traded),
    )
    results[Source.PRICES] = normalise_prices(recorded["tickers"], wanted, markets)
    return Recorded(at, results, stated)


class CryptocomReader:
    """Reads one account of Crypto.com Exchange. Thread-safe: sources may be asked side by side."""

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
    def past(self) -> CryptocomPast:
        """Reads fills, transfers and endings over a gateway of its own, so that it never holds up a refresh."""
        gateway = Gateway(self._account, self._rules, self._shared.limits)
        return CryptocomPast(self._account, self._markets, gateway)

    def fetch(self, source: Source, wanted: Wanted) -> Answer:
        """Ask one source, within its budget, retries included. Raises an ExchangeError."""
        if source not in PATHS:
            raise Permanent(f"{source} is not read from Crypto.com")
        started = time.monotonic()
        budget = self._account.budgets.get(source.kind, self._account.budget_seconds)
        with self._gateway.within(budget, priority_of(source.kind)):
            answer = self._answer(source, wanted)
        took = int((time.monotonic() - started) * 1000)
        return replace(answer, success=replace(answer.success, duration_ms=took))

    def _answer(self, source: Source, wanted: Wanted) -> Answer:
        # Open orders come all at once, whatever paging is asked for: one call, no loop.
        payload = self._gateway.ask(PATHS[source])
        match source:
            case Source.BALANCES:
                success, stated = normalise_balances(payload)
                if holds_nothing(success, stated):
                    self._doubt_emptiness()
                return Answer(success, stated)
            case Source.POSITIONS:
                return Answer(self._with_marks(normalise_positions(payload, self._markets())))
            case Source.PRICES:
                return Answer(normalise_prices(payload, wanted, self._markets()))
            case _:
                return Answer(normalise_orders(payload, self._account.name, source, self._markets()))

    def _with_marks(self, success: Success[Position]) -> Success[Position]:
        """Positions with their mark prices. These take half of the time that is left, since positions do without."""
        with self._gateway.within(self._gateway.remaining() / 2):
            return replace(success, rows=with_mark_prices(success.rows, self._gateway.find))

    def _doubt_emptiness(self) -> None:
        """Believe that an account is wholly empty only when nothing else contradicts it.

        An account with an open order or position holds something: then the answer was an error in disguise.
        """
        for source in (Source.POSITIONS, Source.ORDERS, Source.TRIGGERS):
            try:
                rows = rows_of(self._gateway.ask(PATHS[source]), source)
            except ExchangeError as error:
                raise BadPayload(f"balances: says that nothing is held, unconfirmed ({error})") from error
            if rows:
                raise BadPayload(f"balances: says that nothing is held, beside {len(rows)} rows of {source}")

    def _markets(self) -> Markets:
        def load() -> Markets:
            with self._gateway.within(LOAD_SECONDS, Priority.MARKETS):
                return markets_of(self._gateway.call("fetch_markets"))

        return self._shared.of(self._account.exchange, self._account.base_url, load)

    def permissions(self) -> Permissions:
        """What the key may do, as far as it can be told: reading is tried, trading never."""
        with self._gateway.within(self._account.budget_seconds):
            try:
                self._gateway.ask(PATHS[Source.BALANCES])
            except Permanent as error:
                return Permissions(False, None, None, str(error))
            may_trade = False if self._is_tradable() is False else None
        return Permissions(True, may_trade, None, PERMISSIONS_NOTE)

    def _is_tradable(self) -> bool | None:
        """Whether the account may trade at all: where it may not, no key of it may. None: it does not say."""
        try:
            payload = self._gateway.ask("private/get-accounts")
        except ExchangeError:
            return None
        master = (payload.get("result") or {}).get("master_account") if isinstance(payload, Mapping) else None
        said = master.get("tradable") if isinstance(master, Mapping) else None
        return said if isinstance(said, bool) else None

    def reach(self) -> Reach:
        """Ask something public and measure: for checking a connection and the clock."""
        with self._gateway.within(self._account.budget_seconds):
            return self._gateway.measure("public/get-tickers", {"instrument_name": "BTC_USD"})

    def fetch_candles(self, symbol: str, timeframe: str, since: datetime, until: datetime) -> tuple[Candle, ...]:
        """Candles of a unified symbol from `since` on, oldest first; at most 150,000, from the beginning.

        Each page has the budget of a source for itself.
        """
        if timeframe not in _SECONDS:
            raise Permanent(f"no candles of {timeframe}: choose one of {', '.join(_SECONDS)}")
        name = self._name_of(symbol)
        page = timedelta(seconds=_SECONDS[timeframe]) * _CANDLES_A_PAGE
        found: dict[datetime, Candle] = {}
        start, until = since, min(until, datetime.now(UTC) + timedelta(milliseconds=1))
        for _ in range(_MOST_PAGES):
            if start >= until:
                break
            params = {
                "instrument_name": name,
                "timeframe": _TIMEFRAMES.get(timeframe, timeframe),
                "start_ts": milliseconds(start),
                "end_ts": milliseconds(min(start + page, until)),
                "count": _CANDLES_A_PAGE,
            }
            candles = normalise_candles(self._asked("public/get-candlestick", params), symbol, timeframe)
            found |= {candle.at: candle for candle in candles if since <= candle.at < until}
            start += page
        return tuple(found[at] for at in sorted(found))

    def fetch_stated_history(self, since: datetime) -> tuple[tuple[datetime, Decimal], ...]:
        """The account's total cash balance in the past as the exchange states it, oldest first, in US dollars.

        By the day as far back as it goes, by the hour for the last days. It lacks the profit of the session that was
        running then, so it may differ a little from a net value.
        """
        found: dict[datetime, Decimal] = {}
        for timeframe, limit, step in _HISTORY:
            oldest = datetime.now(UTC)
            for _ in range(_MOST_HISTORY_PAGES if timeframe == "D1" else 1):
                params = {"timeframe": timeframe, "end_time": milliseconds(oldest), "limit": limit}
                points = normalise_history(self._asked("private/user-balance-history", params))
                older = [point for point in points if point[0] < oldest]
                found |= {at: value for at, value in points if at >= since}
                if not older or min(older)[0] <= since + step:
                    break
                oldest = min(older)[0]
        return tuple(sorted(found.items()))

    def _asked(self, path: str, params: Mapping[str, Any]) -> Any:
        with self._gateway.within(self._account.budget_seconds):
            return self._gateway.ask(path, params)

    def _name_of(self, symbol: str) -> str:
        """Crypto.com's name of a unified symbol; of one that is not listed, the name it would have."""
        for market in self._markets().values():
            if market.symbol == symbol:
                return market.exchange_symbol
        base, _, settled = symbol.partition(":")
        if not settled:
            return symbol.replace("/", "_")
        return f"{base.replace('/', '')}-{settled.partition('-')[2] or 'PERP'}"

    def probe(self) -> None:
        """Let the next refresh ask also what is being asked gently after failures."""
        self._gateway.probe()

    def close(self) -> None:
        """Let go of idle connections."""
        self._gateway.close()
        if "past" in self.__dict__:
            self.past.close()
