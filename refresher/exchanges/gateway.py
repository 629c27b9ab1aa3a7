"""The only door to ccxt: asks an exchange what is on the list of reading calls, and nothing else.

ccxt builds and signs requests and knows the exchanges; sending, reading, refusing, retrying and giving up are ours.
"""

import contextlib
import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import ccxt
import requests
import tenacity

from refresher.exchanges.answers import AccountConnection, Reach
from refresher.exchanges.calls import CALLS, UNIFIED_READS, Guard
from refresher.exchanges.circuit import Circuits
from refresher.exchanges.errors import (
    BadPayload,
    CircuitOpen,
    ExchangeError,
    ForbiddenCall,
    Permanent,
    RateLimited,
    Temporary,
)
from refresher.exchanges.refusals import Reply, Secrets, bare, library_error, network_error, refusal
from refresher.exchanges.session import ReadOnlySession
from refresher.exchanges.wire import exact_json

ATTEMPTS = 3
# Full jitter: a random pause up to this many seconds, doubling by attempt.
FIRST_PAUSE = 0.25
LONGEST_PAUSE = 2.0
# After a refusal for asking too often that does not say how long to wait.
RATE_LIMIT_PAUSE = 1.0


def exchange_names() -> tuple[str, ...]:
    """Every exchange that ccxt knows."""
    return tuple(ccxt.exchanges)


class Gateway:
    """One account's way to its exchange. Thread-safe; nothing is asked before the first call."""

    def __init__(self, account: AccountConnection, clock: Callable[[], float] = time.monotonic) -> None:
        if account.exchange not in ccxt.exchanges:
            raise Permanent(f"{account.exchange}: no such exchange")
        self._name = account.exchange
        self._secrets = Secrets((account.api_key, account.api_secret, account.passphrase))
        self._circuits = Circuits(clock)
        self.__exchange = _reading(account.exchange)(_settings(account))
        self.__exchange.secrets = self._secrets
        urls = self.__exchange.urls
        urls["api"] = _origins_replaced(urls["api"], account.base_url) if account.base_url else urls["api"]
        guard = _guard(self._name, urls["api"], str(self.__exchange.hostname))
        self._session = self.__exchange.session = ReadOnlySession(guard.check)

    def __repr__(self) -> str:
        return f"Gateway({self._name})"

    def ask(self, path: str, params: Mapping[str, Any] | None = None) -> Any:
        """The parsed answer to one listed call of this exchange, by its own path; retried where that can help."""
        call = CALLS.get(self._name, {}).get(path)
        if call is None:
            raise ForbiddenCall(f"{self._name}: {path} is not on the list of reading calls")
        request = (call.path, list(call.group), call.method, dict(params or {}), {"cost": call.cost})
        return self._patiently(path, call.is_private, lambda: self.__exchange.request(*request))

    def call(self, method: str, *args: Any, **kwargs: Any) -> Any:
        """What one of ccxt's unified reading methods returns, retried where that can help."""
        if method not in UNIFIED_READS:
            raise ForbiddenCall(f"{self._name}: {method} is not on the list of reading calls")
        is_private = method not in ("fetch_markets", "fetch_ohlcv", "fetch_tickers", "fetch_time")
        return self._patiently(method, is_private, lambda: getattr(self.__exchange, method)(*args, **kwargs))

    @contextlib.contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """All that this thread asks inside must be answered within `seconds`, retries and pauses included."""
        with self._session.within(seconds):
            yield

    def measure(self, path: str, params: Mapping[str, Any] | None = None) -> Reach:
        """Ask once and say how long it took, and by how much the exchange's clock (to the second) is ahead."""
        started, before = time.monotonic(), datetime.now(UTC)
        self.ask(path, params)
        latency = timedelta(seconds=time.monotonic() - started)
        said: datetime | None = self.__exchange.last_date()
        # A Date header names the second it was written in, half a second early on average.
        ahead = None if said is None else said + timedelta(seconds=0.5) - (before + latency / 2)
        return Reach(latency, ahead)

    def probe(self) -> None:
        """Whatever is being asked gently may be asked once at once: a person wants to know."""
        self._circuits.probe()

    def close(self) -> None:
        """Let go of idle connections."""
        self._session.close()

    def _patiently(self, path: str, is_private: bool, ask: Callable[[], Any]) -> Any:
        """Ask within the circuit, again where that can help, with full jitter, never past the deadline."""
        with self._session.within(self._session.remaining()):
            self._rest()
            retrying = tenacity.Retrying(
                retry=tenacity.retry_if_exception_type(Temporary),
                wait=_pause,
                stop=self._is_enough,
                reraise=True,
            )
            failure: ExchangeError
            try:
                with self._circuits.asking(path, is_private):
                    return retrying(self._once, ask)
            except ExchangeError as error:
                failure = error
        # The frames below held the signed request: they are left behind, so that no traceback can show them.
        raise failure.with_traceback(None) from failure.__cause__

    def _once(self, ask: Callable[[], Any]) -> Any:
        try:
            return ask()
        except ExchangeError as error:
            failure = error
        except Exception as error:  # whatever ccxt makes of an odd answer is translated here, where it enters
            failure = library_error(error, self._secrets)
        if isinstance(failure, RateLimited):
            self._circuits.rate_limited(failure)
        raise failure

    def _rest(self) -> None:
        """Wait out the pause that the exchange asked for, or say when it ends where that is past the deadline."""
        rest = self._circuits.rest()
        if rest >= self._session.remaining():
            raise CircuitOpen("not asked: the exchange asked for a pause", self._circuits.rest_ends())
        if rest:
            time.sleep(rest + random.uniform(0, 0.1))  # noqa: S311  jitter, no secret

    def _is_enough(self, state: tenacity.RetryCallState) -> bool:
        return state.attempt_number >= ATTEMPTS or state.upcoming_sleep + 0.05 >= self._session.remaining()


def _pause(state: tenacity.RetryCallState) -> float:
    """Seconds before the next attempt: full jitter under a doubling cap, after whatever the exchange asked for."""
    jitter = random.uniform(0, min(LONGEST_PAUSE, FIRST_PAUSE * 2**state.attempt_number))  # noqa: S311
    error = state.outcome.exception() if state.outcome else None
    asked = (error.retry_after or RATE_LIMIT_PAUSE) if isinstance(error, RateLimited) else 0.0
    return asked + jitter


class _Reading:
    """What replaces ccxt's own sending and reading: mixed into the class of each exchange."""

    id: str
    session: requests.Session
    secrets: Secrets

    def __init__(self, config: dict[str, Any]) -> None:
        self._throttling = threading.Lock()
        self._last = threading.local()
        super().__init__(config)  # type: ignore[call-arg]  # ccxt's Exchange stands behind this in the order

    def throttle(self, cost: float | None = None) -> None:
        """ccxt's own pause, one thread at a time: it is not made for threads, and all would pass at once."""
        with self._throttling:
            super().throttle(cost)  # type: ignore[misc]
            self.lastRestRequestTimestamp = time.time() * 1000

    def fetch(self, url: str, method: str = "GET", headers: Any = None, body: Any = None) -> Any:
        """Send a signed request and read the answer; raises from the error tree."""
        try:
            response = self.session.request(
                method,
                url,
                data=body.encode() if isinstance(body, str) else body,
                headers=self.prepare_request_headers(headers),  # type: ignore[attr-defined]
            )
            said = response.content.decode("utf-8", "replace")
        except requests.RequestException as error:
            failure, cause = network_error(error), bare(error, self.secrets)
        else:
            self._last.date = response.headers.get("Date")
            return self._understood(url, method, response, said)
        raise failure from cause

    def last_date(self) -> datetime | None:
        """The Date header of the last answer to this thread."""
        try:
            return parsedate_to_datetime(self._last.date).astimezone(UTC)
        except (AttributeError, TypeError, ValueError):
            return None

    def _understood(self, url: str, method: str, response: requests.Response, said: str) -> Any:
        try:
            payload = exact_json(said)
        except (ValueError, RecursionError):
            payload = None
        reply = Reply(response.status_code, response.headers, payload, said)
        if (error := refusal(self.id, reply, self.secrets)) is not None:
            raise error
        if self.id not in CALLS:  # an exchange without a reading of its own: ccxt knows what its errors look like
            status, reason, headers = response.status_code, response.reason, response.headers
            self.handle_errors(status, reason, url, method, headers, said, payload, {}, None)  # type: ignore[attr-defined]
        if payload is None:
            raise BadPayload("the answer is not JSON")
        return payload


@cache
def _reading(exchange: str) -> Any:
    """The class of an exchange with our own sending and reading."""
    return type(f"Reading_{exchange}", (_Reading, getattr(ccxt, exchange)), {})


def _settings(account: AccountConnection) -> dict[str, Any]:
    return {
        "apiKey": account.api_key,
        "secret": account.api_secret,
        "password": account.passphrase,
        "number": str,  # never float (Lesson 15)
        "enableRateLimit": True,
        "timeout": int(account.budget_seconds * 1000),
        "options": {"warnOnFetchOpenOrdersWithoutSymbol": False},
    }


def _guard(exchange: str, urls: Any, hostname: str) -> Guard:
    """The guard of an exchange whose addresses are `urls` (ccxt's urls["api"], a name or nested names of them)."""
    addresses = [urlsplit(url.replace("{hostname}", hostname)) for url in _leaves(urls)]
    groups = {call.group[0] for call in CALLS.get(exchange, {}).values()}
    bases = {urlsplit(urls[group]).path.rstrip("/") for group in groups}
    return Guard(exchange, {f"{address.scheme}://{address.netloc}" for address in addresses}, bases)


def _origins_replaced(urls: Any, base_url: str) -> Any:
    """Every URL in a nested structure with another origin; paths stay."""
    if isinstance(urls, dict):
        return {key: _origins_replaced(value, base_url) for key, value in urls.items()}
    if isinstance(urls, list):
        return [_origins_replaced(value, base_url) for value in urls]
    return base_url.rstrip("/") + urlsplit(urls).path


def _leaves(urls: Any) -> list[str]:
    """Every URL in a nested structure."""
    if isinstance(urls, str):
        return [urls]
    return [leaf for value in (urls.values() if isinstance(urls, dict) else urls) for leaf in _leaves(value)]
