"""What were currencies worth in each other at a moment?"""

from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import Connection, text

from domain.prices import BRIDGES, Price, Rates

# A price that is older says nothing of a moment; a candle of this length holds it.
PRICE_REACHES = timedelta(hours=1)


def read_rates_at(connection: Connection, exchange: str, base: str, quote: str, at: datetime) -> Rates:
    """What is known of two currencies and those that may join them at a moment: prices of the hour before, and where
    there is none, how the hour's candle opened."""
    currencies = dict.fromkeys((base, quote, *BRIDGES))
    pairs = {f"{one}/{other}": (one, other) for one in currencies for other in currencies if one != other}
    scope = {"exchange": exchange, "symbols": list(pairs), "at": at, "since": at - PRICE_REACHES}
    opened: dict[str, Decimal] = {row.symbol: row.price for row in connection.execute(text(_CANDLES), scope)}
    traded: dict[str, Decimal] = {row.symbol: row.price for row in connection.execute(text(_PRICES), scope)}
    return Rates(Price(symbol, *pairs[symbol], last) for symbol, last in (opened | traded).items())


_CANDLES = """
SELECT symbol, open AS price
FROM candle
WHERE exchange = :exchange AND symbol = ANY (:symbols) AND timeframe = '1h' AND at <= :at AND at > :since
"""

_PRICES = """
SELECT DISTINCT ON (symbol) symbol, coalesce(last, mark) AS price
FROM price
WHERE exchange = :exchange AND symbol = ANY (:symbols) AND at <= :at AND at > :since
  AND coalesce(last, mark) IS NOT NULL
ORDER BY symbol, id DESC
"""
