"""The price record by minute, for every book. Candles and daily figures come from it."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from simulator.clock import DAY, HOUR, MINUTE
from simulator.prices import Ticks

TIMEFRAMES = {
    "1m": MINUTE, "5m": 5 * MINUTE, "15m": 15 * MINUTE, "30m": 30 * MINUTE, "1h": HOUR, "2h": 2 * HOUR, "4h": 4 * HOUR,
    "6h": 6 * HOUR, "12h": 12 * HOUR, "1D": DAY, "7D": 7 * DAY, "14D": 14 * DAY, "1M": 0,
    "M1": MINUTE, "M5": 5 * MINUTE, "M15": 15 * MINUTE, "M30": 30 * MINUTE, "H1": HOUR, "H2": 2 * HOUR, "H4": 4 * HOUR,
    "H12": 12 * HOUR, "D1": DAY, "7d": 7 * DAY, "14d": 14 * DAY,
}  # fmt: skip
_DAY_MINUTES = 1440
_ROOM = 7 * _DAY_MINUTES


@dataclass(frozen=True, slots=True)
class Candle:
    """One bar of one book, prices in ticks. `activity` is 1 for an average minute."""

    at: int
    first: int
    high: int
    low: int
    last: int
    activity: float


@dataclass(frozen=True, slots=True)
class Day:
    """The last 24 hours of every book: highest, lowest and first price in ticks, and the activity."""

    high: list[int]
    low: list[int]
    first: list[int]
    activity: list[float]


class Tape:
    """Prices by minute. `start` is the time of the first one, in milliseconds, on a full minute."""

    def __init__(self, past: Ticks, start: int) -> None:
        self.start = start
        self._count = int(past.shape[1])
        before = np.concatenate([past[:, :1], past[:, :-1]], axis=1)
        self._last = past
        self._high = np.maximum(past, before)
        self._low = np.minimum(past, before)
        self._usual = np.maximum(np.abs(past - before).mean(axis=1), 1e-9)

    @property
    def end(self) -> int:
        """The start of the newest minute, in milliseconds."""
        return int(self.start + (self._count - 1) * MINUTE)

    def minute_of(self, at: int) -> int:
        """The index of the minute of a moment, limited to the record."""
        return int(min(max((at - self.start) // MINUTE, 0), self._count - 1))

    def column(self, minute: int) -> list[int]:
        """The prices of all books at the end of a minute."""
        prices: list[int] = self._last[:, minute].tolist()
        return prices

    def extremes(self, start: int, minutes: int, block: int) -> tuple[list[list[int]], list[list[int]]]:
        """The lowest and highest prices of each block of minutes from `start` on: blocks x books."""
        covered = minutes // block * block
        low = self._low[:, start : start + covered].reshape(len(self._low), -1, block).min(axis=2)
        high = self._high[:, start : start + covered].reshape(len(self._high), -1, block).max(axis=2)
        return low.T.tolist(), high.T.tolist()

    def record(self, prices: list[int], at: int) -> None:
        """Add the prices of a moment. Minutes without prices repeat the last ones."""
        minute = (at - self.start) // MINUTE
        while self._count <= minute:
            self._open_minute()
        index = self._count - 1
        now = np.array(prices, dtype=np.int32)
        self._last[:, index] = now
        np.maximum(self._high[:, index], now, out=self._high[:, index])
        np.minimum(self._low[:, index], now, out=self._low[:, index])

    def _open_minute(self) -> None:
        if self._count >= self._last.shape[1]:
            more = np.zeros((self._last.shape[0], _ROOM), dtype=np.int32)
            self._last, self._high, self._low = (
                np.concatenate([record, more], axis=1) for record in (self._last, self._high, self._low)
            )
        before = self._last[:, self._count - 1]
        for record in (self._last, self._high, self._low):
            record[:, self._count] = before
        self._count += 1

    def day(self, minute: int) -> Day:
        """The 24 hours that end with a minute."""
        first = max(0, minute - _DAY_MINUTES + 1)
        window = slice(first, minute + 1)
        lasts = self._last[:, window]
        moved = np.abs(lasts[:, 1:] - lasts[:, :-1]).sum(axis=1) / self._usual
        return Day(
            high=self._high[:, window].max(axis=1).tolist(),
            low=self._low[:, window].min(axis=1).tolist(),
            first=self._last[:, first].tolist(),
            activity=(0.5 * (minute + 1 - first) + 0.5 * moved).tolist(),
        )

    def candles(self, book: int, timeframe: str, since: int, until: int, count: int) -> list[Candle]:
        """The newest `count` bars of a book that begin at or after `since` and before `until`, oldest first."""
        first, last = self.minute_of(since), self.minute_of(until - 1)
        if until <= self.start or since > self.end + MINUTE or until <= since:
            return []
        step = TIMEFRAMES[timeframe]
        if step:
            first = max(first, last - (count + 1) * step // MINUTE)
            at = self.start + np.arange(first, last + 1, dtype=np.int64) * MINUTE
            starts = at // step * step
        else:
            at = self.start + np.arange(first, last + 1, dtype=np.int64) * MINUTE
            starts = at.astype("datetime64[ms]").astype("datetime64[M]").astype("datetime64[ms]").astype(np.int64)
        edges = np.flatnonzero(np.diff(starts, prepend=starts[0] - 1))
        kept = [edge for edge in edges.tolist() if starts[edge] >= since][-count:]
        return [self._candle(book, int(starts[edge]), step) for edge in kept]

    def _candle(self, book: int, start: int, step: int) -> Candle:
        end = start + step if step else _next_month(start)
        first, last = self.minute_of(start), self.minute_of(end - 1)
        window = slice(first, last + 1)
        lasts: npt.NDArray[np.int32] = self._last[book, window]
        opened = int(self._last[book, max(0, first - 1)])
        moved = (abs(int(lasts[0]) - opened) + int(np.abs(np.diff(lasts)).sum())) / float(self._usual[book])
        return Candle(
            at=start,
            first=opened,
            high=int(self._high[book, window].max()),
            low=int(self._low[book, window].min()),
            last=int(lasts[-1]),
            activity=0.5 * (last + 1 - first) + 0.5 * moved,
        )


def _next_month(at: int) -> int:
    month = np.datetime64(at, "ms").astype("datetime64[M]") + 1
    return int(month.astype("datetime64[ms]").astype(np.int64))
