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
    """One reading call: which of ccxt's URL groups it belongs to, how it is sent, what it costs of the rate limit.

    `cost` is in ccxt's units: the pause before the call is cost x rateLimit milliseconds. `every` is the least number
    of seconds between two of this call, where the exchange limits it by itself. `name` is what a venue calls it, where
    two calls have one path on two hosts.
    """

    method: str
    path: str
    group: tuple[str, ...]
    cost: float
    every: float = 0.0
    name: str | None = None

    @property
    def key(self) -> str:
        """What it is listed under."""
        return self.name or self.path

    @property
    def is_private(self) -> bool:
        """Whether it is signed with the account's key."""
        return "public" not in self.group[-1].lower()
