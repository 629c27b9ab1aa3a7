"""The only use of ccxt: sends requests on the list of read-only calls, and no others.

ccxt builds and signs requests and parses responses. Sending, guarding, retrying and giving up are ours.
"""

import contextlib
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from decimal import localcontext
from functools import cache, partial
from typing import Any

import ccxt

from exchanges.connection.base_urls import guard_of, leaves, origins_replaced
from exchanges.connection.calls import PUBLIC_READS, UNIFIED_READS, Call
from exchanges.connection.ccxt_overrides import ReadOnlyCcxt, is_plainly_empty
from exchanges.connection.ccxt_settings import ccxt_settings
from exchanges.connection.circuit import Circuits
from exchanges.connection.errors import (
    BadPayload,
    ForbiddenCall,
    NotKnown,
    Permanent,
)
from exchanges.connection.exchange_rules import ExchangeRules
from exchanges.connection.list_paths import ListPath, check_list
from exchanges.connection.listed_markets import Listed
from exchanges.connection.market_tables import MarketTables
from exchanges.connection.pacing import Pace, SharedLimits
from exchanges.connection.rate_limits import Priority
from exchanges.connection.refusals import Secrets, none_if_refused_with
from exchanges.connection.retries import Retries
from exchanges.connection.session import ReadOnlySession
from exchanges.contracts import AccountConnection, RoundTrip

# Time limit for loading all market tables. Readers do not wait that long.
LISTING_SECONDS = 30.0


def exchange_names() -> tuple[str, ...]:
    """Every exchange that ccxt knows."""
    return tuple(ccxt.exchanges)


@cache
def readable_exchanges() -> tuple[str, ...]:
    """The exchanges whose balances and open orders ccxt can read."""
    return tuple(n for n in ccxt.exchanges if all(map(_described(n).get, ("fetchBalance", "fetchOpenOrders"))))


def features_of(exchange: str) -> Mapping[str, Any]:
    """ccxt's feature description of an exchange, by market type. {} without one."""
    features: Mapping[str, Any] = getattr(ccxt, exchange)().features or {}
    return features


def _described(exchange: str) -> Mapping[str, Any]:
    has: Mapping[str, Any] = getattr(ccxt, exchange)().has
    return has


# ccxt filters these from a list of events, so an empty result can come from a response with rows.
_PICKED = frozenset({"fetch_closed_orders", "fetch_canceled_orders"})


class Gateway:
    """Reads one account of one exchange. Thread-safe. Sends nothing before the first call."""

    def __init__(self, account: AccountConnection, rules: ExchangeRules, limits: SharedLimits | None = None) -> None:
        """`limits` is one for the process: accounts of an exchange share its budgets."""
        if account.exchange not in ccxt.exchanges:
            raise Permanent(f"{account.exchange}: no such exchange")
        self._name = account.exchange
        self._rules = rules
        self._secrets = Secrets((account.api_key, account.api_secret, account.passphrase))
        limits = limits or SharedLimits()
        self._clock = limits.clock
        self._tables = threading.Lock()
        self.__exchange = _reading_class(account.exchange)(ccxt_settings(account, rules))
        self.__exchange.secrets, self.__exchange.rules = self._secrets, rules
        pace = Pace(limits, rules.rate_limits, account, lambda: float(self.__exchange.rateLimit))
        self._pace = self.__exchange.pace = pace
        urls = self.__exchange.urls
        urls["api"] = origins_replaced(urls["api"], account.base_url) if account.base_url else urls["api"]
        guard = guard_of(
            self._name, rules, urls["api"], (str(self.__exchange.hostname), *leaves(urls.get("hostnames", {})))
        )
        self._session = self.__exchange.session = ReadOnlySession(guard.check, self._clock)
        self._circuits = Circuits(self._clock.now)
        self._retries = Retries(self._circuits, self._session, self._clock, self._secrets)

    def __repr__(self) -> str:
        return f"Gateway({self._name})"

    def request(
        self,
        path: str,
        params: Mapping[str, Any] | None = None,
        endpoint: str | None = None,
        unless: Iterable[str] = (),
    ) -> Any:
        """The parsed response to one listed call, by path, with retries. None if it is refused with a code in `unless`.

        A call with several sets of parameters gets one `endpoint` name per set. Each then has its own circuit breaker.
        """
        call = self._listed(path)
        request = partial(none_if_refused_with, unless, lambda: self._asked(call, params))
        return self._retries.run(endpoint or path, call.is_private, request)

    def request_or_none(self, path: str, params: Mapping[str, Any]) -> Any | None:
        """Like `request`, for one item: None if the exchange does not know it."""
        call = self._listed(path)

        def request() -> Any | None:
            with contextlib.suppress(NotKnown):
                return self._asked(call, params)
            return None

        return self._retries.run(path, call.is_private, request)

    def _listed(self, path: str) -> Call:
        call = self._rules.calls.get(path)
        if call is None:
            raise ForbiddenCall(f"{self._name}: {path} is not on the list of reading calls")
        return call

    def _asked(self, call: Call, params: Mapping[str, Any] | None) -> Any:
        self._pace.wait_for_call(call, self._session.remaining())
        return self.__exchange.request(
            call.path, list(call.group), call.method, dict(params or {}), {"cost": call.cost}
        )

    def call(
        self, method: str, *args: Any, endpoint: str | None = None, list_at: ListPath | None = None, **kwargs: Any
    ) -> Any:
        """The result of one of ccxt's unified reading methods, with retries. None: no such order.

        A method with several sets of parameters gets one `endpoint` name per set. Each then has its own circuit
        breaker. `list_at` is the path of the list in the response. Raises BadPayload if there is none.
        """
        if method not in UNIFIED_READS:
            raise ForbiddenCall(f"{self._name}: {method} is not on the list of reading calls")
        unknown = (ccxt.OrderNotFound,) if method == "fetch_order" else ()

        def request() -> Any:
            self.__exchange.forget_responses()
            try:
                answer = getattr(self.__exchange, method)(*args, **kwargs)
            except unknown:
                return None
            if answer == [] and self.__exchange.refusal_code() in self._rules.empty_list_codes:
                return answer
            if list_at is not None:
                check_list(self.__exchange.last_response(), list_at)
                return answer
            is_empty = answer == [] or (method == "fetch_balance" and not answer.get("total"))
            if is_empty and not is_plainly_empty(self.__exchange.last_response(), method in _PICKED):
                # ccxt returns an empty list for a response without a list.
                raise BadPayload("the response holds no list of rows")
            return answer

        return self._retries.run(endpoint or method, method not in PUBLIC_READS, request)

    def response(self, method: str, *args: Any, endpoint: str | None = None, unless: Iterable[str] = ()) -> Any:
        """The raw response to one of ccxt's unified reading methods.

        None if it is refused with a code in `unless`.
        """
        if method not in UNIFIED_READS:
            raise ForbiddenCall(f"{self._name}: {method} is not on the list of reading calls")

        def request() -> Any:
            self.__exchange.forget_responses()
            try:
                getattr(self.__exchange, method)(*args)
            except Exception:
                # ccxt may stumble over a field that the venue does not even read.
                if self.__exchange.last_response() is None:
                    raise
            return self.__exchange.last_response()

        request_unless = partial(none_if_refused_with, unless, request)
        return self._retries.run(endpoint or method, method not in PUBLIC_READS, request_unless)

    def open_orders(self, rows: list[Any]) -> list[Any]:
        """ccxt's orders for the exchange's own rows of open orders."""
        with localcontext():  # ccxt changes the rounding of the thread that it works in
            orders: list[Any] = self.__exchange.parse_orders(rows, None, None, None, {"status": "open"})
        return orders

    def asset_code(self, asset: str) -> str:
        """ccxt's unified code of an asset that the exchange calls by this name."""
        return str(self.__exchange.safe_currency_code(asset))

    def market_named(self, name: str, market_type: str) -> Mapping[str, Any]:
        """ccxt's market for the exchange's own name."""
        market: Mapping[str, Any] = self.__exchange.safe_market(name, None, None, market_type)
        return market

    def last_response(self) -> Any:
        """The last response to this thread, as it came."""
        return self.__exchange.last_response()

    def allow_refusals(self, endpoints: int) -> None:
        """Let this many private endpoints be refused (unopened wallets) before the key counts as invalid."""
        self._circuits.allow_refusals(endpoints)

    def last_row_count(self, field: str | None = None) -> int:
        """The number of rows in this thread's last response, including rows that ccxt drops.

        The list is the response itself, or stands under `field`.
        """
        return int(self.__exchange.last_row_count(field))

    def offers(self, method: str) -> bool:
        """True if ccxt offers this method on the exchange, natively or emulated ("fetch_open_orders")."""
        words = method.split("_")
        name = "fetchOHLCV" if method == "fetch_ohlcv" else words[0] + "".join(map(str.capitalize, words[1:]))
        return bool(self.__exchange.has.get(name))

    @property
    def features(self) -> Mapping[str, Any]:
        """ccxt's feature description of the exchange, by market type. {} without one."""
        return self.__exchange.features or {}

    @property
    def precision_mode(self) -> int:
        """How ccxt states the precision of amounts on this exchange (exchanges/connection/coin_units.py)."""
        return int(self.__exchange.precisionMode)

    def with_markets(self, listings: MarketTables[Mapping[str, Any]], base_url: str | None) -> Listed:
        """The markets, loaded once a process and shared. Raises Temporary while they cannot be had."""
        tables = listings.of(self._name, base_url, self._market_tables, self._session.remaining())
        with self._tables:
            if self.__exchange.markets is not tables["markets"]:
                self.__exchange.take_market_tables(tables)
        listed: Listed = tables["listed"]
        return listed

    def _market_tables(self) -> Mapping[str, Any]:
        """ccxt's market tables, loaded with a separate time limit, so that no refresh pays for them."""
        exchange, currencies = self.__exchange, None
        is_first = exchange.markets is None  # every source waits for the first load, but not for renewals
        with self.within(LISTING_SECONDS, Priority.MARKETS if is_first else Priority.REST):
            if self.offers("fetch_currencies"):
                with contextlib.suppress(Permanent, BadPayload):  # a key may be too small for it: names do without
                    currencies = self.call("fetch_currencies")
            markets = self.call("fetch_markets")
        with self._tables:  # a concurrent reader sets the old tables again
            exchange.set_markets(markets, currencies)
            return {**exchange.market_tables(), "listed": Listed(exchange.markets, self._rules)}

    @contextlib.contextmanager
    def within(self, seconds: float, priority: Priority | None = None) -> Iterator[None]:
        """Limit all requests of this thread inside the block to `seconds`, with retries and pauses.

        `priority` decides the order under the rate limit. Without one, an outer priority stays.
        """
        with self._session.within(seconds), self._pace.reading(priority):
            yield

    def remaining(self) -> float:
        """Seconds until this thread's requests must be answered."""
        return float(self._session.remaining())

    def measure_round_trip(self, path: str, params: Mapping[str, Any] | None = None) -> RoundTrip:
        """Ask once and say how long it took, and by how much the exchange's clock (to the second) is ahead."""
        return self.round_trip_of(lambda: self.request(path, params))

    def round_trip_of(self, request: Callable[[], Any]) -> RoundTrip:
        """Run one request of this gateway and measure it like `measure_round_trip`."""
        started, before = self._clock.now(), self._clock.moment()
        request()
        latency = timedelta(seconds=self._clock.now() - started)
        server_time: datetime | None = self.__exchange.last_date()
        # A Date header names the second it was written in, half a second early on average.
        ahead = None if server_time is None else server_time + timedelta(seconds=0.5) - (before + latency / 2)
        return RoundTrip(latency, ahead)

    @property
    def clock_ahead(self) -> timedelta | None:
        """How far the exchange's clock is ahead of ours, by the last response. None: not stated."""
        return self._session.clock_ahead

    def probe(self) -> None:
        """Let every open circuit breaker try one request now, because a person asked."""
        self._circuits.probe()

    def close(self) -> None:
        """Let go of idle connections."""
        self._session.close()


@cache
def _reading_class(exchange: str) -> Any:
    """The class of an exchange with our own sending and reading."""
    return type(f"ReadOnly_{exchange}", (ReadOnlyCcxt, getattr(ccxt, exchange)), {})
