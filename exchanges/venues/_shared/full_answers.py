"""Habits: which rows an exchange leaves out of an answer that is full, as far as its answers prove it.

An exchange may heed the beginning of the stretch that it is asked for, the end, both or neither, and it may tell the
oldest rows or the newest. One thing holds of all: what it tells has no hole between its first row and its last.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

MILLISECOND = timedelta(milliseconds=1)
# An end that is taken to the second is heeded nevertheless.
_ROUNDED = timedelta(seconds=1)
# Limits that nobody declares are round numbers.
_ROUND = (10, 25)


class Keeps(StrEnum):
    """Which rows are told where there are more than an answer holds."""

    OLDEST = "oldest"
    NEWEST = "newest"


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer about a stretch: its rows, the moments of those that tell theirs in order, and how many it held."""

    rows: list[Any]
    moments: tuple[datetime, ...]
    told: int

    def is_past(self, end: datetime) -> bool:
        """Whether rows go on so far past the end that the exchange did not heed it."""
        return bool(self.moments) and self.moments[-1] >= end + _ROUNDED


# Asks for [start, end) and at most so many rows.
Ask = Callable[[datetime, datetime, int], Answer]


@dataclass(slots=True)
class Habit:
    """What is known of how one list is told: `size` rows at most (`is_sure` where that is declared), and which.

    Learned while it is used: one for each list, for as long as the list is asked for.
    """

    size: int
    keeps: Keeps | None = None
    is_sure: bool = False
    most: int = 0  # rows that any answer held
    _first: datetime | None = None

    def is_full(self, answer: Answer) -> bool:
        """Whether rows may have been left out of an answer: it holds as many as it can, or as it may well hold."""
        self.most = max(self.most, answer.told)
        if answer.told >= self.size:
            return True
        is_round = answer.told > 0 and any(answer.told % limit == 0 for limit in _ROUND)
        return is_round and not self.is_sure and answer.told == self.most

    def learn(self, ask: Ask, start: datetime, end: datetime, until: datetime, full: Answer) -> bool:
        """Find out which rows are left out of a full answer about [start, end); whether that took questions.

        `until` is a moment before the first of all questions: what happened since proves nothing.
        """
        if self.keeps is None:
            self.keeps = self._by_time(full, start)
        if self.keeps is not None or not full.moments or full.moments[0] == full.moments[-1]:
            return False
        middle = full.moments[len(full.moments) // 2]
        self.keeps = (
            _by_fewer(full, ask(start, end, max(full.told // 2, 1)))
            or _by_later(full, ask(middle, end, self.size), until)
            or _by_earlier(full, ask(start, middle + MILLISECOND, self.size))
        )
        return True

    def _by_time(self, full: Answer, start: datetime) -> Keeps | None:
        """What was told once and is told no more, though beginnings are not heeded, made way for what is newer."""
        before, self._first = self._first, full.moments[0] if full.moments else None
        is_newest = before is not None and self._first is not None and before < self._first < start
        return Keeps.NEWEST if is_newest else None


def _by_fewer(full: Answer, fewer: Answer) -> Keeps | None:
    """Asked for fewer rows, an exchange keeps those of the end that it always keeps."""
    if not fewer.moments or fewer.told >= full.told:
        return None
    has_first, has_last = fewer.moments[0] <= full.moments[0], fewer.moments[-1] >= full.moments[-1]
    if has_first == has_last:
        return None
    return Keeps.OLDEST if has_first else Keeps.NEWEST


def _by_later(full: Answer, later: Answer, until: datetime) -> Keeps | None:
    """Newer rows than it told when it was asked for more: it had not told the newest."""
    return Keeps.OLDEST if any(full.moments[-1] < at < until for at in later.moments) else None


def _by_earlier(full: Answer, earlier: Answer) -> Keeps | None:
    """Older rows than it told when it was asked for more: it had not told the oldest."""
    return Keeps.NEWEST if earlier.moments and earlier.moments[0] < full.moments[0] else None
