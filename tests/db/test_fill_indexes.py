"""Every read of fills uses an index, with any filter."""

import re
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event, text

from db.reads.coin_books import has_events_after
from db.reads.coin_events import read_coin_rows
from db.reads.costs import read_explained
from db.reads.fill_filter import FillFilter
from db.reads.fill_totals import read_fill_totals
from db.reads.fills import read_fill_symbols, read_fills
from db.reads.page_cursor import Cursor
from db.reads.profits import read_books, read_due_books
from domain.fills import Liquidity
from domain.markets import Side
from tests.db.fill_history import new_accounts
from tests.factories import NOON


@pytest.fixture
def accounts(database):
    """Two accounts with ten thousand fills and planner statistics."""
    accounts = new_accounts(database, 2)
    with database.owner.begin() as connection:
        connection.execute(text(_MANY), {"ids": [account.id for account in accounts]})
        connection.execute(text("INSERT INTO fill_profit (account_id, key, symbol, at, held_after, sold_unexplained) "
                                "SELECT account_id, key, symbol, at, 1, 0 FROM fill"))  # fmt: skip
        connection.execute(text("INSERT INTO coin_result (account_id, number, coin, at, key, role, is_fill, quantity, "
                                "unexplained, quantity_after, known_after, cost_before_fees_after, is_assumed) "
                                "SELECT account_id, row_number() "
                                "OVER (), 'C', at, key, 'traded', true, 1, 0, 1, 1, 1, false FROM fill"))  # fmt: skip
        connection.execute(text("INSERT INTO coin_books_state (account_id, currency, method) "
                                "SELECT id, 'USD', 'average' FROM account"))  # fmt: skip
        connection.execute(text("ANALYZE fill, fill_profit, coin_result"))
    return accounts


_MANY = """
INSERT INTO fill (account_id, key, order_id, symbol, exchange_symbol, market_type, side, liquidity,
                  price, amount, at, raw)
SELECT id, n, n / 3, 'C' || n % 10 || '/USD', '', 'spot', CASE n % 2 WHEN 0 THEN 'buy' ELSE 'sell' END,
       CASE n % 3 WHEN 0 THEN 'maker' ELSE 'taker' END, 1, 1,
       TIMESTAMPTZ '2026-11-01 12:00Z' - n * interval '1 hour', '{}'
FROM unnest(CAST(:ids AS integer[])) AS id, generate_series(1, 5000) AS n
"""

EVERY_FILTER = [
    FillFilter(),
    FillFilter(sides=(Side.SELL,)),
    FillFilter(liquidities=(Liquidity.UNKNOWN,)),
    FillFilter(symbols=("C3/USD",)),
    FillFilter(symbols=("C3/USD", "C4/USD"), sides=(Side.BUY,), liquidities=(Liquidity.MAKER,)),
    FillFilter(order_id="77"),
    FillFilter(since=NOON - timedelta(days=40), until=NOON - timedelta(days=5, hours=3)),
]


@pytest.mark.parametrize("filters", EVERY_FILTER, ids=str)
def test_every_filter_is_answered_by_an_index(database, accounts, filters):
    cursor = Cursor(NOON - timedelta(days=3), "70", accounts[0].id)
    with database.reader.connect() as connection, recorded_plans(database.reader) as plans:
        read_fills(connection, accounts, filters, 50)
        read_fills(connection, accounts, filters, 50, cursor)
        read_fill_totals(connection, accounts, filters)
        read_fill_symbols(connection, accounts)
        read_books(connection, accounts[0].id, NOON)
        read_due_books(connection, accounts[0].id)
        read_explained(connection, accounts[0].id, NOON)
        read_coin_rows(connection, accounts[0], NOON - timedelta(days=9), 50)
        has_events_after(connection, accounts[0].id, NOON - timedelta(days=9))
    assert len(plans) == 9
    for plan in plans:
        assert not re.search(r"Seq Scan on (fill(_profit)?|coin_result)\b", plan), plan
    if filters.order_id is None:
        # Read from the end of an index, so that only merged rows are sorted, and those of one moment by their numbers.
        assert [len(re.findall(r"(?<!Incremental )Sort  \(", plan)) for plan in plans[:2]] == [2, 2], plans[0]
        assert all("Presorted Key: fill" in plan for plan in plans[:2]), plans[0]
        assert all("Index Only Scan Backward" in plan for plan in plans[:2])


@contextmanager
def recorded_plans(engine):
    """Collect the plans of queries on fills."""
    plans: list[str] = []

    def explain(connection, cursor, statement, parameters, context, executemany):
        if " fill" in statement and not statement.startswith("EXPLAIN"):
            cursor.execute("EXPLAIN " + statement, parameters)
            plans.append("\n".join(row[0] for row in cursor.fetchall()))

    event.listen(engine, "before_cursor_execute", explain)
    try:
        yield plans
    finally:
        event.remove(engine, "before_cursor_execute", explain)
