"""Writing: the cost of a refresh in database time, rows and bytes, against COPY alone and against the smallest row."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import Engine, event, text

from bench.report import Line, median
from db.copying import copy_lines
from db.records import ORDERS
from db.schema import metadata
from db.writes.accounts import AccountSetting, write_accounts
from db.writes.refresh import write_refresh
from db.writes.versions import content_of
from domain.orders import Order
from domain.snapshot import Account, Observation
from domain.sources import Source, Success
from tests.factories import ASKED, NOON, balance, order, position, price, valuation
from tests.postgres import Database

ORDERS_HELD = 10_000
QUIET_REFRESHES = 10_000
ROUNDS = 7
RAW = {f"field_{n}": "0.00012345" for n in range(25)}  # about the payload of a real order


def writing_lines(database: Database) -> Iterator[Line]:
    """The lines about writing, each yielded once measured."""
    account = write_accounts(database.writer, [AccountSetting("bench", "cryptocom", ASKED, 30, "USD")])["bench"]
    orders = tuple(order(str(n), raw=RAW | {"id": str(n)}) for n in range(ORDERS_HELD))
    clock = iter(range(1, 10**9))

    def refresh(rows: tuple[Order, ...]) -> float:
        return _database_time(
            database.writer, lambda: write_refresh(database.writer, _seen(account, next(clock), rows))
        )

    refresh(orders)
    floor = median([_copy_time(database, orders) for _ in range(ROUNDS)])
    unchanged = median([refresh(orders) for _ in range(ROUNDS)])
    yield Line("refresh of 10,000 unchanged orders", unchanged, floor, 1.5, "ms", floor_name="COPY alone")
    yield Line("rows written by it", _rows_of_last_refresh(database), 1, 3, "rows", absolute=True, floor_name="its own")
    changed = median([refresh(_moved(orders, n)) for n in range(1, ROUNDS + 1)])
    yield Line("refresh with 1% of 10,000 orders changed", changed, floor, 2, "ms", floor_name="COPY alone")
    yield _bytes_line(database, account, orders, clock)


def _bytes_line(database: Database, account: Account, orders: tuple[Order, ...], clock: Iterator[int]) -> Line:
    few = orders[:40]
    write_refresh(database.writer, _seen(account, next(clock), few))
    before = _held_bytes(database)
    for _ in range(QUIET_REFRESHES):
        write_refresh(database.writer, _seen(account, next(clock), few))
    grown = (_held_bytes(database) - before) / QUIET_REFRESHES
    return Line("bytes a quiet refresh adds", grown, _smallest_row(database), 300, "bytes", absolute=True,
                floor_name="account and moment alone")  # fmt: skip


def _seen(account: Account, step: int, orders: tuple[Order, ...]) -> Observation:
    worth = valuation(
        "7834.24081020",
        computed_value=Decimal("7834.12345678"),
        cash=Decimal("7890.00320721"),
        gross=Decimal("9890.00320721"),
        borrowed=Decimal("2000.00320721"),
        unrealised_pnl=Decimal("-55.76239701"),
        margin_balance=Decimal("7595.42571782"),
        collateral=Decimal("7651.18811483"),
        available=Decimal("4721.05898582"),
        initial_margin=Decimal("2874.36673202"),
        maintenance_margin=Decimal("1437.18336601"),
    )
    results = {
        Source.BALANCES: Success((balance(market_value=Decimal("95000.12")),)),
        Source.POSITIONS: Success((position(raw={"open_position_pnl": str(step), "update_timestamp_ms": step}),)),
        Source.ORDERS: Success(orders),
        Source.TRIGGERS: Success(()),
        Source.PRICES: Success((price(),)),
    }
    return Observation(account, NOON + timedelta(seconds=30 * step), results, worth, 412)


def _moved(orders: tuple[Order, ...], step: int) -> tuple[Order, ...]:
    return tuple(replace(o, limit_price=Decimal(step)) if n % 100 == 0 else o for n, o in enumerate(orders))


@contextmanager
def _transactions(engine: Engine) -> Iterator[list[float]]:
    """The durations in milliseconds of the transactions that `engine` commits in this context."""
    began: list[float] = []
    took: list[float] = []

    def begin(_: object) -> None:
        began.append(time.perf_counter())

    def commit(_: object) -> None:
        took.append((time.perf_counter() - began[-1]) * 1000)

    event.listen(engine, "begin", begin)
    event.listen(engine, "commit", commit)
    try:
        yield took
    finally:
        event.remove(engine, "begin", begin)
        event.remove(engine, "commit", commit)


def _database_time(engine: Engine, write: Callable[[], object]) -> float:
    with _transactions(engine) as took:
        write()
    return took[-1]


def _copy_time(database: Database, orders: tuple[Order, ...]) -> float:
    """Milliseconds to COPY the same orders into a temporary table without indexes: the minimum of work."""
    lines = list(content_of(ORDERS, orders).lines.values())
    with database.writer.begin() as connection:
        connection.execute(text("CREATE TEMPORARY TABLE floor (LIKE order_version) ON COMMIT DROP"))
        connection.execute(text("ALTER TABLE floor ALTER account_id DROP NOT NULL, ALTER key DROP NOT NULL, "
                                "ALTER valid_from DROP NOT NULL, ALTER valid_to DROP NOT NULL, "
                                "ALTER digest DROP NOT NULL, ALTER source DROP NOT NULL"))  # fmt: skip
        start = time.perf_counter()
        copy_lines(connection, "floor", ORDERS.columns, lines)
        return (time.perf_counter() - start) * 1000


def _rows_of_last_refresh(database: Database) -> int:
    """Rows written by the transaction of the latest refresh."""
    with database.owner.connect() as connection:
        return sum(
            connection.execute(
                text(
                    f"SELECT count(*) FROM {table} "
                    "WHERE xmin = (SELECT xmin FROM refresh ORDER BY taken_at DESC LIMIT 1)"
                )
            ).scalar_one()
            for table in metadata.tables
        )


def _held_bytes(database: Database) -> int:
    with database.owner.connect() as connection:
        return sum(
            connection.execute(text("SELECT pg_total_relation_size(CAST(:t AS regclass))"), {"t": table}).scalar_one()
            for table in metadata.tables
        )


def _smallest_row(database: Database) -> float:
    """Bytes of the smallest row that records a refresh, with its key."""
    with database.owner.begin() as connection:
        connection.execute(text("CREATE TABLE floor (account_id int, at timestamptz, PRIMARY KEY (account_id, at))"))
        connection.execute(
            text("INSERT INTO floor SELECT 1, now() + n * interval '30 s' FROM generate_series(1, :n) AS n"),
            {"n": QUIET_REFRESHES},
        )
        size = connection.execute(text("SELECT pg_total_relation_size('floor')")).scalar_one()
        connection.execute(text("DROP TABLE floor"))
    return float(size) / QUIET_REFRESHES
