"""Guard: checks each finished request and refuses any that may not be read-only, before a byte is sent."""

import json
import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from exchanges.connection.errors import ForbiddenCall
from exchanges.connection.exchange_rules import ExchangeRules

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
    """Decides which finished requests may be sent to one exchange, independent of the code that built them."""

    def __init__(self, exchange: str, rules: ExchangeRules, origins: Iterable[str], base_paths: Iterable[str]) -> None:
        """`origins` are scheme://host[:port] of the exchange. `base_paths` precede a call's own path."""
        self._exchange = exchange
        self._rules = rules
        self._origins = frozenset(origin.lower() for origin in origins)
        self._allowed: dict[tuple[str, str], str] | None = None
        if rules.allows_only_calls:
            bases = tuple(base_paths)
            self._allowed = {
                (call.method, f"{base}/{call.path}"): call.path for call in rules.calls.values() for base in bases
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
        """True if a request only reads, on an exchange without a list of calls.

        Such a request is a GET without a body and without an action in its name, or it is listed in the exchange's
        rules.
        """
        if method == "GET" and body not in (None, b"", ""):
            return False
        return (method == "GET" and not _acts(path)) or self._rules.is_read(method, path)


def _names(method: str, body: str | bytes | None, path: str) -> bool:
    """True if the body names the same method as the path. Otherwise the body could hide another method."""
    if method == "GET":
        return body in (None, b"", "")
    try:
        payload = json.loads(body or "")
    except ValueError:
        return False
    return isinstance(payload, dict) and payload.get("method") == path


def _acts(path: str) -> bool:
    """True if the last part of a path names an action.

    Some exchanges act even on GET (deribit's private/buy, dydx's broadcast_tx_sync).
    """
    last = path.rstrip("/").rsplit("/", 1)[-1]
    words = [word.lower() for word in _WORDS.findall(last)]
    return any(word in _ACTS for word in words)
