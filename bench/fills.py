"""Fills: how fast a long history is written, with how much memory, and how long pages wait for any part of it."""

import resource
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from random import Random

from sqlalchemy import Connection, text

from bench.report import Line, median, percentile
from db.copying import copy_lines
from db.history_records import FILL_COLUMNS, fill_line
from db.reads.costs import read_explained
from db.reads.fill_filter import FillFilter
from db.reads.fill_totals import read_fill_totals
from db.reads.fills import read_fill_symbols, read_fills
from db.reads.page_cursor import Cursor
from db.reads.profits import read_books, read_due_books
from db.writes.accounts import AccountSetting, write_accounts
from db.writes.fills import write_fill_page
from domain.fills import Fill, Liquidity
from domain.history import TimeRange
from domain.markets import Side
from domain.snapshot import Account
from domain.sources import Source
from tests.factories import ASKED, fill
from tests.postgres import Database

FILLS = 1_000_000
PAGE = 5_000
LEAST_A_SECOND = 20_000
MOST_MEGABYTES = 300
DAYS = 1_000
COINS = 20
SYMBOLS = [f"C{n}/USD" for n in range(1, COINS + 1)] + ["C1/USDT", "C2/USDT"]
SINCE = datetime(2024, 1, 1, tzinfo=UTC)
STEP = timedelta(days=DAYS) / FILLS
RAW = {f"field_{n}": "0.00012345" for n in range(12)}  # about the payload of a real fill
PAGE_SHOWN = 100
ROUNDS = 25


def fill_lines(database: Database) -> Iterator[Line]:
    """The lines about fills, each yielded once measured."""
    account = write_accounts(database.writer, [AccountSetting("bench", "cryptocom", ASKED, 30, "USD")])["bench"]
    floor = median([_copy_time(database, account, n) for n in range(7)]) / PAGE * 1_000_000
    took = _backfill(database, account) / FILLS * 1_000_000
    yield Line("writing a fill of 1,000,000, with days, months and what is known", took, floor,
               1_000_000 / LEAST_A_SECOND, "us", absolute=True, floor_name="COPY alone")  # fmt: skip
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yield Line("memory of it", held, 1, MOST_MEGABYTES, "MB", absolute=True, floor_name="its own")
    _work_out(database, account)
    yield from _reading_lines(database, account)


def _page(random: Random, start: int) -> list[Fill]:
    return [_fill(random, n) for n in range(start, min(start + PAGE, FILLS))]


def _fill(random: Random, n: int) -> Fill:
    return fill(
        str(61_384_000_000 + n),
        random.choice((Side.BUY, Side.SELL)),
        f"0.{random.randint(1, 10**8):08}",
        f"{random.randint(1, 99_999)}.12",
        symbol=random.choice(SYMBOLS),
        order_id=str(51_384_000_000 + n // 3),
        at=SINCE + STEP * n,
        is_maker=random.random() < 0.5,
        fee="0.0123",
        raw=RAW | {"trade_id": str(n)},
    )


def _backfill(database: Database, account: Account) -> float:
    """Seconds to write all fills page by page, without the time to generate them."""
    random, took = Random(7), 0.0
    for start in range(0, FILLS, PAGE):
        page = _page(random, start)
        time_range = TimeRange(SINCE + STEP * start, SINCE + STEP * (start + PAGE))
        began = time.perf_counter()
        write_fill_page(database.writer, account.id, Source.FILLS, page, time_range, time_range.until)
        took += time.perf_counter() - began
    return took


def _copy_time(database: Database, account: Account, seed: int) -> float:
    """Seconds to COPY a prepared page of fills into a table without indexes: the minimum of work."""
    lines = [fill_line(account.id, row) for row in _page(Random(seed), 0)]
    with database.writer.begin() as connection:
        connection.execute(text("CREATE TEMPORARY TABLE floor (LIKE fill) ON COMMIT DROP"))
        began = time.perf_counter()
        copy_lines(connection, "floor", ("account_id", *FILL_COLUMNS), lines)
        return time.perf_counter() - began


def _work_out(database: Database, account: Account) -> None:
    """A profit row for each fill. The values do not matter to the readers."""
    with database.owner.begin() as connection:
        connection.execute(
            text("""
                INSERT INTO fill_profit (account_id, key, symbol, at, realised, fee_value, held_after, cost_after,
                                         sold_unexplained)
                SELECT account_id, key, symbol, at, 1.5, fee, 1, 1, 0 FROM fill WHERE account_id = :id
            """),
            {"id": account.id},
        )
        connection.execute(
            text("""
                INSERT INTO book_state (account_id, symbol, method, last_at, last_key, state)
                SELECT DISTINCT ON (symbol) account_id, symbol, 'average', at, key, '{}'
                FROM fill WHERE account_id = :id ORDER BY symbol, at DESC, key DESC
            """),
            {"id": account.id},
        )
        for statement in _COIN_BOOKS:
            connection.execute(text(statement), {"id": account.id})
    with database.owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE fill, fill_profit, coin_result, fill_day, fill_month, book_state"))


_COIN_BOOKS = (
    """
    INSERT INTO coin_result (account_id, number, coin, at, key, role, is_fill, quantity, value, fees, realised,
                             realised_before_fees, unexplained, quantity_after, known_after, cost_after,
                             cost_before_fees_after, is_assumed)
    SELECT account_id, CAST(key AS bigint), base, at, key, 'traded', true, amount, price * amount, fee, 1.5, 1.5, 0, 1,
           1, 1, 1, false
    FROM fill WHERE account_id = :id
    """,
    """
    INSERT INTO coin_books_state (account_id, currency, method, counted_at)
    SELECT account_id, 'USD', 'average', max(at) FROM fill WHERE account_id = :id GROUP BY account_id
    """,
)


def _reading_lines(database: Database, account: Account) -> Iterator[Line]:
    random = Random(11)
    with database.reader.connect() as connection:
        floor = percentile(_times(lambda: connection.execute(text("SELECT 1")), 100), 0.95)
        for name, new_filter in _filters(random).items():
            for what, query in _questions(connection, account, new_filter, random).items():
                p95 = percentile(_times(query, ROUNDS), 0.95)
                yield Line(f"{what} over 1,000,000 fills, {name}, p95", p95, floor, 50, "ms", absolute=True,
                           floor_name="SELECT 1")  # fmt: skip
        for what, query in _others(connection, account).items():
            p95 = percentile(_times(query, ROUNDS), 0.95)
            yield Line(f"{what} over 1,000,000 fills, p95", p95, floor, 50, "ms", absolute=True,
                       floor_name="SELECT 1")  # fmt: skip


def _filters(random: Random) -> dict[str, Callable[[], FillFilter]]:
    """Filters by name, with new random values for each query."""

    def at() -> datetime:
        return SINCE + timedelta(seconds=random.randint(0, DAYS * 86_400))

    def coins(number: int) -> tuple[str, ...]:
        return tuple(f"C{n}/USD" for n in random.sample(range(1, COINS + 1), number))

    def random_range() -> FillFilter:
        since, until = sorted((at(), at()))
        return FillFilter(since=since, until=until)

    return {
        "everything": FillFilter,
        "a time range": random_range,
        "one symbol": lambda: FillFilter(symbols=coins(1)),
        "ten symbols, sold, as maker": lambda: FillFilter(
            symbols=coins(10), sides=(Side.SELL,), liquidities=(Liquidity.MAKER,)
        ),
        "bought": lambda: FillFilter(sides=(Side.BUY,)),
        "maker or taker unknown (none)": lambda: FillFilter(liquidities=(Liquidity.UNKNOWN,)),
        "a symbol never traded": lambda: FillFilter(symbols=("NONE/USD",)),
        "one order": lambda: FillFilter(order_id=str(51_384_000_000 + random.randint(0, FILLS) // 3)),
    }


def _questions(
    connection: Connection, account: Account, new_filter: Callable[[], FillFilter], random: Random
) -> dict[str, Callable[[], object]]:
    def cursor() -> Cursor:
        n = random.randint(0, FILLS)
        return Cursor(SINCE + STEP * n, str(61_384_000_000 + n), account.id)

    return {
        "newest page": lambda: read_fills(connection, [account], new_filter(), PAGE_SHOWN),
        "a page within": lambda: read_fills(connection, [account], new_filter(), PAGE_SHOWN, cursor()),
        "totals": lambda: read_fill_totals(connection, [account], new_filter()),
    }


def _others(connection: Connection, account: Account) -> dict[str, Callable[[], object]]:
    until = SINCE + timedelta(days=DAYS, hours=-3)
    last_month = FillFilter(since=until - timedelta(days=30), until=until)
    return {
        "symbols": lambda: read_fill_symbols(connection, [account]),
        "books": lambda: read_books(connection, account.id, until),
        "realised in 30 days": lambda: read_fill_totals(connection, [account], last_month),
        "costs of coins": lambda: read_explained(connection, account.id, until),
        "books that are due": lambda: read_due_books(connection, account.id),
    }


def _times(query: Callable[[], object], rounds: int) -> list[float]:
    """Milliseconds of several calls, after one call that fills the caches."""
    query()
    took = []
    for _ in range(rounds):
        began = time.perf_counter()
        query()
        took.append((time.perf_counter() - began) * 1000)
    return took
