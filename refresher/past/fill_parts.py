"""Fill parts: books process a few thousand fills at a time, with the rates of the fills' times."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection

from db.reads.rates import read_rates_at
from domain.fills import Fill
from domain.prices import Rates
from refresher.past.profit_workers import worker_slot

FILLS_A_PART = 5000

After = tuple[datetime, str] | None  # time and key of the last counted fill, None at the start
Pair = tuple[str, str]
RatesAt = Mapping[Pair, Mapping[datetime, Rates]]


def work_in_parts(
    after: After,
    read_part: Callable[[After, int], tuple[Sequence[Fill], RatesAt]],
    count: Callable[[Sequence[Fill], RatesAt, bool], int],
    may_continue: Callable[[], bool],
) -> int:
    """Count the fills after `after` in parts while `may_continue` allows. Returns how many were counted.

    `read_part` returns up to the given number of fills after a fill, in order. `count` computes and writes them. Its
    last argument says whether they are the first fills.
    """
    counted = 0
    while True:
        with worker_slot(may_continue):
            fills, rates = read_part(after, FILLS_A_PART)
            if not fills:
                return counted
            counted += count(fills, rates, after is None)
        after = fills[-1].at, fills[-1].key
        if len(fills) < FILLS_A_PART or not may_continue():
            return counted


def read_rates_of(
    connection: Connection, venue: str, fills: Sequence[Fill], pairs_of: Callable[[Fill], Iterable[Pair]]
) -> RatesAt:
    """The rates between the currencies of each pair at the times of the fills."""
    moments: dict[Pair, list[datetime]] = defaultdict(list)
    for fill in fills:
        for pair in pairs_of(fill):
            moments[pair].append(fill.at)
    return {pair: read_rates_at(connection, venue, *pair, at) for pair, at in moments.items()}


def fee_pairs(fill: Fill) -> Sequence[Pair]:
    """The currency of a fee and the quote, if the fee was paid in neither side of the market."""
    if fill.fee_currency is None or fill.quote is None or fill.fee_currency in (fill.base, fill.quote):
        return ()
    return ((fill.fee_currency, fill.quote),)


def fee_rate(fill: Fill, rates: RatesAt) -> Decimal | None:
    """The value of one unit of the third currency of a fee at the time of the fill. None without a price."""
    return next((rates[pair][fill.at].market_rate(*pair) for pair in fee_pairs(fill)), None)
