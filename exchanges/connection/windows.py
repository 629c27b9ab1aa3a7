"""Windows: reads a time range piece by piece, for endpoints that return only the newest rows up to a limit."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar

Content = TypeVar("Content")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
# Short enough for an order that swept a whole book at once. Not every exchange accepts finer timestamps.
_SHORTEST = timedelta(microseconds=62)
# After a window with less than this share of the row limit, the next window is twice as long.
_SPARSE = 0.4


@dataclass(frozen=True, slots=True)
class Window(Generic[Content]):
    """The content of [since, until). `is_cut`: even the shortest window exceeds the row limit."""

    since: datetime
    until: datetime
    content: Content
    is_cut: bool = False


def in_windows(
    since: datetime,
    until: datetime,
    longest: timedelta,
    row_limit: int,
    request: Callable[[datetime, datetime], tuple[Content, int]],
) -> Iterator[Window[Content]]:
    """Windows of [since, until), oldest first and without gaps.

    `request` returns the content of a window and the number of rows of its fullest response. A full response may lack
    older rows, so it is discarded and half of its window requested. Ends are whole milliseconds while windows are
    longer than one.
    """
    at, until, length = _floored(since), _floored(until), longest
    while at < until:
        end = min(until, at + length)
        content, rows = request(at, end)
        if rows >= row_limit and (half := _half(end - at)) is not None:
            length = half
            continue
        yield Window(at, end, content, is_cut=rows >= row_limit)
        at = end
        if rows < row_limit * _SPARSE:
            length = min(longest, length * 2)


def timestamp_text(at: datetime) -> str:
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
