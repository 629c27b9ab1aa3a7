"""Whole windows: a stretch of the past as answers prove it, whatever an exchange makes of what it is asked.

Nothing is concluded from an answer that is full but what its rows show. What an exchange leaves out for good is told as
a window that is cut, so that no stretch passes for known that is not.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from exchanges.connection.errors import BadPayload
from exchanges.connection.windows import Window
from exchanges.venues._shared.full_answers import MILLISECOND, Answer, Ask, Habit, Keeps

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# A window of which so small a share of the rows was used is doubled for the next question.
_SPARSE = 0.4
_MOMENT = timedelta(seconds=1)


def whole_windows(
    since: datetime, until: datetime, longest: timedelta, habit: Habit, ask: Ask
) -> Iterator[Window[list[Any]]]:
    """Windows of [since, until), oldest first, none with a gap to the next; rows beside a window may be among its own.

    A window that `is_cut` lacks rows, which the exchange does not tell. `until` lies before the first question. Raises
    BadPayload where nothing after some moment can be told; the windows before it stand.
    """
    at, length, was_tried = since, longest, False
    while at < until:
        end = min(until, at + length)
        answer = ask(at, end, habit.size)
        is_full = habit.is_full(answer)
        if is_full and not was_tried and not _is_whole(answer, at, end, habit.keeps):
            was_tried = habit.learn(ask, at, end, until, answer)
        if not is_full or _is_whole(answer, at, end, habit.keeps):
            yield Window(at, end, answer.rows)
            at = end
            if is_full or answer.told < habit.most * _SPARSE:
                length = min(longest, length * 2)
            continue
        reaches, is_cut = _proven(answer, at, end, habit.keeps)
        if reaches is None:
            length = _half(end - at)
            continue
        yield Window(at, min(reaches, until), answer.rows, is_cut)
        at = reaches


def _is_whole(answer: Answer, start: datetime, end: datetime, keeps: Keeps | None) -> bool:
    """Whether a full answer lacks nothing of [start, end)."""
    return _has_older(answer, start, keeps) and _has_newer(answer, end, keeps)


def _has_older(answer: Answer, start: datetime, keeps: Keeps | None) -> bool:
    """Whether nothing is left out between the beginning and the first row."""
    return keeps is Keeps.OLDEST or (answer.moments != () and answer.moments[0] < start)


def _has_newer(answer: Answer, end: datetime, keeps: Keeps | None) -> bool:
    """Whether nothing is left out between the last row and the end."""
    return keeps is Keeps.NEWEST or (answer.moments != () and answer.moments[-1] >= end)


def _proven(answer: Answer, start: datetime, end: datetime, keeps: Keeps | None) -> tuple[datetime | None, bool]:
    """Up to where an answer tells a part of [start, end), and whether that lacks rows; None: half is to be asked."""
    if not answer.moments:
        raise BadPayload(f"{answer.told} rows are told at once, and none of them can be understood")
    first, last = answer.moments[0], answer.moments[-1]
    if _has_older(answer, start, keeps):
        # More may have happened at the same moment as the last.
        return (last, False) if last > start else (_after(last, start, answer.told), True)
    if answer.is_past(end):  # the end is not heeded: no shorter stretch tells more
        return first + MILLISECOND, True
    return (end, True) if end - start <= MILLISECOND else (None, False)


def _after(last: datetime, start: datetime, told: int) -> datetime:
    """Where to go on after a moment at which more happened than is told; exchanges may tell times to the second."""
    if last == start:
        return start + MILLISECOND
    if last + _MOMENT > start:
        return start - (start - _EPOCH) % _MOMENT + _MOMENT
    raise BadPayload(f"only {told} rows are told at once, none after {last.isoformat()}: later ones are left out")


def _half(length: timedelta) -> timedelta:
    return max(length / 2 // MILLISECOND * MILLISECOND, MILLISECOND)
