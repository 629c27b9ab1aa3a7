"""Stated costs from writing to reading: what the owner says that deposits had cost, through Postgres."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text

from db.reads.stated_costs import read_stated_costs
from db.reads.tax import read_tax_years
from db.writes.candles import write_candles
from db.writes.stated_costs import write_stated_costs
from domain.candles import Candle
from domain.stated_cost import StatedCost
from domain.transfers import TransferKind, TransferStatus
from tests.db.fill_history import new_accounts
from tests.factories import NOON, fill, later, transfer
from tests.refresher.conftest import settings_for, watched_accounts
from tests.refresher.past.coin_history import (
    BUY,
    FIFO,
    SELL,
    USD_ONLY,
    cost,
    realised,
    withdrawal,
    work_out,
    work_out_again,
)

BOUGHT_AT = NOON - timedelta(days=900)


def state(database, account, *costs: StatedCost) -> None:
    write_stated_costs(database.writer, account.id, costs)


def stated(amount: str, key: str = "deposit/1", currency: str = "USD", **values) -> StatedCost:
    return StatedCost(key, Decimal(amount), currency, **values)


def a_deposit_sold(database, **values):
    """2 BTC come in and 1 is sold for 25,000."""
    (main,) = new_accounts(database, cost_method=FIFO)
    sold = fill("1", SELL, "1", "25000", at=later(9))
    work_out(database, main, USD_ONLY, transfer(amount="2", **values), sold)
    assert realised(database, main) == {"1": None}
    return main


def test_a_stated_cost_gives_a_deposit_its_cost_and_date(database):
    main = a_deposit_sold(database)
    state(database, main, stated("12000", acquired_at=BOUGHT_AT))
    assert work_out_again(database, main) == 2
    assert realised(database, main) == {"1": 19000}
    assert cost(database, main, "BTC") == (1, 6000)
    with database.reader.connect() as connection:
        (found,) = read_tax_years(connection, [main], None, NOON, later(99))
    year = found.year
    assert [(d.acquired_at, d.cost) for d in year.disposals] == [(BOUGHT_AT, 6000)]
    assert [(lot.acquired_at, lot.cost) for lot in year.open_lots["BTC"]] == [(BOUGHT_AT, 6000)]


def test_a_changed_and_a_removed_line_count_the_books_again_from_the_deposit_on(database):
    main = a_deposit_sold(database, at=later(5))
    work_out(database, main, USD_ONLY, fill("0", BUY, "1", "100", symbol="ETH/USD"))
    gains = []
    for costs in ([stated("12000")], [stated("20000")], [], []):
        state(database, main, *costs)
        gains.append((work_out_again(database, main) > 0, realised(database, main)["1"]))
    assert gains == [(True, 19000), (True, 15000), (True, None), (False, None)]


def test_the_row_of_the_exchange_stays_as_it_is(database):
    main = a_deposit_sold(database)
    with database.owner.connect() as connection:
        before = connection.execute(text("TABLE transfer")).all()
        state(database, main, stated("12000"))
        work_out_again(database, main)
        assert connection.execute(text("TABLE transfer")).all() == before


@pytest.mark.parametrize(
    "values", [{"status": TransferStatus.PENDING}, {"kind": TransferKind.INTEREST}, {"asset": "USD"}, {"key": "other"}]
)
def test_a_line_for_anything_but_a_deposit_of_a_coin_has_no_effect_and_is_named(database, values):
    (main,) = new_accounts(database, cost_method=FIFO)
    key = values.pop("key", "deposit/1")
    work_out(database, main, USD_ONLY, transfer(key, **values), fill("1", at=later(9)))
    state(database, main, stated("12000"))
    assert work_out_again(database, main) == 0
    with database.reader.connect() as connection:
        (found,) = read_tax_years(connection, [main], None, NOON, later(99))
    assert "A cost is stated for 'deposit/1', which is no deposit of a coin." in found.missing


def test_coins_that_moved_on_take_a_stated_cost_along(database):
    """A deposit of 1,000 moves to another account and is sold there for 1,500."""
    first, second = new_accounts(database, 2, cost_method=FIFO)
    coin = "PIECE"
    came = transfer(amount="5", asset=coin, at=later(0))
    work_out(database, first, USD_ONLY, came, withdrawal(amount="-5", asset=coin, at=later(9)))
    sold = fill("2", SELL, "5", "300", symbol=f"{coin}/USD", at=later(30))
    work_out(database, second, USD_ONLY, transfer("deposit/2", amount="5", asset=coin, at=later(20)), sold)
    assert realised(database, second) == {"2": None}
    state(database, first, stated("1000"))
    work_out_again(database, first)
    work_out_again(database, second)
    assert realised(database, second) == {"2": 500}


def test_lots_of_known_cost_from_an_own_account_keep_it(database):
    """3 of 5 pieces that moved cost 300. The 2 of unknown cost are stated at 80."""
    first, second = new_accounts(database, 2, cost_method=FIFO)
    coin = "PIECE"
    work_out(
        database, first, USD_ONLY,
        transfer("deposit/0", amount="2", asset=coin), fill("1", BUY, "3", "100", symbol=f"{coin}/USD", at=later(5)),
        withdrawal(amount="-5", asset=coin, at=later(9)),
    )  # fmt: skip
    work_out(database, second, USD_ONLY, transfer("deposit/2", amount="5", asset=coin, at=later(20)))
    assert cost(database, second, coin) == (3, 300)
    state(database, second, stated("80", "deposit/2"))
    work_out_again(database, second)
    assert cost(database, second, coin) == (5, 380)
    state(database, first, stated("70", "deposit/0"))
    work_out_again(database, first)
    work_out_again(database, second)
    assert cost(database, second, coin) == (5, 370)  # the cost of all of it came along


def test_a_cost_in_another_currency_is_converted_at_the_rate_of_its_own_moment(database):
    main = a_deposit_sold(database)
    state(database, main, stated("1000", currency="EUR", acquired_at=BOUGHT_AT))
    assert (work_out_again(database, main), realised(database, main)) == (0, {"1": None})  # no rate of then
    euro = Decimal("1.2")
    write_candles(database.writer, main.venue, [Candle("EUR/USD", "1h", BOUGHT_AT, euro, euro, euro, euro, None)])
    assert work_out_again(database, main) == 2
    assert cost(database, main, "BTC") == (1, 600)


def test_the_refresher_writes_the_costs_of_the_configuration_when_it_starts(database, exchange):
    settings = settings_for(exchange.url, "main")
    for costs in ((stated("12000"), stated("7", "deposit/2", "EUR", acquired_at=BOUGHT_AT)), (stated("8"),), ()):
        (watched,) = watched_accounts(database, replace(settings, costs={"main": costs}))
        watched.release()
        with database.reader.connect() as connection:
            assert read_stated_costs(connection, watched.job.served.account) == list(costs)
