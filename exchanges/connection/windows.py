"""Windows: a stretch of the past asked piece by piece where an answer holds only so many rows, and only the newest."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar

Told = TypeVar("Told")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
# Short enough for an order that swept a whole book at once; no shorter, as not every exchange takes finer moments.
_SHORTEST = timedelta(microseconds=62)
# A window of which so small a share of the rows was used is doubled for the next question.
_SPARSE = 0.4


@dataclass(frozen=True, slots=True)
class Window(Generic[Told]):
    """What was told of [since, until). `is_cut` where even the shortest window holds more than an answer does."""

    since: datetime
    until: datetime
    told: Told
    is_cut: bool = False


def in_windows(
    since: datetime,
    until: datetime,
    longest: timedelta,
    most_rows: int,
    ask: Callable[[datetime, datetime], tuple[Told, int]],
) -> Iterator[Window[Told]]:
    """Windows of [since, until), oldest first, none with a gap to the next.

    `ask` says what is known of a window and how many rows the fullest answer held. An answer that is full may lack the
    older ones, so it is thrown away and half of its window asked. Ends are on whole milliseconds for as long as
    windows are longer than that.
    """
    at, until, length = _floored(since), _floored(until), longest
    while at < until:
        end = min(until, at + length)
        told, rows = ask(at, end)
        if rows >= most_rows and (half := _half(end - at)) is not None:
            length = half
            continue
        yield Window(at, end, told, is_cut=rows >= most_rows)
        at = end
        if rows < most_rows * _SPARSE:
            length = min(longest, length * 2)


def said_moment(at: datetime) -> str:
    """A moment as Crypto.com takes it: in milliseconds, or in nanoseconds where those would lose something."""
    milliseconds, rest = divmod(at - _EPOCH, _MILLISECOND)
    return str(milliseconds) if not rest else str((at - _EPOCH) // timedelta(microseconds=1) * 1000)


def _half(length: timedelta) -> timedelta | None:
    if length <= _SHORTEST:
        return None
    half = length / 2
    return max(half // _MILLISECOND * _MILLISECOND, _MILLISECOND) if length > _MILLISECOND else half


def _floored(at: datetime) -> datetime:
    return at - (at - _EPOCH) % _MILLISECOND
