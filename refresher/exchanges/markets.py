"""Markets: what is traded on an exchange, loaded once and shared by all accounts on it."""

from dataclasses import dataclass

from domain.markets import MarketType


@dataclass(frozen=True, slots=True)
class Market:
    """One instrument of an exchange; base and quote are None where the name does not tell them."""

    exchange_symbol: str
    symbol: str  # ccxt's unified symbol, the exchange's own where there is none
    base: str | None
    quote: str | None
    market_type: MarketType


class SharedMarkets:
    """The markets of every exchange that this process reads. Thread-safe; one for the process."""
