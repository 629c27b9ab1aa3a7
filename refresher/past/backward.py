"""Backfill of one source: windows before the earliest complete time, newest first. Safe to interrupt at any time."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from domain.history import TimeRange
from domain.sources import Failure, Source
from exchanges.connection.errors import ExchangeError
from refresher.past.pages import PastPages, failure_of

# The exchange returns a window oldest first. It is written newest first, because the complete time range must grow
# without gaps. So the pages of one window are kept in memory.
_FIRST, _SHORTEST, _LONGEST = timedelta(days=7), timedelta(hours=6), timedelta(days=90)
_MANY_ROWS, _FEW_ROWS = 20_000, 1_000


def backward(
    pages: PastPages, source: Source, since: datetime, check: Callable[[], None], on_window: Callable[[TimeRange], None]
) -> Failure | None:
    """Read a source from `since` up to its earliest complete time, or up to now. Returns the failure, if there was one.

    Each page is written together with the time range it completes, newest first. An interrupted run (`check` raises)
    can be started again and continues there, without gaps or duplicates. `on_window` is called with each finished
    window.
    """
    began = time.monotonic()
    try:
        length = _FIRST
        while True:
            check()
            time_range = pages.complete_ranges().get(source)
            until = time_range.since if time_range is not None else pages.now()
            if until <= since:
                return None
            window = TimeRange(max(since, until - length), until)
            rows = _window(pages, source, window, check)
            on_window(window)
            if rows > _MANY_ROWS:
                length = max(length / 4, _SHORTEST)
            elif rows < _FEW_ROWS:
                length = min(length * 2, _LONGEST)
    except ExchangeError as error:
        return pages.fail(source, failure_of(error, began))


def _window(pages: PastPages, source: Source, window: TimeRange, check: Callable[[], None]) -> int:
    """Read one window and write it. Returns the number of rows."""
    pages_read = []
    for page in pages.fetch(source, window):
        check()
        pages_read.append(page)
    for page in reversed(pages_read):
        check()
        pages.write(source, page)
    return sum(len(page.rows) for page in pages_read)
