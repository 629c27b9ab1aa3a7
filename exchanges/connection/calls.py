"""The calls that may leave: an explicit list per exchange, everything else is refused before a byte is sent."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from exchanges.connection.errors import ForbiddenCall
from exchanges.connection.reading_paths import SPOKEN_BY, is_reading_path

# Unified methods of ccxt that only read, on every exchange. (Some fetch* do more: fetchDepositAddress may create one.)
UNIFIED_READS = frozenset(
    {
        "fetch_accounts",
        "fetch_balance",
        "fetch_canceled_and_closed_orders",
        "fetch_canceled_orders",
        "fetch_closed_orders",
        "fetch_currencies",
        "fetch_deposits",
        "fetch_deposits_withdrawals",
        "fetch_funding_history",
        "fetch_ledger",
        "fetch_markets",
        "fetch_my_trades",
        "fetch_ohlcv",
        "fetch_open_orders",
        "fetch_order",
        "fetch_orders",
        "fetch_positions",
        "fetch_ticker",
        "fetch_tickers",
        "fetch_time",
        "fetch_transfers",
        "fetch_withdrawals",
    }
)
PUBLIC_READS = frozenset(
    {"fetch_currencies", "fetch_markets", "fetch_ohlcv", "fetch_ticker", "fetch_tickers", "fetch_time"}
)


@dataclass(frozen=True, slots=True)
class Call:
    """One reading call: which of ccxt's URL groups it belongs to, how it is sent, what it costs of the rate limit.

    `cost` is in ccxt's units: the pause before the call is cost x rateLimit milliseconds. `every` is the least number
    of seconds between two of this call, where the exchange limits it by itself.
    """

    method: str
    path: str
    group: tuple[str, ...]
    cost: float
    every: float = 0.0

    @property
    def is_private(self) -> bool:
        """Whether it is signed with the account's key."""
        return "public" not in self.group[-1].lower()


def _private(path: str) -> Call:
    # Three calls per 100 ms; ccxt's rateLimit for this exchange is 10 ms.
    return Call("POST", path, ("v1", "private"), 10 / 3)


def _detail(path: str) -> Call:
    # Thirty per 100 ms.
    return Call("POST", path, ("v1", "private"), 1 / 3)


def _slow(path: str) -> Call:
    # One a second; a little more, because not every request travels equally long.
    return Call("POST", path, ("v1", "private"), 10 / 3, every=1.05)


def _public(path: str) -> Call:
    return Call("GET", path, ("v1", "public"), 1)


# How each exchange is asked what a key may do, by ccxt's own names and costs.
_KEY_CALLS: Mapping[str, tuple[Call, ...]] = {
    "binance": (Call("GET", "account/apiRestrictions", ("sapi",), 0.1),),
    "bingx": (Call("GET", "account/apiPermissions", ("account", "v1", "private"), 5),),
    "bitfinex": (Call("POST", "auth/r/permissions", ("private",), 2.7),),
    "bitget": (Call("GET", "v2/spot/account/info", ("private", "spot"), 20),),
    "blofin": (Call("GET", "user/query-apikey", ("private",), 1),),
    "bybit": (Call("GET", "v5/user/query-api", ("private",), 5),),
    "coinbase": (Call("GET", "brokerage/key_permissions", ("v3", "private"), 1),),
    "gate": (Call("GET", "main_keys", ("private", "account"), 4 / 3),),
    "htx": (
        Call("GET", "v2/user/uid", ("spot", "private"), 1),
        Call("GET", "v2/user/api-key", ("spot", "private"), 1),
    ),
    "kraken": (Call("POST", "GetApiKeyInfo", ("private",), 3),),
    "kucoin": (Call("GET", "user/api-key", ("private",), 20),),
    "mexc": (Call("GET", "apiKeyInfo", ("spot", "private"), 1),),
    "okx": (Call("GET", "account/config", ("private",), 4),),
}

CALLS: Mapping[str, Mapping[str, Call]] = {
    **{exchange: {call.path: call for call in calls} for exchange, calls in _KEY_CALLS.items()},
    "cryptocom": {
        call.path: call
        for call in (
            _private("private/user-balance"),
            _private("private/user-balance-history"),
            _private("private/get-positions"),
            _private("private/get-open-orders"),
            _private("private/advanced/get-open-orders"),
            _private("private/get-accounts"),
            _slow("private/get-trades"),
            _slow("private/get-order-history"),
            _slow("private/advanced/get-order-history"),
            _detail("private/get-order-detail"),
            _detail("private/advanced/get-order-detail"),
            _private("private/get-deposit-history"),
            _private("private/get-withdrawal-history"),
            _private("private/get-transactions"),
            _public("public/get-instruments"),
            _public("public/get-tickers"),
            _public("public/get-candlestick"),
        )
    },
}

# Where the calls above are all that may leave; elsewhere they stand beside ccxt's own reading calls.
LISTED_ONLY = frozenset({"cryptocom"})


def listed_call(exchange: str, path: str) -> Call | None:
    """The listed call of an exchange, or of the one it speaks like; None where there is none."""
    calls = CALLS.get(exchange) or CALLS.get(SPOKEN_BY.get(exchange, "")) or {}
    return calls.get(path)


# Words that name an act, as whole words of the last part of a path ("withdrawal-history" and "closed" name none).
# fmt: off
_ACTS = frozenset(
    {
        "accept", "acquire", "add", "amend", "apply", "approve", "batch", "borrow", "broadcast", "buy", "cancel",
        "change", "claim", "close", "confirm", "create", "del", "delete", "disable", "edit", "enable", "execute",
        "extend", "fork", "generate", "invalidate", "invest", "kill", "lend", "liquidate", "logout", "mass", "mint",
        "modify", "move", "pay", "place", "purchase", "put", "quote", "redeem", "reject", "remove", "repay",
        "replace", "reset", "revoke", "save", "sell", "send", "set", "stake", "start", "stop", "submit", "subscribe",
        "switch", "terminate", "toggle", "transfer", "unstake", "update", "upgrade", "verify", "withdraw", "write"
    }
)
# fmt: on
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


class Guard:
    """Decides what may leave for one exchange. The last look: it sees the finished request, whoever made it."""

    def __init__(self, exchange: str, origins: Iterable[str], base_paths: Iterable[str]) -> None:
        """`origins` are scheme://host[:port] of the exchange; `base_paths` what stands before a call's own path."""
        self._exchange = exchange
        self._origins = frozenset(origin.lower() for origin in origins)
        self._allowed: dict[tuple[str, str], str] | None = None
        if exchange in LISTED_ONLY:
            bases = tuple(base_paths)
            self._allowed = {
                (call.method, f"{base}/{call.path}"): call.path for call in CALLS[exchange].values() for base in bases
            }

    def check(self, method: str, url: str, body: str | bytes | None) -> None:
        """Raise ForbiddenCall unless this request only reads."""
        parts = urlsplit(url)
        if f"{parts.scheme}://{parts.netloc}".lower() not in self._origins:
            raise ForbiddenCall(f"{self._exchange}: refused to send anything to {parts.hostname}")
        if self._allowed is None:
            reads = self._reads(method.upper(), parts.path, body)
        else:
            path = self._allowed.get((method.upper(), parts.path))
            reads = path is not None and _names(method.upper(), body, path)
        if not reads:
            raise ForbiddenCall(f"{self._exchange}: {method.upper()} {parts.path} is not on the list of reading calls")

    def _reads(self, method: str, path: str, body: str | bytes | None) -> bool:
        """Whether a request only reads, on an exchange without a list of its own: a GET that names no act and carries
        nothing, or what the exchange's reading paths name."""
        if method == "GET" and body not in (None, b"", ""):
            return False
        return (method == "GET" and not _acts(path)) or is_reading_path(self._exchange, method, path)


def _names(method: str, body: str | bytes | None, path: str) -> bool:
    """Whether the body of a request says the same method as its path, so that neither can smuggle another in."""
    if method == "GET":
        return body in (None, b"", "")
    try:
        said = json.loads(body or "")
    except ValueError:
        return False
    return isinstance(said, dict) and said.get("method") == path


def _acts(path: str) -> bool:
    """Whether the last part of a path names an act. Exchanges without a list of their own may only be asked by GET,
    and some act even on GET (deribit's private/buy, dydx's broadcast_tx_sync)."""
    last = path.rstrip("/").rsplit("/", 1)[-1]
    words = [word.lower() for word in _WORDS.findall(last)]
    return any(word in _ACTS for word in words)
