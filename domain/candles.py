"""Candles: open, high, low and close price of a symbol over a fixed period."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Candle:
    """One candle that starts at `at`. Prices in the quote currency, volume in the base asset (None: not given).

    The volume of a contract may count contracts, because exchanges differ and ccxt does not convert it.
    """

    symbol: str
    timeframe: str  # as in ccxt: 1m, 1h, 1d
    at: datetime
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal | None = None


@dataclass(frozen=True, slots=True)
class CandleColumns:
    """The closed candles of one market as columns, oldest first, for arithmetic that needs no exact decimals.

    `opened` are seconds since 1970, UTC. A volume that was not given is NaN.
    """

    symbol: str
    timeframe: str
    opened: Sequence[float]
    open: Sequence[float]
    high: Sequence[float]
    low: Sequence[float]
    close: Sequence[float]
    volume: Sequence[float]
