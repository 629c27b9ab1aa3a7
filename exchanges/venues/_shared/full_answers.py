"""Page limits: the rows that an exchange leaves out of a full response, as far as its responses prove it.

An exchange may respect the start of the requested range, the end, both or neither, and it may return the oldest or the
newest rows. All have one thing in common: the returned rows have no gap between the first and the last.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

MILLISECOND = timedelta(milliseconds=1)
# An end that the exchange rounds to the second counts as respected.
_ROUNDED = timedelta(seconds=1)
# Undeclared row limits are round numbers.
_ROUND = (10, 25)


class Keeps(StrEnum):
    """The rows that an exchange returns when there are more than its limit."""

    OLDEST = "oldest"
    NEWEST = "newest"


@dataclass(frozen=True, slots=True)
class RangeRows:
    """The rows of a time range, the sorted timestamps of rows that have one, and the row count of the raw response."""

    rows: list[Any]
    timestamps: tuple[datetime, ...]
    row_count: int

    def is_past(self, end: datetime) -> bool:
        """True if the rows continue so far past the end that the exchange ignored it."""
        return bool(self.timestamps) and self.timestamps[-1] >= end + _ROUNDED


# Requests [start, end) with a row limit.
RequestRange = Callable[[datetime, datetime, int], RangeRows]


@dataclass(slots=True)
class PageLimit:
    """The row limit of one list: `size` rows (`is_sure` if declared), and the rows kept in a full response.

    Learned during use. One instance per list.
    """

    size: int
    keeps: Keeps | None = None
    is_sure: bool = False
    largest: int = 0  # largest number of rows in any response so far
    _first: datetime | None = None

    def is_full(self, answer: RangeRows) -> bool:
        """True if a response may lack rows, because it has as many as the known or a likely limit."""
        self.largest = max(self.largest, answer.row_count)
        if answer.row_count >= self.size:
            return True
        is_round = answer.row_count > 0 and any(answer.row_count % limit == 0 for limit in _ROUND)
        return is_round and not self.is_sure and answer.row_count == self.largest

    def learn(self, request: RequestRange, start: datetime, end: datetime, until: datetime, full: RangeRows) -> bool:
        """Learn which rows a full response of [start, end) lacks. Returns True if that took requests.

        `until` is a time before the first request, because later rows prove nothing.
        """
        if self.keeps is None:
            self.keeps = self._by_time(full, start)
        if self.keeps is not None or not full.timestamps or full.timestamps[0] == full.timestamps[-1]:
            return False
        middle = full.timestamps[len(full.timestamps) // 2]
        self.keeps = (
            _by_fewer(full, request(start, end, max(full.row_count // 2, 1)))
            or _by_later(full, request(middle, end, self.size), until)
            or _by_earlier(full, request(start, middle + MILLISECOND, self.size))
        )
        return True

    def _by_time(self, full: RangeRows, start: datetime) -> Keeps | None:
        """Rows that disappeared from a response were displaced by newer ones, if the exchange ignores the start."""
        before, self._first = self._first, full.timestamps[0] if full.timestamps else None
        is_newest = before is not None and self._first is not None and before < self._first < start
        return Keeps.NEWEST if is_newest else None


def _by_fewer(full: RangeRows, fewer: RangeRows) -> Keeps | None:
    """Asked for fewer rows, an exchange keeps those of the end that it always keeps."""
    if not fewer.timestamps or fewer.row_count >= full.row_count:
        return None
    has_first, has_last = fewer.timestamps[0] <= full.timestamps[0], fewer.timestamps[-1] >= full.timestamps[-1]
    if has_first == has_last:
        return None
    return Keeps.OLDEST if has_first else Keeps.NEWEST


def _by_later(full: RangeRows, newer: RangeRows, until: datetime) -> Keeps | None:
    """True if a request for more rows added newer ones. Then the newest had been left out."""
    return Keeps.OLDEST if any(full.timestamps[-1] < at < until for at in newer.timestamps) else None


def _by_earlier(full: RangeRows, earlier: RangeRows) -> Keeps | None:
    """True if a request for more rows added older ones. Then the oldest had been left out."""
    return Keeps.NEWEST if earlier.timestamps and earlier.timestamps[0] < full.timestamps[0] else None
