"""Coin books: how long the books of coins take, and how much a late old fill has worked out again."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

from sqlalchemy import text

from bench.report import Line, median
from db.copying import copy_lines, line_of
from db.writes.accounts import AccountSetting, write_accounts
from db.writes.coin_books import RESULT_COLUMNS
from db.writes.fills import write_fill_page
from domain.cost_method import CostMethod
from domain.fills import Fill
from domain.history import TimeRange
from domain.markets import Side
from domain.snapshot import Account
from domain.sources import Source
from refresher.past.coin_books import CoinBooks
from refresher.past.values import Values
from tests.factories import ASKED, fill
from tests.postgres import Database

FILLS = 10_000
MOST_SECONDS = 1.0
SINCE = datetime(2025, 1, 1, tzinfo=UTC)
STEP = timedelta(minutes=14)  # a hundred days
SYMBOLS = ("BTC/USD", "ETH/USD", "SOL/USD")
EVER = TimeRange(SINCE - timedelta(days=1), SINCE + STEP * (FILLS + 1))


def coin_book_lines(database: Database) -> Iterator[Line]:
    """The lines about coin books, each yielded once measured."""
    setting = AccountSetting("bench", "cryptocom", ASKED, 30, "USD", cost_method=CostMethod.FIFO)
    account = write_accounts(database.writer, [setting])["bench"]
    random = Random(5)
    _write(database, account, [_fill(random, n) for n in range(FILLS)])
    took = _work_out(database, account)
    floor = median([_copy_time(database) for _ in range(5)])
    yield Line("10,000 fills into the books of coins", took, floor, 3 * MOST_SECONDS, "s", absolute=True,
               floor_name="COPY of their results")  # fmt: skip
    for name, position in (("before all of 10,000", -1), ("before the last 1,000 of 10,000", FILLS - 1000)):
        late = fill(f"late{position}", Side.BUY, "0.5", "90", symbol="BTC/USD", at=SINCE + STEP * position + STEP / 2)
        _write(database, account, [late])
        yield Line(f"a late fill {name} counted", _work_out(database, account), floor, MOST_SECONDS, "s", absolute=True,
                   floor_name="COPY of their results")  # fmt: skip


def _fill(random: Random, n: int) -> Fill:
    return fill(
        str(n),
        random.choice((Side.BUY, Side.BUY, Side.SELL)),
        f"0.{random.randint(1, 10**8):08}",
        f"{random.randint(50, 150)}.12",
        symbol=random.choice(SYMBOLS),
        at=SINCE + STEP * n,
        fee="0.0123",
    )


def _write(database: Database, account: Account, fills: list[Fill]) -> None:
    write_fill_page(database.writer, account.id, Source.FILLS, fills, EVER, EVER.until)
    Values(account, database.writer).work_out(lambda: True)


def _work_out(database: Database, account: Account) -> float:
    began = time.perf_counter()
    CoinBooks(account, database.writer).work_out(lambda: True)
    return time.perf_counter() - began


def _copy_time(database: Database) -> float:
    """Seconds to COPY as many results into a table without indexes: the minimum of work."""
    quantity = Decimal("1.00000001")
    row = (1, "BTC", SINCE, "1", "traded", True, *[quantity] * 10, False)
    lines = [line_of(row) for _ in range(FILLS)]
    with database.writer.begin() as connection:
        connection.execute(text("CREATE TEMPORARY TABLE floor (LIKE coin_result) ON COMMIT DROP"))
        connection.execute(text("ALTER TABLE floor ALTER account_id DROP NOT NULL"))
        began = time.perf_counter()
        copy_lines(connection, "floor", RESULT_COLUMNS, lines)
        return time.perf_counter() - began
