"""Rate limits: how many requests an exchange takes, as its documentation states it."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from domain.sources import SourceKind

# Share of a documented limit that we use. The rest is for the user's other programs.
_SHARE = 0.8


class Scope(StrEnum):
    """The owner of a shared budget."""

    ADDRESS = "address"  # all accounts of this process on the exchange
    ACCOUNT = "account"


class Priority(IntEnum):
    """The order of turns, the most urgent first."""

    MARKETS = 0  # every source waits for the first list of markets
    BALANCES = 1
    POSITIONS = 2
    TRIGGERS = 3
    ORDERS = 4
    PRICES = 5
    REST = 6  # fills, transfers, endings, candles, permissions


_PRIORITIES = {
    SourceKind.BALANCES: Priority.BALANCES,
    SourceKind.POSITIONS: Priority.POSITIONS,
    SourceKind.TRIGGERS: Priority.TRIGGERS,
    SourceKind.ORDERS: Priority.ORDERS,
    SourceKind.PRICES: Priority.PRICES,
}


def priority_of(kind: SourceKind) -> Priority:
    """How urgent the requests of a kind of source are."""
    return _PRIORITIES.get(kind, Priority.REST)


@dataclass(frozen=True, slots=True)
class RateLimit:
    """One budget of an exchange: `burst` units may be used at once, and `per_second` units come back.

    A burst of 0 spaces requests: each one waits for the cost of the one before it. `groups` are prefixes of the URL
    groups in ccxt that share the budget ("fapi", "private/mix"), () for all groups. With `per_path` each path has its
    own budget. `units` is the exchange's weight of one unit of ccxt's cost. Exchanges in ccxt with a common budget name
    the same `budget`.
    """

    burst: float
    per_second: float
    scope: Scope = Scope.ACCOUNT
    groups: tuple[str, ...] = ()
    per_path: bool = False
    units: float = 1.0
    budget: str | None = None

    def covers(self, group: str) -> bool:
        """True if requests of this URL group use the budget."""
        return not self.groups or group.startswith(self.groups)


def per_window(
    units: float,
    seconds: float,
    scope: Scope,
    *groups: str,
    per_path: bool = False,
    ccxt_cost: float = 1.0,
    budget: str | None = None,
) -> RateLimit:
    """A limit of `units` per window of `seconds`. `ccxt_cost` is the exchange's weight of one unit of ccxt's cost.

    Half may be used at once and half comes back within a window, so no window sees more, wherever it begins.
    """
    half = units * _SHARE / 2
    return RateLimit(half, half / seconds, scope, groups, per_path, ccxt_cost, budget)


def spaced(milliseconds: float, group: str) -> RateLimit:
    """The budget of an exchange without a declared limit: one of ccxt's costs each `milliseconds`, evenly.

    Public requests are counted by address, private ones by account.
    """
    return RateLimit(0.0, 1000 / milliseconds, Scope.ADDRESS if "public" in group.lower() else Scope.ACCOUNT)
