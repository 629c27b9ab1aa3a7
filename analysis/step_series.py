"""A value over time, as steps: each value stands from its moment until the next one."""

from dataclasses import dataclass, field

import numpy as np

from analysis.candle_series import Floats, Moments

_NEVER = np.iinfo(np.int64).min // 2


@dataclass(slots=True)
class StepSeries:
    """Values that came to be known at `times` (microseconds, ascending). An unknown value is NaN.

    A value stands for `stands_for` microseconds at most, None for ever. `step` is the length of a candle for values
    that come with candles, else None.
    """

    times: Moments
    values: Floats
    stands_for: int | None = None
    step: int | None = None
    _values: Floats = field(init=False)  # with an unknown value before the first
    _times: Moments = field(init=False)

    def __post_init__(self) -> None:
        self._values = np.concatenate(([np.nan], self.values))
        self._times = np.concatenate((np.array([_NEVER], dtype=np.int64), self.times))

    def at(self, moments: Moments) -> Floats:
        """The value that was known at each moment: nothing from later is used."""
        index = self.times.searchsorted(moments, side="right")
        values = self._values[index]
        if self.stands_for is not None:
            values[moments - self._times[index] > self.stands_for] = np.nan
        return values

    def newest_before(self, moment: int) -> int | None:
        """The newest time at or before a moment, None if there is none."""
        index = int(self.times.searchsorted(moment, side="right"))
        return int(self._times[index]) if index else None


def nothing(step: int | None = None) -> StepSeries:
    """A value that was never known."""
    return StepSeries(np.empty(0, dtype=np.int64), np.empty(0), step=step)
