"""Data of the alert benchmarks: a year of candles of many markets, and an account with many orders."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

from sqlalchemy import text

from db.writes.refresh import write_refresh
from db.writes.watchlist import write_configured_markets
from domain.markets import Side
from domain.orders import Order
from domain.snapshot import Account
from domain.sources import Source, Success
from tests.factories import balance, observation, order, price, stop, valuation
from tests.pages.past import with_past
from tests.postgres import Database

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
COINS = ("BTC", "ETH", "SOL", "CRO", "XRP", "ADA", "DOGE", "LINK", "AVAX", "DOT")


def symbols(count: int) -> list[str]:
    """The names of so many markets."""
    return [f"C{number}/USD" for number in range(count)]


def write_series(database: Database, venue: str, count: int, timeframe: str, since: datetime, candles: int) -> None:
    """Candles of so many markets from a moment on. Prices swing with many periods, each market in its own way."""
    length = {"15m": timedelta(minutes=15), "1h": HOUR, "4h": 4 * HOUR, "1d": 24 * HOUR}[timeframe]
    scope = {"venue": venue, "series": count, "timeframe": timeframe, "begin": since, "length": length,
             "first": (since - BEGIN) // length, "candles": candles}  # fmt: skip
    with database.owner.begin() as connection:
        connection.execute(text(_CANDLES), scope)
        connection.execute(text(_RANGES), scope | {"end": since + candles * length})


def watch(database: Database, venue: str, count: int) -> None:
    """Watch so many markets."""
    write_configured_markets(database.writer, [(venue, symbol) for symbol in symbols(count)])


def account_of_orders(database: Database, count: int) -> tuple[Account, Sequence[Order]]:
    """An account, and that many orders of ten coins, one in five a stop."""
    (account,) = with_past(database.writer, "orders", refresh_seconds=30)
    random = Random(7)
    return account, [_order(random, number, account) for number in range(count)]


def write_orders(database: Database, account: Account, orders: Sequence[Order], at: datetime, last: str) -> None:
    """A refresh that sees these orders."""
    results = {
        Source.BALANCES: Success(tuple(balance(coin, "10") for coin in COINS)),
        Source.ORDERS: Success(tuple(o for o in orders if o.source is Source.ORDERS)),
        Source.TRIGGERS: Success(tuple(o for o in orders if o.source is Source.TRIGGERS)),
        Source.PRICES: Success(tuple(price(f"{coin}/USD", last) for coin in COINS)),
    }
    write_refresh(database.writer, observation(account, at, results, valuation(str(100 * int(last)))))


def _order(random: Random, number: int, account: Account) -> Order:
    symbol = f"{random.choice(COINS)}/USD"
    at = Decimal(random.randint(500, 1500))
    common = {"account": account.name, "symbol": symbol, "amount": "0.01", "created_at": BEGIN}
    if number % 5 == 0:
        return stop(f"t{number}", str(at), **common)
    return order(str(number), limit_price=at, side=random.choice(list(Side)), **common)


_CANDLES = """
INSERT INTO candle (exchange, symbol, timeframe, at, open, high, low, close, volume)
SELECT :venue, 'C' || series || '/USD', :timeframe, CAST(:begin AS timestamptz) + n * CAST(:length AS interval),
       round(opened, 2), round(greatest(opened, closed) + 0.3, 2), round(least(opened, closed) - 0.3, 2),
       round(closed, 2), 10 + (7 * n + series) % 23
FROM generate_series(0, :series - 1) AS series
CROSS JOIN generate_series(0, :candles - 1) AS n
CROSS JOIN LATERAL (
    SELECT CAST(100 + 9 * sin((:first + n) / 19.0 + series) + 4 * sin((:first + n) / 5.3 + 3 * series) AS numeric)
               AS opened,
           CAST(100 + 9 * sin((:first + n + 1) / 19.0 + series) + 4 * sin((:first + n + 1) / 5.3 + 3 * series)
               AS numeric) AS closed
) AS prices
"""
_RANGES = """
INSERT INTO candle_range (exchange, symbol, timeframe, since, until)
SELECT :venue, 'C' || series || '/USD', :timeframe, :begin, :end FROM generate_series(0, :series - 1) AS series
ON CONFLICT (exchange, symbol, timeframe) DO UPDATE SET until = excluded.until
"""
