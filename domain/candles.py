"""Candles: open, high, low and close price of a symbol over a fixed period."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Candle:
    """One candle that starts at `at`. Prices in the quote currency, volume in the base asset (None: not given)."""

    symbol: str
    timeframe: str  # as in ccxt: 1m, 1h, 1d
    at: datetime
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal | None = None
