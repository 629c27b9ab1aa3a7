"""Read exchange rates between currencies at past moments."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import islice

from sqlalchemy import Connection, text

from domain.prices import BRIDGES, Price, Rates

# The maximum age of a price. Also the length of the candles.
PRICE_REACHES = timedelta(hours=1)
MOMENTS_A_QUERY = 200


def read_rates_at(
    connection: Connection, exchange: str, base: str, quote: str, moments: Iterable[datetime]
) -> dict[datetime, Rates]:
    """Rates between two currencies and the currencies that bridge them, at each moment.

    A rate is the last price of the hour before, else the open of the hour's candle.
    """
    currencies = dict.fromkeys((base, quote, *BRIDGES))
    pairs = {
        f"{currency}/{other}": (currency, other) for currency in currencies for other in currencies if currency != other
    }
    prices_by_time: dict[datetime, dict[str, Decimal]] = {at: {} for at in moments}
    for batch in _batched(prices_by_time, MOMENTS_A_QUERY):
        scope = {
            "exchange": exchange, "symbols": list(pairs), "moments": list(batch), "reaches": PRICE_REACHES,
            "since": min(batch) - PRICE_REACHES, "until": max(batch),
        }  # fmt: skip
        for query in (_CANDLES, _PRICES):  # prices overwrite candles
            for at, symbol, price in connection.execute(text(query), scope):
                prices_by_time[at][symbol] = price
    return {
        at: Rates(Price(symbol, *pairs[symbol], last) for symbol, last in prices.items())
        for at, prices in prices_by_time.items()
    }


def _batched(moments: Iterable[datetime], size: int) -> Iterator[tuple[datetime, ...]]:
    """Split into batches, so that no query reaches the statement timeout."""
    remaining = iter(moments)
    while batch := tuple(islice(remaining, size)):
        yield batch


_CANDLES = """
SELECT moment.at, candle.symbol, candle.open AS price
FROM unnest(CAST(:moments AS timestamptz[])) AS moment (at)
JOIN candle ON candle.exchange = :exchange AND candle.symbol = ANY (:symbols) AND candle.timeframe = '1h'
 AND candle.at <= moment.at AND candle.at > moment.at - :reaches
"""

# The index on prices has no time, so the query reads all prices of the range once and joins the moments by hour.
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
