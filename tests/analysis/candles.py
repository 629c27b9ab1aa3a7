"""Series of candles for tests."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from domain.candles import Candle
from domain.timeframes import length_of

START = datetime(2026, 1, 1, tzinfo=UTC)


def candle(index: int, close: str | Decimal, timeframe: str = "1h", **other: Decimal | None) -> Candle:
    """The candle with this number after START. Without other prices it did not move."""
    price = Decimal(close)
    prices = {"open": price, "high": price, "low": price, "close": price, "volume": Decimal(1)} | other
    return Candle("BTC/USDT", timeframe, START + index * length_of(timeframe), **prices)  # type: ignore[arg-type]


def candles(closes: Sequence[str | Decimal | int], timeframe: str = "1h") -> list[Candle]:
    return [candle(index, Decimal(close), timeframe) for index, close in enumerate(closes)]


def walk(count: int, seed: int, timeframe: str = "1h") -> list[Candle]:
    """A random walk with ranges and volumes, the same for a seed."""
    chance, price, rows = random.Random(seed), Decimal(1000), []
    for index in range(count):
        first = price
        price = (price * Decimal(1 + chance.gauss(0, 0.01))).quantize(Decimal("0.01"))
        high = max(first, price) + Decimal(chance.randrange(500)) / 100
        low = min(first, price) - Decimal(chance.randrange(500)) / 100
        volume = Decimal(chance.randrange(1, 10_000)) / 10
        rows.append(candle(index, price, timeframe, open=first, high=high, low=low, volume=volume))
    return rows


def closed(index: int, timeframe: str = "1h") -> datetime:
    """The close of the candle with this number."""
    return START + (index + 1) * length_of(timeframe)


HOUR = timedelta(hours=1)
