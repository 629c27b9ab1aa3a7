"""Candles of one market over several requests, whichever end of a range an exchange leaves out."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from domain.candles import Candle
from domain.timeframes import length_of
from exchanges.connection.errors import Permanent
from exchanges.venues._shared.candle_rows import CANDLE_ROWS

_MOST_PAGES = 200
_MOST_FRONTS = 10  # requests for the front of one page

# (start, limit) -> candles as the exchange returns them. Limit None: the request states none.
CandleRequest = Callable[[datetime, int | None], Sequence[Candle]]


def read_candles(
    request: CandleRequest, timeframe: str, since: datetime, until: datetime, rows: int | None, may_narrow: bool = True
) -> tuple[Candle, ...]:
    """Candles that begin in [since, until), oldest first. `rows` is the limit of each request.

    Some exchanges fill a short response from its end. The missing front is then requested with a smaller limit, if
    `may_narrow`. Its candles may still be missing: an exchange without candles of that time returns newer ones.
    """
    length = length_of(timeframe)
    candles: dict[datetime, Candle] = {}
    start = since
    for _ in range(_MOST_PAGES):
        page = {candle.at: candle for candle in request(start, rows) if candle.at >= start}
        if not page:
            start += (rows or CANDLE_ROWS) * length  # no trade in the range of this request
        else:
            if may_narrow and rows is not None:
                page |= _front(request, start, min(page), until, rows, length)
            candles |= page
            start = max(page) + length
        if start >= until:
            break
    return tuple(candles[at] for at in sorted(candles) if at < until)


def _front(
    request: CandleRequest, start: datetime, first: datetime, until: datetime, rows: int, length: timedelta
) -> dict[datetime, Candle]:
    """The candles in [start, first), requested with a limit that ends there.

    An exchange that ignores the start returns candles beyond the range of the request. It is not asked again.
    """
    front: dict[datetime, Candle] = {}
    for _ in range(_MOST_FRONTS):
        if not length <= first - start < rows * length:
            break
        missing = -((start - min(first, until)) // length)
        try:
            received = request(start, missing)
        except Permanent:  # the limit is refused
            break
        older = {candle.at: candle for candle in received if start <= candle.at < first}
        if not older:
            break
        front |= older
        first = min(older)
    return front
