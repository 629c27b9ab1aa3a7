"""Read the known prices around past moments (domain/moment_rates.py)."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import TypeVar

from sqlalchemy import Connection, text

from db.reads.accounts import VENUE
from db.reads.ticked_prices import read_ticked_prices
from domain.candles import Candle
from domain.moment_rates import FARTHEST, TIMEFRAMES, KnownPrice, PriceHistory, known_of_candle
from domain.moments import microseconds_of, moment_of
from domain.money import is_money
from domain.prices import BRIDGES, Price

MINUTES_A_QUERY = 300
# The dollars in which exchanges settle perpetual contracts.
CONTRACT_DOLLARS = ("USD", "USDT", "USDC")
HOUR = timedelta(hours=1)
_MINUTE = 60_000_000  # in microseconds
Item = TypeVar("Item")
Pairs = Mapping[str, tuple[str, str]]  # symbol: its base and quote


def read_price_history(
    connection: Connection, venue: str, currencies: Iterable[str], targets: Iterable[str], moments: Iterable[datetime]
) -> PriceHistory:
    """The prices that give the rates from `currencies` to `targets` at these moments."""
    return read_price_history_at(connection, venue, currencies, targets, map(microseconds_of, moments))


def read_price_history_at(
    connection: Connection, venue: str, currencies: Iterable[str], targets: Iterable[str], moments: Iterable[int]
) -> PriceHistory:
    """As `read_price_history`, with the moments in microseconds since 1970."""
    minutes = sorted({at // _MINUTE for at in moments})
    pairs = _pairs(currencies, targets)
    return PriceHistory(_seen(connection, venue, pairs, minutes), _candles(connection, venue, pairs, minutes))


def _pairs(currencies: Iterable[str], targets: Iterable[str]) -> Pairs:
    """The symbols between each currency and the hubs: the targets, and the currencies that bridge them.

    A perpetual contract in dollars prices a coin without a spot book.
    """
    hubs = dict.fromkeys((*targets, *BRIDGES))
    every = dict.fromkeys((*currencies, *hubs))
    both = [(currency, hub) for currency in every for hub in hubs if currency != hub]
    spot = {f"{base}/{quote}": (base, quote) for pair in both for base, quote in (pair, pair[::-1])}
    coins = [currency for currency in every if not is_money(currency)]
    contracts = {f"{coin}/{dollar}:{dollar}": (coin, dollar) for coin in coins for dollar in CONTRACT_DOLLARS}
    return spot | contracts


def _seen(connection: Connection, venue: str, pairs: Pairs, minutes: Sequence[int]) -> Iterator[KnownPrice]:
    """The prices that refreshes saw at these minutes since 1970, with the ones before and after."""
    row = connection.execute(text(_SYMBOLS), {"venue": venue, "symbols": list(pairs)}).one()
    earliest = 0 if row.first is None else microseconds_of(row.first - FARTHEST) // _MINUTE
    recent = minutes[bisect_left(minutes, earliest) :]
    if row.symbols:
        yield from read_ticked_prices(connection, venue, row.symbols, [moment_of(n * _MINUTE) for n in recent])
    if row.old_symbols:
        yield from _seen_before_ticks(connection, venue, pairs, row.old_symbols, recent)


def _seen_before_ticks(
    connection: Connection, venue: str, pairs: Pairs, symbols: Sequence[str], minutes: Sequence[int]
) -> Iterator[KnownPrice]:
    yielded: set[int] = set()
    for batch in _batched(minutes):
        begins = [moment_of(minute * _MINUTE) for minute in batch]
        scope = {"venue": venue, "symbols": symbols, "minutes": begins, "farthest": FARTHEST}
        for row in connection.execute(text(_PRICES), scope):
            if row.id not in yielded:
                yielded.add(row.id)
                price = Price(
                    row.symbol, *pairs[row.symbol], row.last, row.bid, row.ask, row.mark,
                    volume=row.volume, is_active=row.is_active,
                )  # fmt: skip
                yield KnownPrice(price, row.at, row.confirmed_at or row.at)


def _candles(connection: Connection, venue: str, pairs: Pairs, minutes: Sequence[int]) -> Iterator[KnownPrice]:
    spans = _spans(minutes)
    for batch in _batched(spans):
        scope = {
            "venue": venue, "symbols": list(pairs), "timeframes": list(TIMEFRAMES),
            "since": [since for since, _ in batch], "until": [until for _, until in batch],
        }  # fmt: skip
        for row in connection.execute(text(_CANDLES), scope):
            candle = Candle(row.symbol, row.timeframe, row.at, row.open, row.open, row.close, row.close)
            yield from known_of_candle(candle, *pairs[row.symbol])


def _spans(minutes: Sequence[int]) -> Sequence[tuple[datetime, datetime]]:
    """The times at which candles that matter for these minutes may begin: spans of whole hours that do not touch."""
    spans: list[tuple[datetime, datetime]] = []
    for hour in (moment_of(number * 60 * _MINUTE) for number in sorted({minute // 60 for minute in minutes})):
        since, until = hour - 2 * HOUR, hour + 2 * HOUR
        if spans and since <= spans[-1][1]:
            spans[-1] = spans[-1][0], until
        else:
            spans.append((since, until))
    return spans


def _batched(items: Iterable[Item]) -> Iterator[Sequence[Item]]:
    """Split into batches, so that no query reaches the statement timeout."""
    remaining = iter(items)
    while batch := tuple(islice(remaining, MINUTES_A_QUERY)):
        yield batch


_SYMBOLS = f"""
SELECT (
    SELECT array_agg(symbol) FROM priced_symbol WHERE exchange = :venue AND symbol = ANY (CAST(:symbols AS text[]))
) AS symbols, (
    SELECT array_agg(symbol)
    FROM unnest(CAST(:symbols AS text[])) AS listed (symbol)
    WHERE EXISTS (SELECT FROM price WHERE exchange = :venue AND price.symbol = listed.symbol)
) AS old_symbols, (
    SELECT min((SELECT min(taken_at) FROM refresh WHERE account_id = account.id))
    FROM account
    WHERE {VENUE} = :venue
) AS first
"""  # noqa: S608 - SQL from code

# The index on prices has no time, so the refreshes before and after a minute give the ids between which its prices
# are. Accounts that had no refresh around then count only if no other had one.
_PRICES = f"""
WITH span AS MATERIALIZED (
    SELECT minute.at,
           coalesce(min(before.price_id) FILTER (WHERE before.taken_at > minute.at - 2 * CAST(:farthest AS interval)),
                    max(before.price_id), 0) AS first_id,
           coalesce(max(after.price_id) FILTER (WHERE after.taken_at < minute.at + 2 * CAST(:farthest AS interval)),
                    min(after.price_id), 9223372036854775807) AS last_id
    FROM unnest(CAST(:minutes AS timestamptz[])) AS minute (at)
    LEFT JOIN account ON {VENUE} = :venue
    LEFT JOIN LATERAL (
        SELECT taken_at, price_id FROM refresh
        WHERE account_id = account.id AND taken_at <= minute.at
        ORDER BY taken_at DESC LIMIT 1
    ) AS before ON true
    LEFT JOIN LATERAL (
        SELECT taken_at, price_id FROM refresh
        WHERE account_id = account.id AND taken_at >= minute.at + interval '1 minute'
        ORDER BY taken_at LIMIT 1
    ) AS after ON true
    GROUP BY minute.at
)
SELECT price.*
FROM span
CROSS JOIN unnest(CAST(:symbols AS text[])) AS listed (symbol)
CROSS JOIN LATERAL (
    (
        SELECT * FROM price
        WHERE exchange = :venue AND symbol = listed.symbol AND id <= first_id
        ORDER BY id DESC LIMIT 1
    ) UNION ALL (
        SELECT * FROM price
        WHERE exchange = :venue AND symbol = listed.symbol AND id > first_id AND id <= last_id
    ) UNION ALL (
        SELECT * FROM price
        WHERE exchange = :venue AND symbol = listed.symbol AND id > last_id
        ORDER BY id LIMIT 1
    )
) AS price
WHERE price.at <= span.at + interval '1 minute' + :farthest
  AND coalesce(price.confirmed_at, price.at) >= span.at - :farthest
"""  # noqa: S608 - SQL from code

_CANDLES = """
SELECT candle.symbol, candle.timeframe, candle.at, candle.open, candle.close
FROM unnest(CAST(:since AS timestamptz[]), CAST(:until AS timestamptz[])) AS span (since, until)
CROSS JOIN LATERAL (
    SELECT symbol, timeframe, at, open, close
    FROM candle
    WHERE exchange = :venue AND symbol = ANY (:symbols) AND timeframe = ANY (:timeframes)
      AND at > span.since AND at < span.until
    OFFSET 0
) AS candle
"""
