"""Candles of one market and timeframe as columns of numbers, without gaps."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from domain.candles import Candle, CandleColumns
from domain.moments import microseconds_of
from domain.timeframes import length_of

Floats = NDArray[np.float64]
Moments = NDArray[np.int64]  # microseconds since 1970, UTC
Flags = NDArray[np.bool_]

_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class CandleSeries:
    """Closed candles in order of time, one after the other. `closed_at` is the end of each, in microseconds.

    An unknown volume is NaN. `closed_at[i + 1] - closed_at[i]` is always the length of the timeframe.
    """

    timeframe: str
    closed_at: Moments
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats

    def __len__(self) -> int:
        return len(self.closed_at)


def series_of(candles: Sequence[Candle], timeframe: str) -> tuple[CandleSeries, ...]:
    """The gap-free runs of candles, oldest first. Candles are ordered by time and closed.

    An indicator starts again after a gap, since it would otherwise join prices of two times.
    """
    return _runs(_columns(candles, length_of(timeframe) // _MICROSECOND), timeframe)


def series_of_columns(candles: CandleColumns) -> tuple[CandleSeries, ...]:
    """The gap-free runs of candles that were read as columns, oldest first."""
    length = length_of(candles.timeframe) // _MICROSECOND
    opened = np.rint(np.array(candles.opened, dtype=np.float64) * 1e6).astype(np.int64)
    values = (candles.open, candles.high, candles.low, candles.close, candles.volume)
    columns = CandleSeries("", opened + length, *(np.array(column, dtype=np.float64) for column in values))
    return _runs(columns, candles.timeframe)


def _runs(columns: CandleSeries, timeframe: str) -> tuple[CandleSeries, ...]:
    length = length_of(timeframe) // _MICROSECOND
    breaks = np.flatnonzero(np.diff(columns.closed_at) != length) + 1
    edges = [0, *breaks.tolist(), len(columns)]
    return tuple(_part(columns, timeframe, a, b) for a, b in pairwise(edges) if b > a)


def _columns(candles: Sequence[Candle], length: int) -> CandleSeries:
    def column(name: str) -> Floats:
        values = (getattr(candle, name) for candle in candles)
        return np.array([np.nan if value is None else float(value) for value in values], dtype=np.float64)

    closed_at = np.array([microseconds_of(candle.at) + length for candle in candles], dtype=np.int64)
    names = ("open", "high", "low", "close", "volume")
    return CandleSeries("", closed_at, *(column(name) for name in names))


def _part(columns: CandleSeries, timeframe: str, first: int, last: int) -> CandleSeries:
    cut = slice(first, last)
    names = ("closed_at", "open", "high", "low", "close", "volume")
    return CandleSeries(timeframe, *(getattr(columns, name)[cut] for name in names))
