"""Sums name the dollar coins that counted as one dollar, until candles bring their price."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text

from db.reads.attribution import read_attribution
from db.reads.daily_income import read_daily_income
from db.reads.fill_filter import FillFilter
from db.reads.fill_totals import FillTotals, read_fill_totals
from db.reads.history_progress import read_history_progress
from db.reads.performance import read_performance
from db.reads.tax import read_tax_years
from db.writes.candles import write_candles
from db.writes.refresh import write_refresh
from domain.candles import Candle
from domain.snapshot import Account
from domain.sources import Source, Success
from domain.worth import total_worth
from refresher.past.books import Books
from refresher.past.values import Values
from tests.db.fill_history import new_accounts, write_fills
from tests.factories import NOON, balance, fill, later, observation, price, transfer, valuation
from tests.pages.past import written
from tests.refresher.past.coin_history import BUY, SELL

HOUR, UTC_ZONE = timedelta(hours=1), ZoneInfo("UTC")


def work_out(database: Any, account: Account) -> None:
    Values(account, database.writer, lambda: NOON + 9 * HOUR).work_out(lambda: True)
    Books(account, database.writer).work_out(lambda: True)


def totals_of(database: Any, account: Account, **filters: Any) -> FillTotals:
    with database.reader.connect() as connection:
        return read_fill_totals(connection, [account], FillFilter(**filters))


def marks(totals: FillTotals) -> tuple[Any, ...]:
    """The assumed coins of buys, sales and fees, and the fills with an assumed profit."""
    amounts = {quote: row.bought + row.sold for quote, row in totals.by_quote.items()}
    worths = (totals.bought_worths, totals.sold_worths)
    named = [total_worth(amounts, worth, "USD").assumed for worth in worths]
    fees = total_worth(totals.fees, totals.fee_worths, "USD").assumed
    return *named, fees, sum(row.realised_assumed for row in totals.by_quote.values())


def trade_in_tether(database: Any, account: Account) -> None:
    rows = (
        fill("1", BUY, "1", "100", symbol="SOL/USDT", at=later(60), fee="1", fee_currency="USDT"),
        fill("2", SELL, "1", "130", symbol="SOL/USDT", at=later(120)),
        fill("3", BUY, "1", "100", symbol="BTC/USD", at=later(180)),
    )
    write_fills(database, account, rows)
    work_out(database, account)


def test_sums_of_fills_name_the_assumed_coin_until_candles_bring_its_price(database):
    (main,) = new_accounts(database)
    trade_in_tether(database, main)
    assert marks(totals_of(database, main)) == (("USDT",), ("USDT",), ("USDT",), 1)
    assert marks(totals_of(database, main, since=later(60), until=later(61))) == (("USDT",), (), ("USDT",), 0)
    write_candles(database.writer, main.venue, [Candle("USDT/USD", "1h", NOON, *[Decimal("0.5")] * 4)])
    work_out(database, main)
    totals = totals_of(database, main)
    assert marks(totals) == ((), (), (), 0)
    assert totals.by_quote["USD"].realised == Decimal("14.5")  # 65 - 50 - a fee of 0.50


def test_a_tax_year_counts_the_rows_with_an_assumed_dollar(database):
    (main,) = new_accounts(database)
    trade_in_tether(database, main)
    with database.reader.connect() as connection:
        for currency in ("USD", "EUR"):
            (year,) = read_tax_years(connection, [main], None, NOON - 24 * HOUR, NOON + 24 * HOUR, currency)
            counted = [reason for reason in year.missing if "dollar coin" in reason]
            # No price of a euro is known, so no value in euros rests on a dollar.
            assert counted == (
                ["2 fills and transfers count a dollar coin as one dollar, because no price of that time is known."]
                if currency == "USD"
                else []
            )


def test_performance_names_the_assumed_coins_of_values_flows_and_lines(database):
    (main,) = new_accounts(database)
    for seconds, held, worth in ((0, "0", "1000"), (7200, "279", "1279")):
        sources = {
            Source.BALANCES: Success((balance("USD", "1000"), balance("USDT", held))),
            Source.PRICES: Success((price("BTC/USD", "100"),)),
        }
        coins = ("USDT",) if seconds else ()
        write_refresh(database.writer, observation(main, later(seconds), sources, valuation(worth, assumed=coins)))
    written(database.writer, main, [transfer("deposit/1", asset="USDT", amount="250", at=later(30))], later(7200))
    write_fills(database, main, [
        fill("1", BUY, "1", "100", symbol="SOL/USDT", at=later(60), fee="1", fee_currency="USDT"),
        fill("2", SELL, "1", "130", symbol="SOL/USDT", at=later(120)),
    ])  # fmt: skip
    work_out(database, main)
    with database.reader.connect() as connection:
        explained = read_attribution(connection, [main], (NOON, later(7200)), "USD").attribution
        progress = read_history_progress(connection)
        result = read_performance(connection, [main], NOON, later(7200), UTC_ZONE, "USD", progress)
        income = read_daily_income(connection, [main], NOON, later(7200), UTC_ZONE, "USD")
    assert explained is not None
    assert (explained.assumed, explained.change, explained.rest) == (3, 279, 0)
    assert result.span.assumed == ("USDT",)
    assert [(row.kind, row.amount, row.assumed) for row in income] == [("trade fees", -1, 1)]


def test_stored_sums_follow_when_a_value_is_no_longer_assumed(database):
    (main,) = new_accounts(database)
    write_fills(database, main, [fill("1", symbol="SOL/USDT"), fill("2", symbol="SOL/USDT"), fill("3")])
    values = Values(main, database.writer, lambda: NOON + 9 * HOUR)
    sql = """
        SELECT (SELECT sum(assumed) FROM fill_day WHERE account_id = :id),
               (SELECT sum(assumed) FROM fill_month WHERE account_id = :id)
    """
    for counted in ((2, 2), (0, 0)):
        values.work_out(lambda: True)
        with database.reader.connect() as connection:
            assert tuple(connection.execute(text(sql), {"id": main.id}).one()) == counted
        write_candles(database.writer, main.venue, [Candle("USDT/USD", "1h", NOON, *[Decimal("0.5")] * 4)])
