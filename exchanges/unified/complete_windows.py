"""Complete windows: splits a time range into windows and proves from each response that it lacks no rows.

A full response proves only the range between its rows. A range with rows that cannot be read becomes a cut window, so
that no range counts as complete by mistake.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from exchanges.connection.errors import BadPayload
from exchanges.connection.windows import Window
from exchanges.venues._shared.full_answers import MILLISECOND, Keeps, PageLimit, RangeRows, RequestRange

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# After a window with less than this share of the row limit, the next window is twice as long.
_SPARSE = 0.4
_MOMENT = timedelta(seconds=1)


def whole_windows(
    since: datetime, until: datetime, longest: timedelta, page_limit: PageLimit, request: RequestRange
) -> Iterator[Window[list[Any]]]:
    """Windows of [since, until), oldest first and without gaps. They may contain rows outside the window.

    A window with `is_cut` lacks rows that the exchange does not return. `until` must be before the first request.
    Raises BadPayload if nothing after some time can be read. The windows yielded before stay valid.
    """
    at, length, was_tried = since, longest, False
    while at < until:
        end = min(until, at + length)
        response = request(at, end, page_limit.size)
        is_full = page_limit.is_full(response)
        if is_full and not was_tried and not _is_whole(response, at, end, page_limit.keeps):
            was_tried = page_limit.learn(request, at, end, until, response)
        if not is_full or _is_whole(response, at, end, page_limit.keeps):
            yield Window(at, end, response.rows)
            at = end
            if is_full or response.row_count < page_limit.largest * _SPARSE:
                length = min(longest, length * 2)
            continue
        reaches, is_cut = _proven(response, at, end, page_limit.keeps)
        if reaches is None:
            length = _half(end - at)
            continue
        yield Window(at, min(reaches, until), response.rows, is_cut)
        at = reaches


def _is_whole(response: RangeRows, start: datetime, end: datetime, keeps: Keeps | None) -> bool:
    """True if a full response lacks no row of [start, end)."""
    return _has_older(response, start, keeps) and _has_newer(response, end, keeps)


def _has_older(response: RangeRows, start: datetime, keeps: Keeps | None) -> bool:
    """True if no row is missing between the start and the first row."""
    return keeps is Keeps.OLDEST or (response.timestamps != () and response.timestamps[0] < start)


def _has_newer(response: RangeRows, end: datetime, keeps: Keeps | None) -> bool:
    """True if no row is missing between the last row and the end."""
    return keeps is Keeps.NEWEST or (response.timestamps != () and response.timestamps[-1] >= end)


def _proven(response: RangeRows, start: datetime, end: datetime, keeps: Keeps | None) -> tuple[datetime | None, bool]:
    """The end of the range that a response covers, and if that range lacks rows. None: request half the window."""
    if not response.timestamps:
        raise BadPayload(f"{response.row_count} rows in one response, and none of them can be understood")
    first, last = response.timestamps[0], response.timestamps[-1]
    if _has_older(response, start, keeps):
        # More may have happened at the same moment as the last.
        return (last, False) if last > start else (_after(last, start, response.row_count), True)
    if response.is_past(end):  # the exchange ignores the end, so a shorter window returns the same rows
        return first + MILLISECOND, True
    return (end, True) if end - start <= MILLISECOND else (None, False)


def _after(last: datetime, start: datetime, row_count: int) -> datetime:
    """The next start after a time with more rows than one response holds. Timestamps may have whole seconds only."""
    if last == start:
        return start + MILLISECOND
    if last + _MOMENT > start:
        return start - (start - _EPOCH) % _MOMENT + _MOMENT
    raise BadPayload(f"one response holds {row_count} rows, none after {last.isoformat()}: later ones are left out")


def _half(length: timedelta) -> timedelta:
    return max(length / 2 // MILLISECOND * MILLISECOND, MILLISECOND)
