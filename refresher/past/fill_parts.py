"""Fill parts: books and pools are worked out some thousand fills at a time, with the rates of the fills' times."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection

from db.reads.rates import read_rates_at
from domain.fills import Fill
from domain.prices import Rates
from refresher.past.profit_workers import turn

FILLS_A_PART = 5000

After = tuple[datetime, str] | None  # time and key of the last counted fill, None at the start
Pair = tuple[str, str]
RatesAt = Mapping[Pair, Mapping[datetime, Rates]]


def work_in_parts(
    after: After,
    read: Callable[[After, int], tuple[Sequence[Fill], RatesAt]],
    count: Callable[[Sequence[Fill], RatesAt, bool], int],
    goes_on: Callable[[], bool],
) -> int:
    """Count the fills after a fill in parts, for as long as `goes_on` says. Returns how many were counted.

    `read` returns at most so many fills after one, in their order. `count` works out and writes them, and is told
    whether they are the first.
    """
    counted = 0
    while True:
        with turn(goes_on):
            part, rates = read(after, FILLS_A_PART)
            if not part:
                return counted
            counted += count(part, rates, after is None)
        after = part[-1].at, part[-1].key
        if len(part) < FILLS_A_PART or not goes_on():
            return counted


def read_rates_of(
    connection: Connection, venue: str, fills: Sequence[Fill], pairs_of: Callable[[Fill], Iterable[Pair]]
) -> RatesAt:
    """What the currencies of each pair were worth in each other at the times of its fills."""
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
