"""Read the prices that refreshes saw around past minutes, from the ticks of their venue.

A refresh proves the price of each symbol that its account follows. A price that two refreshes in a row saw was known
between them.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, text

from db.price_states import PriceState
from db.reads.accounts import VENUE
from db.reads.price_states import read_states
from domain.moment_rates import FARTHEST, KnownPrice

MINUTE = timedelta(minutes=1)
MINUTES_A_QUERY = 30


def read_ticked_prices(
    connection: Connection, venue: str, symbols: Sequence[str], minutes: Sequence[datetime]
) -> Iterator[KnownPrice]:
    """The prices known within an hour of these minutes. A price of several minutes may come more than once."""
    for number in range(0, len(minutes), MINUTES_A_QUERY):
        yield from _read(connection, venue, symbols, minutes[number : number + MINUTES_A_QUERY])


def _read(
    connection: Connection, venue: str, symbols: Sequence[str], minutes: Sequence[datetime]
) -> Iterator[KnownPrice]:
    rows = connection.execute(text(_REFRESHES), {"venue": venue, "minutes": minutes, "symbols": symbols}).all()
    states = read_states(connection, venue, {row.price_id for row in rows})
    observed: dict[tuple[datetime, str], dict[datetime, PriceState]] = defaultdict(dict)
    for row in rows:
        if (state := states.get(row.price_id)) is not None:
            for symbol in row.symbols:
                observed[row.minute, symbol][row.taken_at] = state
    for (minute, symbol), by_moment in observed.items():
        for recorded in _spans(symbol, by_moment):
            if recorded.since <= minute + MINUTE + FARTHEST and recorded.until >= minute - FARTHEST:
                yield recorded


def _spans(symbol: str, by_moment: Mapping[datetime, PriceState]) -> Iterator[KnownPrice]:
    """The spans of equal prices of one symbol, in the order of time."""
    span: KnownPrice | None = None
    for at in sorted(by_moment):
        price = by_moment[at].price(symbol)
        if span is not None and price == span.price:
            span = KnownPrice(span.price, span.since, at)
            continue
        if span is not None:
            yield span
        span = None if price is None else KnownPrice(price, at, at)
    if span is not None:
        yield span


# Around each minute and for each account of the venue: the last refresh before, those within, and the first after.
# Refreshes that carried their prices forward, or had none due, saw none.
_SAW = "account_id = account.id AND NOT coalesce(carried ? 'prices', false) AND NOT coalesce(not_due ? 'prices', false)"
_REFRESHES = f"""
SELECT minute.at AS minute, seen.taken_at, seen.price_id, listed.symbols
FROM account
CROSS JOIN unnest(CAST(:minutes AS timestamptz[])) AS minute (at)
CROSS JOIN LATERAL (
    (
        SELECT taken_at, price_id FROM refresh
        WHERE {_SAW} AND taken_at <= minute.at
        ORDER BY taken_at DESC LIMIT 1
    ) UNION ALL (
        SELECT taken_at, price_id FROM refresh
        WHERE {_SAW} AND taken_at > minute.at AND taken_at < minute.at + interval '1 minute'
    ) UNION ALL (
        SELECT taken_at, price_id FROM refresh
        WHERE {_SAW} AND taken_at >= minute.at + interval '1 minute'
        ORDER BY taken_at LIMIT 1
    )
) AS seen
CROSS JOIN LATERAL (
    SELECT array(
        SELECT symbol FROM unnest(CAST(:symbols AS text[])) AS symbol WHERE latest.marks -> 'symbols' ? symbol
    ) AS symbols
    FROM (
        SELECT marks FROM mark
        WHERE account_id = account.id AND source = 'prices' AND valid_from <= seen.taken_at
        ORDER BY valid_from DESC LIMIT 1
    ) AS latest
) AS listed
WHERE {VENUE} = :venue AND listed.symbols <> '{{}}'
"""  # noqa: S608 - SQL from code
