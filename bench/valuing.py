"""Valuing: how fast the fills of a long history get their value at their own moment.

A third of the fills needs no rate, a third is paid in bitcoin, and a third in tether with fees in a third coin. Rates
come from candles of one hour, and on the last day from refreshes.
"""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

from sqlalchemy import text

from bench.report import Line, median
from db.copying import copy_lines, line_of
from db.writes.accounts import AccountSetting, write_accounts
from db.writes.bulk_import import write_bulk_import
from db.writes.candles import write_candles
from db.writes.fills import write_fill_page
from domain.candles import Candle
from domain.fills import Fill
from domain.history import TimeRange
from domain.markets import Side
from domain.snapshot import Account
from domain.sources import Source, Success
from refresher.past.values import Values
from tests.factories import ASKED, fill, observation, price
from tests.postgres import Database

FILLS = 200_000
A_DAY = 1_000
PAGE = 5_000
LEAST_A_SECOND = 20_000
MOST_TIMES_COPY = 14  # 50 us a fill beside 3.6 us to COPY a value
SINCE = datetime(2024, 1, 1, tzinfo=UTC)
STEP = timedelta(days=1) / A_DAY
MARKETS = (("BTC/USD", "USD"), ("ETH/BTC", "BTC"), ("SOL/USDT", "BNB"))
PRICED = {"BTC/USD": 50_000, "USDT/USD": 1, "BNB/USD": 300, "EUR/USD": 1.1, "BTC/USDT": 50_000}
_COLUMNS = (
    "account_id", "key", "at", "currency", "value", "value_usd", "fee", "fee_usd", "source", "rate_at", "candles",
)  # fmt: skip


def valuing_lines(database: Database) -> Iterator[Line]:
    """The line about valuing a long history."""
    account = write_accounts(database.writer, [AccountSetting("bench", "cryptocom", ASKED, 30, "USD")])["bench"]
    _write_market(database, account)
    _write_fills(database, account)
    began = time.perf_counter()
    count = Values(account, database.writer).work_out(lambda: True)
    took = (time.perf_counter() - began) / FILLS * 1_000_000
    if count != FILLS:
        raise AssertionError(f"{count} of {FILLS} fills were valued")
    floor = median([_copy_time(database) for _ in range(3)])
    name = f"valuing a fill of {FILLS:,} at its own moment"
    yield Line(name, took, floor, 1_000_000 / LEAST_A_SECOND, "us", absolute=True, floor_name="COPY alone")
    yield Line(f"{name}, beside COPY", took, floor, MOST_TIMES_COPY, "us", floor_name="COPY alone")


def _write_market(database: Database, account: Account) -> None:
    """Candles for the whole time, and refreshes each 30 seconds on the last day."""
    until = SINCE + STEP * FILLS
    hours = range(int((until - SINCE) / timedelta(hours=1)) + 1)
    random = Random(5)
    for symbol, base in PRICED.items():
        rows = [
            Candle(symbol, "1h", SINCE + timedelta(hours=n), *[Decimal(f"{base * (1 + random.random() / 10):.6f}")] * 4)
            for n in hours
        ]
        write_candles(database.writer, account.venue, rows)
    recorded = (
        observation(
            account,
            until - timedelta(days=1) + timedelta(seconds=30 * n),
            {Source.PRICES: Success(tuple(
                price(symbol, f"{base * (1 + random.random() / 10):.6f}") for symbol, base in PRICED.items()
            ))},
        )
        for n in range(2_880)
    )  # fmt: skip
    write_bulk_import(database.writer, account, recorded)


def _write_fills(database: Database, account: Account) -> None:
    random = Random(7)
    for start in range(0, FILLS, PAGE):
        time_range = TimeRange(SINCE + STEP * start, SINCE + STEP * (start + PAGE))
        page = [_fill(random, n) for n in range(start, start + PAGE)]
        write_fill_page(database.writer, account.id, Source.FILLS, page, time_range, time_range.until)
    with database.owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE fill, fill_day, fill_month, candle, price, refresh"))


def _fill(random: Random, n: int) -> Fill:
    symbol, fee_currency = MARKETS[n % len(MARKETS)]
    return fill(
        str(61_384_000_000 + n),
        random.choice((Side.BUY, Side.SELL)),
        f"0.{random.randint(1, 10**8):08}",
        f"{random.randint(1, 99_999)}.12",
        symbol=symbol,
        at=SINCE + STEP * n + timedelta(milliseconds=random.randint(0, 80_000)),
        fee="0.0123",
        fee_currency=fee_currency,
        raw={"trade_id": str(n)},
    )


def _copy_time(database: Database) -> float:
    """Microseconds to COPY one of the stored values into a table without indexes: the minimum of work."""
    with database.writer.begin() as connection:
        rows = connection.execute(text(f"SELECT {', '.join(_COLUMNS)} FROM fill_value LIMIT 50000")).all()
        lines = [line_of(row) for row in rows]
        connection.execute(text("CREATE TEMPORARY TABLE floor (LIKE fill_value) ON COMMIT DROP"))
        began = time.perf_counter()
        copy_lines(connection, "floor", _COLUMNS, lines)
        return (time.perf_counter() - began) / len(lines) * 1_000_000
