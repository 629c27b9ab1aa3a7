"""Transfers: how fast a long history of transfers is written, and how long pages wait for any part of it."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from random import Random

from sqlalchemy import text

from bench.report import Line, median, percentile
from db.copying import copy_lines
from db.history_records import TRANSFER_COLUMNS, transfer_line
from db.reads.transfer_filter import TransferFilter
from db.reads.transfer_totals import read_transfer_totals
from db.reads.transfers import read_transfers
from db.writes.accounts import AccountSetting, write_accounts
from db.writes.transfers import write_transfer_page
from domain.history import TimeRange
from domain.snapshot import Account
from domain.sources import Source
from domain.transfers import Transfer, TransferKind
from tests.factories import ASKED, transfer
from tests.postgres import Database

# Hourly funding of five positions for more than two years.
TRANSFERS = 100_000
PAGE = 1_000
SINCE = datetime(2024, 1, 1, tzinfo=UTC)
STEP = timedelta(minutes=12)
RAW = {f"field_{n}": "0.00012345" for n in range(8)}
PAGE_SHOWN = 100
ROUNDS = 25
# Each transfer costs a key look-up and three indexes. Each page also updates the history state.
MOST_OF_COPY = 12


def transfer_lines(database: Database) -> Iterator[Line]:
    """The lines about transfers, each yielded once measured."""
    account = write_accounts(database.writer, [AccountSetting("bench", "cryptocom", ASKED, 30, "USD")])["bench"]
    floor = median([_copy_time(database, account) for _ in range(7)]) / PAGE * 1_000_000
    took = _backfill(database, account) / TRANSFERS * 1_000_000
    yield Line("writing a transfer of 100,000, with what is known", took, floor, MOST_OF_COPY, "us",
               floor_name="COPY alone")  # fmt: skip
    with database.owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE transfer"))
    with database.reader.connect() as connection:
        nothing = percentile(_times(lambda: connection.execute(text("SELECT 1"))), 0.95)
        until = SINCE + STEP * TRANSFERS
        queries: dict[str, Callable[[], object]] = {
            "newest page": lambda: read_transfers(connection, [account], TransferFilter(), PAGE_SHOWN),
            "newest deposits": lambda: read_transfers(
                connection, [account], TransferFilter(kinds=(TransferKind.DEPOSIT,)), PAGE_SHOWN
            ),
            "income of 30 days": lambda: read_transfer_totals(
                connection, [account], TransferFilter(until - timedelta(days=30))
            ),
            "totals of everything": lambda: read_transfer_totals(connection, [account], TransferFilter()),
        }
        for what, query in queries.items():
            yield Line(f"{what} over 100,000 transfers, p95", percentile(_times(query), 0.95), nothing, 100, "ms",
                       absolute=True, floor_name="SELECT 1")  # fmt: skip


def _page(start: int) -> list[Transfer]:
    random = Random(start)
    return [_transfer(random, n) for n in range(start, start + PAGE)]


def _transfer(random: Random, n: int) -> Transfer:
    kind = TransferKind.DEPOSIT if n % 500 == 0 else TransferKind.FUNDING
    amount = f"{random.choice(('', '-'))}0.{random.randint(1, 10**8):08}"
    return transfer(f"{kind}/{n}", kind=kind, asset="USD", amount=amount, at=SINCE + STEP * n, raw=RAW | {"id": str(n)})


def _backfill(database: Database, account: Account) -> float:
    """Seconds to write all transfers page by page, without the time to generate them."""
    took = 0.0
    for start in range(0, TRANSFERS, PAGE):
        page, time_range = _page(start), TimeRange(SINCE + STEP * start, SINCE + STEP * (start + PAGE))
        began = time.perf_counter()
        write_transfer_page(database.writer, account.id, Source.TRANSFERS, page, time_range, time_range.until)
        took += time.perf_counter() - began
    return took


def _copy_time(database: Database, account: Account) -> float:
    """Seconds to COPY a prepared page of transfers into a table without indexes: the minimum of work."""
    lines = [transfer_line(account.id, row) for row in _page(0)]
    with database.writer.begin() as connection:
        connection.execute(text("CREATE TEMPORARY TABLE floor (LIKE transfer) ON COMMIT DROP"))
        began = time.perf_counter()
        copy_lines(connection, "floor", ("account_id", *TRANSFER_COLUMNS), lines)
        return time.perf_counter() - began


def _times(query: Callable[[], object]) -> list[float]:
    """Milliseconds of several calls, after one call that fills the caches."""
    query()
    took = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        query()
        took.append((time.perf_counter() - began) * 1000)
    return took
