"""Candles: what a symbol traded at over a stretch of time."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Candle:
    """One candle, beginning at `at`. Prices in the quote currency, volume in the base asset (None: not given)."""

    symbol: str
    timeframe: str  # as ccxt says it: 1m, 1h, 1d
    at: datetime
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal | None = None
