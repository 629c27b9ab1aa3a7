"""The work on coin books: in parts, in any order of arrival, begun anew where the method or currency changes."""

from collections.abc import Callable, Sequence
from decimal import Decimal

import pytest
from sqlalchemy import text

from db.reads.coin_books import read_coin_books_state
from db.reads.coin_events import read_coin_rows
from db.reads.fill_filter import FillFilter
from db.reads.fill_totals import read_fill_totals
from db.writes.accounts import AccountSetting, write_accounts
from domain.fills import Fill
from domain.snapshot import Account
from domain.transfers import Transfer
from refresher.past import coin_books
from refresher.past.books import Books
from tests.db.fill_history import new_accounts
from tests.db.stored_values import store, store_values
from tests.factories import ASKED, fill, later
from tests.postgres import Database
from tests.refresher.past.coin_history import (
    BUY,
    FIFO,
    SELL,
    USD_ONLY,
    by_key,
    realised,
    withdrawal,
    work_out,
    work_out_again,
    write,
)


def test_work_stops_at_an_event_that_is_not_valued_yet(database):
    (main,) = new_accounts(database)
    rows = [fill("1"), fill("2", SELL, "1", "120", at=later(1)), fill("3", at=later(2))]
    write(database, main, *rows)
    with database.writer.begin() as connection:
        store(connection, main, rows[0], Decimal(100))
        store(connection, main, rows[2], Decimal(100))
    Books(main, database.writer).work_out(lambda: True)
    assert realised(database, main) == {"1": 0, "2": None, "3": None}
    work_out(database, main, USD_ONLY)
    assert realised(database, main) == {"1": 0, "2": 20, "3": 0}


def test_a_value_that_becomes_known_changes_what_follows(database):
    (main,) = new_accounts(database)
    bought, sold = fill("1", symbol="LINK/EUR"), fill("2", SELL, "1", "120", symbol="LINK/USD", at=later(1))
    work_out(database, main, USD_ONLY, bought, sold)
    assert realised(database, main)["2"] is None
    with database.writer.begin() as connection:
        store(connection, main, bought, Decimal(110))
    work_out(database, main, USD_ONLY)
    assert realised(database, main)["2"] == 10


def test_another_method_or_base_currency_begins_anew(database):
    (main,) = new_accounts(database)
    rows = (fill("1"), fill("2", price="200", at=later(1)), fill("3", SELL, "1", "300", at=later(2)))
    work_out(database, main, USD_ONLY, *rows)
    assert realised(database, main)["3"] == 150
    setting = AccountSetting(main.name, main.exchange, ASKED, 30, "USD", cost_method=FIFO)
    main = write_accounts(database.writer, [setting])[main.name]
    work_out(database, main, USD_ONLY)
    assert realised(database, main)["3"] == 200
    setting = AccountSetting(main.name, main.exchange, ASKED, 30, "EUR", cost_method=FIFO)
    main = write_accounts(database.writer, [setting])[main.name]
    work_out(database, main, lambda currency, _: Decimal("0.5") if currency == "USD" else None)
    assert realised(database, main)["3"] == 100
    assert by_key(database, main)["3"].realised_currency == "EUR"


def test_days_and_months_add_up_what_all_coins_gained(database):
    (main,) = new_accounts(database)
    work_out(database, main, USD_ONLY, fill("1", amount="2"), fill("2", SELL, "1", "130", at=later(1)))
    work_out(database, main, USD_ONLY, fill("0", price="70", at=later(-60)))
    for filters in (FillFilter(), FillFilter(since=later(-3600), until=later(3600))):
        with database.reader.connect() as connection:
            totals = read_fill_totals(connection, [main], filters).by_quote["USD"]
        assert (totals.realised, totals.realised_unknown) == (40, 0)


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_parts_of_any_size_and_any_order_of_arrival_come_to_the_same(database, monkeypatch, size):
    monkeypatch.setattr(coin_books, "ROWS_A_PART", size)
    rows: list[Fill | Transfer] = [fill(str(n), BUY, "2", str(100 + n), at=later(n)) for n in range(0, 12, 3)]
    rows += [fill(str(n), SELL, "1", str(200 + n), at=later(n)) for n in range(1, 12, 3)]
    rows += [withdrawal(f"withdrawal/{n}", "-0.5", at=later(n)) for n in range(2, 12, 3)]
    at_once, late = new_accounts(database, 2, cost_method=FIFO)
    work_out(database, at_once, USD_ONLY, *rows)
    for row in reversed(rows):
        work_out(database, late, USD_ONLY, row)
    assert realised(database, late) == realised(database, at_once)
    assert stored(database, late) == stored(database, at_once)
    assert work_out_again(database, late) == 0


def stored(database: Database, account: Account) -> Sequence[object]:
    columns = "number, coin, at, key, role, quantity, realised, unexplained, quantity_after, known_after, cost_after"
    with database.owner.connect() as connection:
        return connection.execute(
            text(f"SELECT {columns} FROM coin_result WHERE account_id = :id ORDER BY number"), {"id": account.id}
        ).all()


def test_an_event_that_arrives_during_the_work_is_counted(database, monkeypatch):
    (main,) = new_accounts(database)
    read: Callable[..., object] = read_coin_rows
    late = [fill("0", price="50", at=later(-5))]

    def read_while_one_arrives(*args: object) -> object:
        rows = read(*args)
        if late:
            write(database, main, late.pop())
            store_values(database.writer, main)
        return rows

    monkeypatch.setattr(coin_books, "read_coin_rows", read_while_one_arrives)
    work_out(database, main, USD_ONLY, fill("1", price="100"), fill("2", SELL, "1", "150", at=later(1)))
    assert realised(database, main) == {"0": 0, "1": 0, "2": 75}
    with database.reader.connect() as connection:
        state = read_coin_books_state(connection, main.id)
    assert state is not None
    assert state.overtaken_at is None
