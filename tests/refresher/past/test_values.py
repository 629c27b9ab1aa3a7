"""What fills and transfers were worth at their own moments, from prices and candles to Postgres."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from db.reads.due_values import read_value_progress
from db.reads.history_progress import read_history_progress
from db.writes.accounts import AccountSetting, write_accounts
from db.writes.candles import write_candles
from db.writes.refresh import write_refresh
from db.writes.transfers import write_transfer_page
from domain.candles import Candle
from domain.fills import Fill
from domain.markets import MarketType, Side
from domain.prices import Price
from domain.snapshot import Account
from domain.sources import Source, Success
from domain.transfers import Transfer, TransferKind
from refresher.past import values
from refresher.past.values import Values
from tests.db.fill_history import ALL_TIME, new_accounts, write_fills
from tests.factories import ASKED, NOON, fill, later, observation, price, transfer
from tests.postgres import Database

HOUR = 3600


@pytest.fixture
def main(database: Database) -> Account:
    (account,) = new_accounts(database)
    return account


def see(database: Database, account: Account, seconds: float, *prices: Price) -> None:
    """A refresh that saw these prices."""
    write_refresh(database.writer, observation(account, later(seconds), {Source.PRICES: Success(prices)}))


def add_candles(database: Database, account: Account, at: datetime, **closes: str) -> None:
    """Candles of one hour of markets in USD: BTC="7000"."""
    rows = [Candle(f"{coin}/USD", "1h", at, *[Decimal(last)] * 4) for coin, last in closes.items()]
    write_candles(database.writer, account.venue, rows)


def work_out(database: Database, account: Account, now: datetime = NOON + timedelta(days=9)) -> int:
    return Values(account, database.writer, lambda: now).work_out(lambda: True)


def write(database: Database, account: Account, *rows: Fill | Transfer) -> int:
    write_fills(database, account, [row for row in rows if isinstance(row, Fill)])
    transfers = [row for row in rows if isinstance(row, Transfer)]
    write_transfer_page(database.writer, account.id, Source.TRANSFERS, transfers, ALL_TIME, NOON)
    return work_out(database, account)


def stored(database: Database, account: Account, table: str = "fill") -> dict[str, tuple[Any, ...]]:
    """By key: value, fee, both in USD, and the source."""
    sql = f"SELECT key, value, fee, value_usd, fee_usd, source FROM {table}_value WHERE account_id = :id ORDER BY key"
    with database.reader.connect() as connection:
        return {key: tuple(row) for key, *row in connection.execute(text(sql), {"id": account.id})}


def sums(database: Database, account: Account) -> tuple[Any, ...]:
    """By days: valued, then value and fee in the base currency, with how many are unknown of each."""
    sql = """
        SELECT sum(valued), sum(value_base), sum(value_base_unknown), sum(fee_base), sum(fee_base_unknown)
        FROM fill_day WHERE account_id = :id
    """
    with database.reader.connect() as connection:
        return tuple(connection.execute(text(sql), {"id": account.id}).one())


def overtaken_at(database: Database, account: Account) -> datetime | None:
    with database.reader.connect() as connection:
        sql = "SELECT overtaken_at FROM coin_books_state WHERE account_id = :id"
        moment: datetime | None = connection.execute(text(sql), {"id": account.id}).scalar()
        return moment


def count_coins(database: Database, account: Account, until: datetime) -> None:
    """Coin books that have counted an event at `until`."""
    with database.owner.begin() as connection:
        connection.execute(
            text("INSERT INTO coin_books_state (account_id, currency, method, counted_at) "
                 "VALUES (:id, 'USD', 'average', :at) ON CONFLICT (account_id) DO UPDATE SET overtaken_at = NULL"),
            {"id": account.id, "at": until},
        )  # fmt: skip


def test_funding_in_bitcoin_keeps_its_value_when_bitcoin_doubles(database, main):
    """BitMEX-like funding: 0.00255 BTC received at 7,000 USD are 17.85 USD, also with bitcoin at 14,000 later."""
    received = transfer("funding/1", kind=TransferKind.FUNDING, amount="0.00255", at=later(30))
    see(database, main, 0, price(last="7000"))
    write(database, main, received)
    see(database, main, 2 * HOUR, price(last="14000"))
    assert work_out(database, main) == 0
    value = Decimal("17.85")
    assert stored(database, main, "transfer")["funding/1"] == (value, None, value, None, "near")


def test_a_fee_in_a_third_coin_is_valued_beside_one_that_cannot_be(database, main):
    """1 BNB at 300 USD is a fee of 300 USD, whatever BNB costs later."""
    add_candles(database, main, NOON, BNB="300")
    paid = fill("1", amount="2", fee="1", fee_currency="BNB")
    unclear = fill("2", fee="5", fee_currency="XYZ", at=later(1))
    write(database, main, paid, unclear)
    add_candles(database, main, NOON + timedelta(hours=5), BNB="600")
    work_out(database, main)
    assert stored(database, main) == {
        "1": (200, 300, 200, 300, "minute"),
        "2": (100, None, 100, None, "unknown"),
    }
    assert sums(database, main) == (2, 300, 0, 300, 1)


def test_a_price_that_stands_still_for_five_hours_values_what_was_bought_meanwhile(database, main):
    """EUR/USD seen at 1.10 every ten minutes: 1 ETH for 1,000 EUR is worth 1,100 USD."""
    for minutes in range(0, 301, 10):
        see(database, main, 60 * minutes, price("EUR/USD", "1.10"))
    bought = [fill(str(n), price="1000", symbol="ETH/EUR", at=later(HOUR * n + 7)) for n in range(5)]
    write(database, main, *bought)
    assert set(stored(database, main).values()) == {(1100, 0, 1100, 0, "minute")}


def test_the_value_of_an_inverse_contract_is_that_of_its_coins(database, main):
    """Deribit's example: a gain of 0.238095 BTC with bitcoin at 700 is 166.67 USD."""
    add_candles(database, main, NOON, BTC="700")
    perpetual: dict[str, Any] = {"symbol": "BTC/USD:BTC", "quote": "USD", "market_type": MarketType.PERPETUAL}
    closed = fill("1", Side.SELL, "0.238095", "720", fee="0.001", fee_currency="BTC", **perpetual)
    write(database, main, closed)
    value, fee, *_ = stored(database, main)["1"]
    assert round(value, 2) == Decimal("166.67")
    assert fee == Decimal("0.7")


def test_paid_in_the_base_coin_a_fee_is_worth_the_price_of_the_fill(database, main):
    add_candles(database, main, NOON, USDT="0.9")
    write(database, main, fill("1", amount="2", price="100", symbol="SOL/USDT", fee="0.1", fee_currency="SOL"))
    assert stored(database, main)["1"] == (180, 9, 180, 9, "minute")


def test_another_base_currency_is_beside_us_dollars(database):
    (account,) = write_accounts(database.writer, [AccountSetting("euro", "cryptocom", ASKED, 30, "EUR")]).values()
    add_candles(database, account, NOON, EUR="1.25", BTC="50000")
    rows = [
        fill("1", price="100", symbol="SOL/USD", fee="5"),
        fill("2", amount="10", price="1.3", symbol="EUR/USD"),
        fill("3", price="0.002", symbol="SOL/BTC", fee="0.0001"),
        fill("4", price="60", symbol="SOL/EUR", fee="1"),
    ]
    write(database, account, *rows)
    assert stored(database, account) == {
        "1": (80, 4, 100, 5, "minute"),
        "2": (10, 0, 13, 0, "same"),  # ten euros are ten euros, by the fill's own price thirteen dollars
        "3": (80, 4, 100, 5, "minute"),
        "4": (60, 1, 75, Decimal("1.25"), "minute"),
    }


def test_dollars_of_an_account_in_dollars_need_no_price(database, main):
    withdrawn = transfer("withdrawal/1", asset="USD", amount="-50", fee=Decimal(2), fee_currency="USD")
    write(database, main, fill("1", fee="1"), withdrawn)
    assert stored(database, main) == {"1": (100, 1, 100, 1, "same")}
    assert stored(database, main, "transfer") == {"withdrawal/1": (-50, 2, -50, 2, "same")}


def test_a_dollar_coin_without_a_price_is_assumed_until_candles_bring_one(database, main):
    write(database, main, fill("1", symbol="SOL/USDT"))
    assert stored(database, main)["1"] == (100, 0, 100, 0, "assumed")
    add_candles(database, main, NOON, USDT="0.5")
    assert work_out(database, main) == 1
    assert stored(database, main)["1"] == (50, 0, 50, 0, "minute")
    assert work_out(database, main) == 0


def test_unknown_values_are_tried_again_when_candles_arrive_and_not_before(database, main):
    bought = fill("1", price="0.01", symbol="ETH/BTC", at=later(60))
    write(database, main, bought, transfer("deposit/1"))
    assert stored(database, main)["1"] == (None, 0, None, 0, "unknown")
    assert sums(database, main) == (1, 0, 1, 0, 0)
    assert work_out(database, main) == 0
    with database.reader.connect() as connection:
        before = read_history_progress(connection)[main.id].version
    add_candles(database, main, NOON, BTC="50000")
    assert work_out(database, main) == 2
    assert stored(database, main)["1"] == (500, 0, 500, 0, "near")
    assert stored(database, main, "transfer")["deposit/1"][0] == 50_000
    assert sums(database, main) == (1, 500, 0, 0, 0)
    with database.reader.connect() as connection:
        assert read_history_progress(connection)[main.id].version != before


def test_a_recent_unknown_value_is_tried_again_with_each_run_until_a_refresh_sees_a_price(database, main):
    write(database, main, fill("1", price="0.01", symbol="ETH/BTC"))
    see(database, main, 60, price(last="50000"))
    assert work_out(database, main, later(HOUR)) == 1
    assert stored(database, main)["1"] == (500, 0, 500, 0, "near")


def test_a_completed_fill_is_valued_anew(database, main):
    unclear = fill("1", fee=None, fee_currency=None)
    write(database, main, unclear)
    assert stored(database, main)["1"][1] is None
    write(database, main, replace(unclear, fee=Decimal(3), fee_currency="USD"))
    assert stored(database, main)["1"] == (100, 3, 100, 3, "same")
    assert sums(database, main) == (1, 100, 0, 3, 0)


def test_a_changed_transfer_is_valued_anew(database, main):
    deposited = transfer("deposit/1", asset="USD", amount="5")
    write(database, main, deposited)
    write(database, main, replace(deposited, amount=Decimal(7)))
    assert stored(database, main, "transfer")["deposit/1"][0] == 7


def test_another_base_currency_replaces_all_values(database, main):
    write(database, main, fill("1", fee="1"), transfer("deposit/1", asset="USD", amount="5"))
    add_candles(database, main, NOON, EUR="2")
    work_out(database, replace(main, base_currency="EUR"))
    assert stored(database, main) == {"1": (50, Decimal("0.5"), 100, 1, "minute")}
    assert stored(database, main, "transfer")["deposit/1"][:1] == (Decimal("2.5"),)
    assert sums(database, main) == (1, 50, 0, Decimal("0.5"), 0)


def test_coin_books_count_again_from_a_value_that_changes(database, main):
    write(database, main, fill("1", price="0.01", symbol="ETH/BTC", at=later(60)))
    count_coins(database, main, later(60))
    work_out(database, main)
    assert overtaken_at(database, main) is None
    write(database, main, fill("2", at=later(61)))
    assert overtaken_at(database, main) == later(61)
    count_coins(database, main, later(61))
    add_candles(database, main, NOON, BTC="50000")
    work_out(database, main)
    assert overtaken_at(database, main) == later(60)
    write(database, main, transfer("deposit/1", asset="USD", at=later(-60)), fill("3", at=later(30)))
    assert overtaken_at(database, main) == later(-60)


def test_the_newest_come_first_in_parts_and_an_interrupted_run_goes_on(database, main, monkeypatch):
    monkeypatch.setattr(values, "ROWS_A_PART", 2)
    write_fills(database, main, [fill(str(n), at=NOON + timedelta(days=n % 3, seconds=n)) for n in range(9)])
    single = create_engine(database.writer.url, pool_size=1, max_overflow=0, pool_timeout=0)
    assert Values(main, single).work_out(lambda: False) == 2
    assert set(stored(database, main)) <= {"2", "5", "8"}
    with database.reader.connect() as connection:
        progress = read_value_progress(connection, main.id)
    assert (progress.fills_valued, progress.fills) == (2, 9)
    assert Values(main, single).work_out(lambda: True) == 7
    single.dispose()
    assert sums(database, main) == (9, 900, 0, 0, 0)


def test_prices_of_a_long_outage_and_of_other_venues_do_not_count(database, main):
    see(database, main, 0, price(last="7000"))
    see(database, main, 5 * HOUR, price(last="8000"))
    write(database, main, *(transfer(f"deposit/{n}", at=later(n * 0.75 * HOUR)) for n in range(7)))
    values_by_key = stored(database, main, "transfer")
    assert [values_by_key[f"deposit/{n}"][0] for n in range(7)] == [7000, 7000, None, None, None, None, 8000]
    (elsewhere,) = write_accounts(database.writer, [AccountSetting("other", "okx", ASKED, 30, "USD")]).values()
    write(database, elsewhere, transfer("deposit/1"))
    assert stored(database, elsewhere, "transfer")["deposit/1"][0] is None


def test_fills_of_one_quarter_of_an_hour_share_a_rate_only_while_no_price_changes(database, main):
    """Candles of 7,000 until 13:00 and 9,000 after it, and 8,000 seen at 12:40: the nearest price of each moment."""
    add_candles(database, main, NOON, BTC="7000")
    add_candles(database, main, NOON + timedelta(hours=1), BTC="9000")
    see(database, main, 40 * 60, price(last="8000"))
    expected = {
        0: (7000, "minute", 0),
        1: (7000, "near", 0),
        19 * 60: (7000, "near", 0),
        21 * 60: (8000, "near", 2400),
        40 * 60: (8000, "minute", 2400),
        49 * 60: (8000, "near", 2400),
        51 * 60: (7000, "near", HOUR),
        HOUR: (9000, "minute", HOUR),
        HOUR + 1: (9000, "near", HOUR),
    }
    write(database, main, *(fill(str(n), price="1", symbol="ETH/BTC", at=later(n)) for n in expected))
    with database.reader.connect() as connection:
        rows = connection.execute(text("SELECT key, value, source, rate_at FROM fill_value")).all()
    assert {int(key): (value, source, rate_at) for key, value, source, rate_at in rows} == {
        n: (value, source, later(at)) for n, (value, source, at) in expected.items()
    }


def test_a_late_fill_between_valued_ones_is_valued_alone(database, main, monkeypatch):
    monkeypatch.setattr(values, "ROWS_A_PART", 3)
    assert write(database, main, *(fill(str(n), at=later(2 * n)) for n in range(8))) == 8
    assert write(database, main, fill("late", at=later(5))) == 1
    assert write(database, main, *(fill(f"day{n}", at=NOON + timedelta(days=n)) for n in (1, 3))) == 2
    assert sums(database, main) == (11, 1100, 0, 0, 0)
