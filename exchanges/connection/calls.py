"""Calls: the unified methods of ccxt that only read, and direct calls by path."""

from dataclasses import dataclass

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
    """One read-only request by path.

    `group` is the path of ccxt's URL group. `cost` is in ccxt's units: the pause before the request is cost x rateLimit
    milliseconds. `every` is the minimum number of seconds between two requests, where the exchange limits this endpoint
    separately. `name` distinguishes two calls with one path on two hosts.
    """

    method: str
    path: str
    group: tuple[str, ...]
    cost: float
    every: float = 0.0
    name: str | None = None

    @property
    def key(self) -> str:
        """The name under which ExchangeRules.calls lists the call."""
        return self.name or self.path

    @property
    def is_private(self) -> bool:
        """True if the request is signed with the account's key."""
        return "public" not in self.group[-1].lower()
