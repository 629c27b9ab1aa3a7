"""Textbook formulas of indicators in Decimal, one candle after the other. Nothing here uses our code or TA-Lib.

Sources: J. Welles Wilder, New Concepts in Technical Trading Systems (1978) for RSI, ATR and ADX; Gerald Appel for MACD;
John Bollinger, Bollinger on Bollinger Bands (population deviation); George Lane for the stochastic oscillator.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

Column = list[Decimal | None]


@dataclass(frozen=True)
class Bar:
    high: Decimal
    low: Decimal
    close: Decimal


def mean(values: Sequence[Decimal]) -> Decimal:
    return sum(values, Decimal(0)) / len(values)


def sma(closes: Sequence[Decimal], n: int) -> Column:
    return [None if i + 1 < n else mean(closes[i + 1 - n : i + 1]) for i in range(len(closes))]


def ema(values: Sequence[Decimal | None], n: int) -> Column:
    """Seeded with the mean of the first n known values, then weighted by 2 / (n + 1)."""
    column: Column = []
    seen: list[Decimal] = []
    average: Decimal | None = None
    for value in values:
        if value is not None:
            seen.append(value)
            if average is not None:
                average += (value - average) * 2 / (n + 1)
            elif len(seen) == n:
                average = mean(seen)
        column.append(average)
    return column


def wilder(values: Sequence[Decimal | None], n: int) -> Column:
    """Wilder's average: the mean of the first n known values, then (n - 1) parts of the old and one of the new."""
    column: Column = []
    seen: list[Decimal] = []
    average: Decimal | None = None
    for value in values:
        if value is not None:
            seen.append(value)
            if average is not None:
                average = (average * (n - 1) + value) / n
            elif len(seen) == n:
                average = mean(seen)
        column.append(average)
    return column


def rsi(closes: Sequence[Decimal], n: int) -> Column:
    moves: list[Decimal | None] = [None, *(b - a for a, b in pairwise(closes))]
    gains = wilder([None if m is None else max(m, Decimal(0)) for m in moves], n)
    losses = wilder([None if m is None else max(-m, Decimal(0)) for m in moves], n)
    return [
        None if g is None or x is None else Decimal(100) * g / (g + x) if g + x else Decimal(0)
        for g, x in zip(gains, losses, strict=True)
    ]


def true_ranges(bars: Sequence[Bar]) -> list[Decimal | None]:
    ranges: list[Decimal | None] = [None]
    for before, bar in pairwise(bars):
        ranges.append(max(bar.high - bar.low, abs(bar.high - before.close), abs(bar.low - before.close)))
    return ranges


def atr(bars: Sequence[Bar], n: int) -> Column:
    return wilder(true_ranges(bars), n)


def adx(bars: Sequence[Bar], n: int) -> Column:
    ups: list[Decimal | None] = [None]
    downs: list[Decimal | None] = [None]
    for before, bar in pairwise(bars):
        up, down = bar.high - before.high, before.low - bar.low
        ups.append(up if up > down and up > 0 else Decimal(0))
        downs.append(down if down > up and down > 0 else Decimal(0))
    index: list[Decimal | None] = []
    for up_mean, down_mean, span in zip(wilder(ups, n), wilder(downs, n), atr(bars, n), strict=True):
        if up_mean is None or down_mean is None or span is None:
            index.append(None)
            continue
        total = up_mean + down_mean
        index.append(abs(up_mean - down_mean) / total * 100 if total else Decimal(0))
    return wilder(index, n)


def macd(closes: Sequence[Decimal], fast: int, slow: int) -> Column:
    pairs = zip(ema(closes, fast), ema(closes, slow), strict=True)
    return [None if a is None or b is None else a - b for a, b in pairs]


def deviation(values: Sequence[Decimal]) -> Decimal:
    centre = mean(values)
    return mean([(value - centre) ** 2 for value in values]).sqrt()


def stochastic(bars: Sequence[Bar], n: int, smooth: int) -> Column:
    """Unknown while a window that counts has no range."""
    raw: Column = [None] * (n - 1)
    for i in range(n - 1, len(bars)):
        window = bars[i + 1 - n : i + 1]
        low, high = min(bar.low for bar in window), max(bar.high for bar in window)
        raw.append((bars[i].close - low) / (high - low) * 100 if high > low else None)
    return known_means(raw, smooth)


def known_means(column: Column, n: int) -> Column:
    """The mean of each value with the n - 1 before it. None if one of them is None."""
    windows = (column[max(0, i + 1 - n) : i + 1] for i in range(len(column)))
    complete = ([value for value in window if value is not None] for window in windows)
    return [mean(values) if len(values) == n else None for values in complete]
