"""A value over time, as steps: each value stands from its moment until the next one."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan
from typing import Protocol

import numpy as np

from analysis.candle_series import Flags, Floats, Moments
from analysis.rounding import rounded


class ValueSeries(Protocol):
    """A value over time, or the values of many markets."""

    @property
    def step(self) -> int | None:
        """The length of a candle for values that come with candles, else None."""

    def at(self, moments: Moments) -> Floats:
        """The value that was known at each moment: nothing from later is used."""

    def candle_before(self, moments: Moments, count: int) -> tuple[Moments, Flags]:
        """The close of the candle `count` candles older than the newest at each moment, and where it exists.

        A gap between candles ends the steps: prices on its two sides are no neighbours.
        """


@dataclass(slots=True)
class StepSeries:
    """Values that came to be known at `times` (microseconds, ascending). An unknown value is NaN.

    A value stands for `stands_for` microseconds at most, None for ever. `step` is the length of a candle for values
    that come with candles, else None. Values that `are_raw` are rounded when they are read.
    """

    times: Moments
    values: Floats
    stands_for: int | None = None
    step: int | None = None
    are_raw: bool = False

    def at(self, moments: Moments) -> Floats:
        """The value that was known at each moment: nothing from later is used."""
        if len(self.times) == 0:
            return np.full(len(moments), np.nan)
        index = self.times.searchsorted(moments, side="right") - 1
        values = self.values[index]
        is_over = index < 0
        if self.stands_for is not None:
            is_over |= moments - self.times[index] > self.stands_for
        values[is_over] = np.nan
        return rounded(values) if self.are_raw else values

    def candle_before(self, moments: Moments, count: int) -> tuple[Moments, Flags]:
        """The close of the candle `count` candles older than the newest at each moment."""
        newest = self.times.searchsorted(moments, side="right") - 1
        older = newest - count
        if len(self.times) == 0:
            return moments, older >= 0
        times = self.times[np.maximum(older, 0)]
        is_near = self.times[np.maximum(newest, 0)] - times == count * (self.step or 0)
        return times, (older >= 0) & is_near

    def newest_before(self, moment: int) -> int | None:
        """The newest time at or before a moment, None if there is none."""
        index = self._index(moment)
        return int(self.times[index]) if index >= 0 else None

    def value_at(self, moment: int) -> float:
        """The value at one moment, not rounded. It is read without a column, since many markets are read one by one."""
        index = self._index(moment)
        if index < 0 or (self.stands_for is not None and moment - self.times[index] > self.stands_for):
            return nan
        return float(self.values[index])

    def time_before(self, moment: int, count: int) -> int | None:
        """The close of the candle `count` candles older than the newest at one moment."""
        newest = self._index(moment)
        if newest < count or self.times[newest] - self.times[newest - count] != count * (self.step or 0):
            return None
        return int(self.times[newest - count])

    def _index(self, moment: int) -> int:
        last = len(self.times) - 1
        if last < 0 or self.times[last] <= moment:
            return last
        return int(self.times.searchsorted(moment, side="right")) - 1


@dataclass(slots=True)
class ManySteps:
    """The values of many markets. The moment with a number is one of the market with this number."""

    each: Sequence[StepSeries]

    @property
    def step(self) -> int | None:
        return self.each[0].step

    def at(self, moments: Moments) -> Floats:
        """The value that was known of each market at its moment."""
        pairs = zip(self.each, moments.tolist(), strict=True)
        values = np.array([series.value_at(moment) for series, moment in pairs], dtype=np.float64)
        return rounded(values) if any(series.are_raw for series in self.each) else values

    def candle_before(self, moments: Moments, count: int) -> tuple[Moments, Flags]:
        """The close of the candle `count` candles older than the newest of each market."""
        stamps = moments.tolist()
        moments_before = [series.time_before(moment, count) for series, moment in zip(self.each, stamps, strict=True)]
        exists = np.array([time is not None for time in moments_before], dtype=bool)
        times = [moment if time is None else time for time, moment in zip(moments_before, stamps, strict=True)]
        return np.array(times, dtype=np.int64), exists


def nothing(step: int | None = None) -> StepSeries:
    """A value that was never known."""
    return StepSeries(np.empty(0, dtype=np.int64), np.empty(0), step=step)
