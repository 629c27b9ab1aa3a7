"""Positions: what an account holds of contracts (perpetuals, futures, options)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from domain.markets import MarketType


class PositionSide(StrEnum):
    """Which way a position gains."""

    LONG = "long"
    SHORT = "short"


@dataclass(frozen=True, slots=True)
class Position:
    """One open position.

    `amount` is in units of the base asset and never negative: `side` says which way. Money is in the quote currency,
    that of an inverse contract at its mark.
    None is unknown.
    """

    key: str
    symbol: str  # ccxt's unified symbol, the exchange's own where there is none
    exchange_symbol: str
    base: str | None
    quote: str | None
    market_type: MarketType
    side: PositionSide
    amount: Decimal
    raw: Mapping[str, Any]
    contracts: Decimal | None = None
    entry_price: Decimal | None = None
    cost: Decimal | None = None
    leverage: Decimal | None = None
    margin_mode: str | None = None
    mark_price: Decimal | None = None
    unrealised_pnl: Decimal | None = None
    session_pnl: Decimal | None = None
    realised_pnl: Decimal | None = None  # as the exchange tells it of this position, by its own rules about fees
    liquidation_price: Decimal | None = None

    @property
    def settles_in(self) -> str | None:
        """The currency in which profit is paid, by the unified symbol ("BTC/USD:BTC-261225" settles in BTC)."""
        settle = self.symbol.partition(":")[2].partition("-")[0]
        return settle or self.quote
