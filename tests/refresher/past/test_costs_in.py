"""Costs in another currency from writing to reading: each part at the rate of its own day, through Postgres."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from db.reads.costs_in import read_costs_in
from db.viewing import viewing
from db.writes.candles import write_candles
from db.writes.stated_costs import write_stated_costs
from domain.candles import Candle
from domain.cost_method import CostMethod
from domain.fills import Fill
from domain.snapshot import Account
from domain.stated_cost import StatedCost
from refresher.past import coin_books
from tests.db.fill_history import new_accounts
from tests.db.full_database import write_viewer
from tests.factories import NOON, fill, transfer
from tests.postgres import Database
from tests.refresher.past.coin_history import BUY, FIFO, SELL, USD_ONLY, withdrawal, work_out, work_out_again

AVERAGE = CostMethod.AVERAGE
EVER = NOON + timedelta(days=99)


def on(day: int) -> datetime:
    return NOON + timedelta(days=day)


def euro_costs(database: Database, account: Account, *dollars: str) -> None:
    """The euro costs so many dollars from noon on of each day."""
    prices = [(on(day), Decimal(price)) for day, price in enumerate(dollars)]
    write_candles(
        database.writer, account.venue, [Candle("EUR/USD", "1h", at, of, of, of, of, None) for at, of in prices]
    )


def in_euros(database: Database, account: Account, coin: str = "BTC", at: datetime = EVER) -> Decimal | None:
    with database.reader.connect() as connection:
        (book,) = read_costs_in(connection, account, at, "EUR")[coin]
    assert book.quote == "EUR"
    return book.cost


def bought(day: int, price: str, amount: str = "1", **more: Any) -> Fill:
    return fill(f"{more.get('symbol', '')}{day}", BUY, amount, price, at=on(day), fee="0", **more)


def sold(day: int, amount: str = "1") -> Fill:
    return fill(str(day), SELL, amount, "500", at=on(day), fee="0")


@pytest.mark.parametrize("size", [1, 2, 1000])
@pytest.mark.parametrize(("method", "after_sale"), [(FIFO, 150), (AVERAGE, 125)])
def test_a_cost_counts_at_the_rates_of_its_days_at_any_moment(database, monkeypatch, size, method, after_sale):
    """By hand: 100 USD with the euro at 1, 300 USD with the euro at 2, then half of it is sold."""
    monkeypatch.setattr(coin_books, "ROWS_A_PART", size)
    (main,) = new_accounts(database, cost_method=method)
    euro_costs(database, main, "1", "2", "4", "8")
    work_out(database, main, USD_ONLY, bought(0, "100"), bought(1, "300"), sold(2))
    costs = [in_euros(database, main, at=on(day) + timedelta(hours=1)) for day in range(4)]
    assert costs == [100, 250, after_sale, after_sale]


def test_the_rate_of_now_moves_no_cost_and_an_unknown_rate_leaves_it_unknown(database):
    (main,) = new_accounts(database)
    work_out(database, main, USD_ONLY, bought(0, "100", symbol="SOL/USD"), bought(50, "100", symbol="DOT/USD"))
    euro_costs(database, main, "1")
    assert in_euros(database, main, "SOL") == 100
    assert in_euros(database, main, "DOT") is None
    euro_costs(database, main, "1", "2", "9")
    assert in_euros(database, main, "SOL") == 100


@pytest.mark.parametrize("method", [FIFO, AVERAGE])
def test_coins_from_an_own_account_keep_the_days_of_their_costs(database, monkeypatch, method):
    """By hand: half of 100 EUR and half of 150 EUR stay, and as much arrives."""
    monkeypatch.setattr(coin_books, "ROWS_A_PART", 1)
    sender, receiver = new_accounts(database, 2, cost_method=method)
    euro_costs(database, sender, "1", "2", "4", "8")
    coin = f"C{sender.id}"
    rows = [bought(day, price, symbol=f"{coin}/USD") for day, price in ((0, "100"), (1, "300"))]
    work_out(database, sender, USD_ONLY, *rows, withdrawal(amount="-1", asset=coin, at=on(2)))
    work_out(database, receiver, USD_ONLY, transfer(amount="1", asset=coin, at=on(2) + timedelta(hours=1)))
    kept, came = (150, 100) if method is FIFO else (125, 125)
    assert [in_euros(database, account, coin) for account in (sender, receiver)] == [kept, came]


@pytest.mark.parametrize("method", [FIFO, AVERAGE])
def test_who_may_not_see_the_sender_sees_no_cost_at_the_wrong_rate(database, method):
    """Before the next stored state only the sender's rows tell the days: 100 USD are 100 EUR, and not 25."""
    sender, receiver = new_accounts(database, 2, cost_method=method)
    euro_costs(database, sender, "1", "2", "4", "8")
    coin, moved_at = f"C{sender.id}", on(2) + timedelta(hours=1)
    bought_and_sent = bought(0, "100", symbol=f"{coin}/USD"), withdrawal(amount="-1", asset=coin, at=on(2))
    work_out(database, sender, USD_ONLY, *bought_and_sent)
    came = transfer(amount="1", asset=coin, at=moved_at)
    work_out(database, receiver, USD_ONLY, came, bought(3, "100", symbol=f"{coin}/USD"))
    assert in_euros(database, receiver, coin, moved_at) == 100
    write_viewer(database.writer, receiver.id, name="eve", token="eve's token")
    with database.owner.begin() as connection:
        connection.execute(text("UPDATE sign_in_mode SET mode = 'password'"))
    with viewing("eve's token"):
        assert in_euros(database, receiver, coin, moved_at) is None


def test_a_stated_cost_counts_on_the_day_of_its_deposit_or_of_the_purchase(database):
    (main,) = new_accounts(database)
    euro_costs(database, main, "1", "2")
    work_out(database, main, USD_ONLY, transfer(amount="1", at=on(1)))
    write_stated_costs(database.writer, main.id, [StatedCost("deposit/1", Decimal(300), "USD")])
    work_out_again(database, main)
    assert in_euros(database, main) == 150
    write_stated_costs(database.writer, main.id, [StatedCost("deposit/1", Decimal(300), "USD", on(0))])
    work_out_again(database, main)
    assert in_euros(database, main) == 300


@pytest.mark.parametrize("method", [FIFO, AVERAGE])
def test_books_of_an_earlier_version_are_counted_once_more(database, method):
    (main,) = new_accounts(database, cost_method=method)
    euro_costs(database, main, "1", "2")
    work_out(database, main, USD_ONLY, bought(0, "100"), bought(1, "300"))
    with database.owner.begin() as connection:
        connection.execute(text(_WITHOUT_DAYS), {"id": main.id})
    assert in_euros(database, main) is None
    assert work_out_again(database, main) == 2
    assert (in_euros(database, main), work_out_again(database, main)) == (250, 0)


def test_while_the_books_are_counted_again_a_cost_is_unknown(database):
    (main,) = new_accounts(database)
    euro_costs(database, main, "1", "2")
    work_out(database, main, USD_ONLY, bought(0, "100"), bought(1, "300"))
    with database.owner.begin() as connection:
        connection.execute(text("UPDATE coin_books_state SET counted_at = :at"), {"at": on(0)})
    assert in_euros(database, main) is None
    assert in_euros(database, main, at=on(0) + timedelta(hours=1)) == 100  # counted already


_WITHOUT_DAYS = """
UPDATE coin_checkpoint SET state = (
    SELECT jsonb_object_agg(coin, jsonb_set(book - 'dated', '{lots}', (
        SELECT jsonb_agg(lot - 4) FROM jsonb_array_elements(book -> 'lots') AS lot
    )))
    FROM jsonb_each(state) AS each (coin, book)
)
WHERE account_id = :id
"""
