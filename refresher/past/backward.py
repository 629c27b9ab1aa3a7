"""Backward: the past from before knowledge begins, window by window, so that it may be interrupted at any time."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from domain.history import TimeRange
from domain.sources import Failure, Source
from exchanges.connection.errors import ExchangeError
from refresher.past.pages import PastPages, failure_of

# Windows are read forward and written backward, because knowledge grows without gaps: what one holds is kept in memory.
_FIRST, _SHORTEST, _LONGEST = timedelta(days=7), timedelta(hours=6), timedelta(days=90)
_MANY_ROWS, _FEW_ROWS = 20_000, 1_000


def backward(
    pages: PastPages, source: Source, since: datetime, check: Callable[[], None], told: Callable[[TimeRange], None]
) -> Failure | None:
    """Read everything of a source from `since` to where knowledge begins, or to now; what failed, if anything did.

    Each page is kept with the stretch that it makes known, the latest first: interrupted (`check` raises) and run
    again, it goes on from there, without gaps or doubles. `told` hears of each window that is done.
    """
    began = time.monotonic()
    try:
        length = _FIRST
        while True:
            check()
            known = pages.known().get(source)
            until = known.since if known is not None else pages.now()
            if until <= since:
                return None
            window = TimeRange(max(since, until - length), until)
            rows = _window(pages, source, window, check)
            told(window)
            if rows > _MANY_ROWS:
                length = max(length / 4, _SHORTEST)
            elif rows < _FEW_ROWS:
                length = min(length * 2, _LONGEST)
    except ExchangeError as error:
        return pages.fail(source, failure_of(error, began))


def _window(pages: PastPages, source: Source, window: TimeRange, check: Callable[[], None]) -> int:
    """Read one window and write it; how many rows it held."""
    read = []
    for page in pages.asked(source, window):
        check()
        read.append(page)
    for page in reversed(read):
        check()
        pages.write(source, page)
    return sum(len(page.rows) for page in read)
