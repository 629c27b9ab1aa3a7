"""What were currencies worth in each other at a moment?"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import islice

from sqlalchemy import Connection, text

from domain.prices import BRIDGES, Price, Rates

# A price that is older says nothing of a moment; a candle of this length holds it.
PRICE_REACHES = timedelta(hours=1)
MOMENTS_A_QUERY = 200


def read_rates_at(
    connection: Connection, exchange: str, base: str, quote: str, moments: Iterable[datetime]
) -> dict[datetime, Rates]:
    """What is known of two currencies and those that may join them at each of some moments: prices of the hour before,
    and where there is none, how the hour's candle opened."""
    currencies = dict.fromkeys((base, quote, *BRIDGES))
    pairs = {f"{one}/{other}": (one, other) for one in currencies for other in currencies if one != other}
    told: dict[datetime, dict[str, Decimal]] = {at: {} for at in moments}
    for some in _batched(told, MOMENTS_A_QUERY):
        scope = {
            "exchange": exchange, "symbols": list(pairs), "moments": list(some), "reaches": PRICE_REACHES,
            "since": min(some) - PRICE_REACHES, "until": max(some),
        }  # fmt: skip
        for query in (_CANDLES, _PRICES):  # what traded stands before how a candle opened
            for at, symbol, price in connection.execute(text(query), scope):
                told[at][symbol] = price
    return {
        at: Rates(Price(symbol, *pairs[symbol], last) for symbol, last in prices.items()) for at, prices in told.items()
    }


def _batched(moments: Iterable[datetime], size: int) -> Iterator[tuple[datetime, ...]]:
    """Some at a time, so that no query runs into the time that one may take."""
    rest = iter(moments)
    while some := tuple(islice(rest, size)):
        yield some


_CANDLES = """
SELECT moment.at, candle.symbol, candle.open AS price
FROM unnest(CAST(:moments AS timestamptz[])) AS moment (at)
JOIN candle ON candle.exchange = :exchange AND candle.symbol = ANY (:symbols) AND candle.timeframe = '1h'
 AND candle.at <= moment.at AND candle.at > moment.at - :reaches
"""

# Prices are found by their symbol, not by their time: they are read once for all moments, which meet them by the hour.
_PRICES = """
SELECT DISTINCT ON (moment.at, price.symbol) moment.at, price.symbol, coalesce(price.last, price.mark) AS price
FROM (
    SELECT given.at, begun.hour
    FROM unnest(CAST(:moments AS timestamptz[])) AS given (at)
    CROSS JOIN LATERAL (
        VALUES (date_trunc('hour', given.at)), (date_trunc('hour', given.at - :reaches))
    ) AS begun (hour)
) AS moment
JOIN price ON price.exchange = :exchange AND price.symbol = ANY (:symbols)
 AND price.at > :since AND price.at <= :until AND date_trunc('hour', price.at) = moment.hour
 AND price.at <= moment.at AND price.at > moment.at - :reaches
 AND coalesce(price.last, price.mark) IS NOT NULL
 AND price.is_active AND price.volume IS DISTINCT FROM 0
ORDER BY moment.at, price.symbol, price.id DESC
"""
