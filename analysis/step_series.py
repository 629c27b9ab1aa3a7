"""A value over time, as steps: each value stands from its moment until the next one."""

from dataclasses import dataclass

import numpy as np

from analysis.candle_series import Floats, Moments
from analysis.rounding import rounded

_NEVER = np.iinfo(np.int64).min // 2


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

    def newest_before(self, moment: int) -> int | None:
        """The newest time at or before a moment, None if there is none."""
        index = int(self.times.searchsorted(moment, side="right")) - 1
        return int(self.times[index]) if index >= 0 else None


def nothing(step: int | None = None) -> StepSeries:
    """A value that was never known."""
    return StepSeries(np.empty(0, dtype=np.int64), np.empty(0), step=step)
