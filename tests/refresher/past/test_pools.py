"""A coin with several quotes: its pool over all markets, shown beside its books."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import create_engine, text

from db.reads.costs import read_explained, read_explained_by_book
from db.reads.fill_filter import FillFilter
from db.reads.fill_totals import read_fill_totals
from db.reads.fills import read_fills
from db.reads.history_progress import read_history_progress
from db.writes.accounts import AccountSetting, write_accounts
from db.writes.candles import write_candles
from domain.candles import Candle
from domain.cost_basis import BookHolding
from domain.cost_method import CostMethod
from domain.fills import Fill
from domain.markets import Side
from domain.snapshot import Account
from refresher.past import fill_parts
from refresher.past.books import Books
from refresher.past.pools import Pools
from tests.db.fill_history import new_accounts, write_fills
from tests.factories import ASKED, NOON, fill, later
from tests.postgres import Database


@pytest.fixture
def main(database: Database) -> Account:
    (account,) = new_accounts(database)
    candle = Candle("USDT/USD", "1h", NOON - timedelta(minutes=1), *[Decimal("0.8")] * 4)
    write_candles(database.writer, account.venue, [candle])
    return account


BOUGHT = fill("1", Side.BUY, "10", "20", symbol="LINK/USD")
SOLD = fill("2", Side.SELL, "4", "30", symbol="LINK/USDT", at=later(60))


def work_out(database: Database, account: Account, *fills: Fill) -> None:
    write_fills(database, account, fills)
    Books(account, database.writer).work_out(lambda: True)


def realised(database: Database, account: Account) -> dict[str, tuple[Decimal | None, Decimal | None, Decimal | None]]:
    """By fill: what it realised over all markets, by its market alone, and how much it sold of unknown cost."""
    with database.reader.connect() as connection:
        rows = read_fills(connection, [account], FillFilter(), 100)
    return {row.fill.key: (row.realised, row.realised_by_market, row.unexplained) for row in rows}


def test_a_coin_bought_for_dollars_and_sold_for_tether_has_a_pooled_profit(database, main):
    """Neither book knows it: one only bought, and of the other nobody knows a cost."""
    work_out(database, main, BOUGHT, SOLD)
    assert realised(database, main) == {"1": (0, 0, 0), "2": (20, None, 0)}  # 96 USD less 80 are 20 USDT
    with database.reader.connect() as connection:
        assert read_explained(connection, main.id, NOON)["LINK"] == (
            BookHolding("LINK", "USD", Decimal(10), Decimal(200)),
        )
        assert read_explained(connection, main.id, later(60))["LINK"][0].cost == 120
        books = read_explained_by_book(connection, main.id, later(60))["LINK"]
        assert [(book.symbol, book.quantity, book.cost) for book in books] == [
            ("LINK/USD", 10, 200),
            ("LINK/USDT", 0, 0),
        ]
        totals = read_fill_totals(connection, [main], FillFilter()).by_quote
    assert (totals["USDT"].realised, totals["USDT"].realised_unknown) == (20, 0)
    assert (totals["USDT"].realised_by_market, totals["USDT"].realised_by_market_unknown) == (0, 1)


def test_days_and_months_add_up_what_was_realised_over_all_markets(database, main):
    work_out(database, main, BOUGHT, SOLD)
    for since, until in ((None, None), (NOON, later(61)), (NOON - timedelta(days=1), NOON + timedelta(days=40))):
        with database.reader.connect() as connection:
            by_quote = read_fill_totals(connection, [main], FillFilter(since=since, until=until)).by_quote
        assert (by_quote["USDT"].realised, by_quote["USD"].realised_unknown) == (20, 0)


def test_a_coin_with_one_quote_has_no_pool_and_uses_its_book(database, main):
    work_out(database, main, BOUGHT, fill("2", Side.SELL, "4", "30", symbol="LINK/USD", at=later(60)))
    assert realised(database, main) == {"1": (0, 0, 0), "2": (40, 40, 0)}
    with database.owner.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM fill_pool")).scalar() == 0


def test_a_second_quote_that_comes_later_opens_the_pool_from_its_start(database, main):
    work_out(database, main, BOUGHT)
    work_out(database, main, SOLD)
    assert realised(database, main)["2"] == (20, None, 0)


def test_contracts_of_a_coin_are_no_part_of_its_pool(database, main):
    short = fill("3", Side.SELL, "2", "30", symbol="LINK/USDT:USDT", at=later(70))
    work_out(database, main, BOUGHT, short)
    assert realised(database, main)["3"][0] == 0
    with database.reader.connect() as connection:
        assert [book.symbol for book in read_explained(connection, main.id, later(99))["LINK"]] == ["LINK/USD"]


def test_an_earlier_fill_causes_the_pool_to_be_computed_again(database, main):
    with database.reader.connect() as connection:
        before = read_history_progress(connection)
    work_out(database, main, BOUGHT, SOLD)
    with database.reader.connect() as connection:
        assert read_history_progress(connection) != before
    earlier = fill("0", Side.BUY, "10", "50", symbol="LINK/USDT", at=later(-30))
    work_out(database, main, earlier)
    # 10 for 400 USD and 10 for 200 USD: 4 of them cost 120 USD, which are 150 USDT.
    assert realised(database, main)["2"][0] == 120 - 150
    work_out(database, main)
    assert realised(database, main)["2"][0] == -30


def test_another_cost_method_causes_the_pool_to_be_computed_again(database, main):
    work_out(database, main, BOUGHT, fill("3", Side.BUY, "10", "40", symbol="LINK/USD", at=later(30)), SOLD)
    assert realised(database, main)["2"][0] == 120 - 4 * 30 / Decimal("0.8")
    setting = AccountSetting(main.name, main.exchange, ASKED, 30, "USD", cost_method=CostMethod.FIFO)
    changed = write_accounts(database.writer, [setting])[main.name]
    work_out(database, changed)
    assert realised(database, changed)["2"][0] == 120 - 4 * 20 / Decimal("0.8")


def test_one_connection_works_out_a_long_pool_in_parts_to_the_same_end(database, main, monkeypatch):
    monkeypatch.setattr(fill_parts, "FILLS_A_PART", 2)
    quotes = ("USD", "USDT")
    results = [
        fill(
            str(n), Side.SELL if n % 3 == 2 else Side.BUY, "2", str(20 + n), symbol=f"LINK/{quotes[n % 2]}", at=later(n)
        )
        for n in range(9)
    ]
    write_fills(database, main, results)
    single = create_engine(database.writer.url, pool_size=1, max_overflow=0, pool_timeout=0)
    Books(main, single).work_out(lambda: True)
    single.dispose()
    in_parts = realised(database, main)
    monkeypatch.setattr(fill_parts, "FILLS_A_PART", 5000)
    with database.owner.begin() as connection:
        connection.execute(text("UPDATE pool_state SET is_overtaken = true"))
    Books(main, database.writer).work_out(lambda: True)
    assert realised(database, main) == in_parts
    assert all(value is not None for value, _, _ in in_parts.values())


# No BTC price exists for the time of this fill.
ELSEWHERE = fill("3", Side.BUY, "5", "0.0002", symbol="LINK/BTC", at=later(61))
SOLD_THERE = fill("4", Side.SELL, "5", "0.0003", symbol="LINK/BTC", at=later(70))


def test_a_market_with_an_unpriced_fill_uses_its_book_and_no_pool(database, main):
    """The results of its own book stay, although the pool cannot include them."""
    work_out(database, main, BOUGHT, SOLD, ELSEWHERE, SOLD_THERE)
    assert realised(database, main) == {
        "1": (0, 0, 0), "2": (20, None, 0), "3": (0, 0, 0), "4": (Decimal("0.0005"), Decimal("0.0005"), 0),
    }  # fmt: skip
    with database.reader.connect() as connection:
        assert read_explained(connection, main.id, later(61))["LINK"] == (
            BookHolding("LINK", "USD", Decimal(6), Decimal(120)),
            BookHolding("LINK/BTC", "BTC", Decimal(5), Decimal("0.0010")),
        )
        totals = read_fill_totals(connection, [main], FillFilter()).by_quote
    assert [(totals[q].realised, totals[q].realised_unknown) for q in ("BTC", "USDT")] == [
        (Decimal("0.0005"), 0),
        (20, 0),
    ]


def test_a_market_leaves_the_pool_when_a_later_fill_cannot_be_valued_and_the_parts_end_the_same(
    database, main, monkeypatch
):
    candle = Candle("BTC/USD", "1h", NOON, *[Decimal(100_000)] * 4)
    write_candles(database.writer, main.venue, [candle])
    hours = replace(SOLD_THERE, at=NOON + timedelta(hours=30))
    work_out(database, main, BOUGHT, ELSEWHERE)
    assert in_pool(database) == ["1", "3"]
    for limit in (1, 5000):
        monkeypatch.setattr(fill_parts, "FILLS_A_PART", limit)
        with database.owner.begin() as connection:
            connection.execute(text("UPDATE pool_state SET is_overtaken = true"))
        work_out(database, main, hours)
        assert in_pool(database) == ["1"]
        assert realised(database, main)["4"] == (Decimal("0.0005"), Decimal("0.0005"), 0)
    assert Pools(main, database.writer).work_out(lambda: True) == 0


def test_later_prices_value_fills_that_were_unpriced(database, main):
    """Candles are backfilled after the fills: pools and fees in third currencies are worked out again."""
    paid = fill("5", Side.BUY, "1", "10", symbol="SOL/USD", fee="2", fee_currency="CRO", at=later(62))
    work_out(database, main, BOUGHT, ELSEWHERE, paid)
    assert (in_pool(database), fee_value(database, "5")) == (["1"], None)
    with database.reader.connect() as connection:
        before = read_history_progress(connection)
    worth = {"BTC/USD": "100000", "CRO/USD": "0.25"}
    candles = [Candle(symbol, "1h", NOON, *[Decimal(price)] * 4) for symbol, price in worth.items()]
    write_candles(database.writer, main.venue, candles)
    work_out(database, main)
    assert (in_pool(database), fee_value(database, "5")) == (["1", "3"], Decimal("0.5"))
    with database.reader.connect() as connection:
        assert read_explained(connection, main.id, later(61))["LINK"] == (
            BookHolding("LINK", "USD", Decimal(15), Decimal(300)),
        )
        assert read_history_progress(connection) != before
    assert Books(main, database.writer).work_out(lambda: True) == 0  # nothing is due any more


def test_a_dollar_coin_that_counted_as_one_dollar_is_valued_once_its_price_is_known(database, main):
    long_ago = NOON - timedelta(days=300)
    work_out(database, main, *(replace(traded, at=traded.at - timedelta(days=300)) for traded in (BOUGHT, SOLD)))
    assert realised(database, main)["2"][0] == 40
    write_candles(database.writer, main.venue, [Candle("USDT/USD", "1h", long_ago, *[Decimal("0.5")] * 4)])
    work_out(database, main)
    assert realised(database, main)["2"][0] == (60 - 80) / Decimal("0.5")


def test_coins_sold_in_one_market_are_not_sold_again_in_another(database, main):
    """Ten were bought and ten of them sold for dollars: ten more came from nobody knows where."""
    bought = fill("1", Side.BUY, "10", "10", symbol="LINK/USDT")
    sold = fill("2", Side.SELL, "10", "15", symbol="LINK/USD", at=later(60))
    again = fill("3", Side.SELL, "10", "20", symbol="LINK/USDT", at=later(90))
    work_out(database, main, bought, sold, again)
    assert realised(database, main) == {"1": (0, 0, 0), "2": (70, None, 0), "3": (None, 100, 10)}
    for until in (None, later(91)):
        with database.reader.connect() as connection:
            totals = read_fill_totals(connection, [main], FillFilter(until=until)).by_quote
        assert (totals["USDT"].realised, totals["USDT"].realised_unknown) == (0, 1)


def in_pool(database: Database) -> list[str]:
    with database.reader.connect() as connection:
        return list(connection.execute(text("SELECT key FROM fill_pool ORDER BY key")).scalars())


def fee_value(database: Database, key: str) -> Decimal | None:
    with database.reader.connect() as connection:
        return connection.execute(text("SELECT fee_value FROM fill_profit WHERE key = :key"), {"key": key}).scalar()


def test_a_dollar_coin_without_a_price_is_assumed_to_be_one_dollar(database):
    (account,) = new_accounts(database)
    long_ago = NOON - timedelta(days=300)
    bought = fill("1", Side.BUY, "10", "20", symbol="LINK/USD", at=long_ago)
    sold = fill("2", Side.SELL, "4", "30", symbol="LINK/USDT", at=long_ago + timedelta(hours=1))
    work_out(database, account, bought, sold)
    with database.reader.connect() as connection:
        newest = read_fills(connection, [account], FillFilter(), 1)[0]
    assert (newest.realised, newest.pooled is not None and newest.pooled.is_assumed) == (40, True)
