"""Sums of past amounts at the values of their own moments: in the base currency, in dollars, and by the day's rate."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from db.reads.fill_filter import FillFilter
from db.reads.fill_totals import FillTotals, read_fill_totals
from db.reads.transfer_filter import TransferFilter
from db.reads.transfer_totals import read_transfer_totals
from db.writes.candles import write_candles
from db.writes.transfers import write_transfer_page
from domain.candles import Candle
from domain.income import EARNED, income_of
from domain.markets import Side
from domain.snapshot import Account
from domain.sources import Source
from domain.transfers import TransferKind
from domain.worth import Worth, total_worth
from refresher.past.books import Books
from refresher.past.values import Values
from tests.db.fill_history import ALL_TIME, new_accounts, write_fills
from tests.factories import NOON, fill, transfer
from tests.postgres import Database

DAY = timedelta(days=1)
MIDNIGHT = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
def main(database: Database) -> Account:
    """BNB is worth 300, then 600 dollars. The euro is worth 1.25, then 2 dollars."""
    (account,) = new_accounts(database)
    for day, prices in ((0, {"BNB": "300", "EUR": "1.25"}), (1, {"BNB": "600", "EUR": "2"})):
        rows = [
            Candle(f"{coin}/USD", "1h", MIDNIGHT + day * DAY + timedelta(hours=n), *[Decimal(last)] * 4)
            for coin, last in prices.items()
            for n in range(24)
        ]
        write_candles(database.writer, account.venue, rows)
    return account


def totals(database: Database, account: Account, currency: str, **filters: Any) -> FillTotals:
    with database.reader.connect() as connection:
        return read_fill_totals(connection, [account], FillFilter(**filters), currency)


def paid(database: Database, account: Account) -> None:
    """A fee of 1 BNB on each of two days, and one that cannot be valued."""
    rows = [
        fill("1", amount="2", fee="1", fee_currency="BNB"),
        fill("2", Side.SELL, amount="3", fee="1", fee_currency="BNB", at=NOON + DAY),
        fill("3", fee="5", fee_currency="XYZ", at=NOON + DAY),
        fill("4", fee=None, fee_currency=None),
    ]
    write_fills(database, account, rows)
    Values(account, database.writer).work_out(lambda: True)


def test_fees_in_a_coin_are_worth_what_they_were_worth_beside_one_of_unknown_worth(database, main):
    paid(database, main)
    total = totals(database, main, "USD")
    assert total.fee_worths == {"BNB": Worth(Decimal(900), 2), "XYZ": Worth(unknown=1)}
    assert (total.bought_worths, total.sold_worths) == (
        {"USD": Worth(Decimal(400), 3)},
        {"USD": Worth(Decimal(300), 1)},
    )
    money = total_worth(total.fees, total.fee_worths, "USD")
    assert (money.total, money.unconverted, money.is_by_day) == (900, ("XYZ",), False)


@pytest.mark.parametrize(
    "times",
    [{}, {"since": MIDNIGHT}, {"since": NOON, "until": NOON + DAY + DAY}, {"since": MIDNIGHT - 40 * DAY}],
    ids=["all", "days", "cut days", "months"],
)
def test_in_another_currency_each_day_has_its_own_rate(database, main, times):
    """300 dollars are 240 euros, and 600 dollars are 300 euros a day later."""
    paid(database, main)
    worth = totals(database, main, "EUR", **times).fee_worths["BNB"]
    assert (worth.amount, worth.known, worth.is_by_day) == (540, 2, True)


@pytest.mark.parametrize(
    "times", [{}, {"since": MIDNIGHT}, {"since": MIDNIGHT - 40 * DAY}], ids=["all", "days", "months"]
)
def test_realised_profit_in_another_currency_has_the_rate_of_its_day(database, main, times):
    """A gain of 100 dollars is 80 euros, and one of 50 dollars 25 euros a day later, whatever the euro costs now."""
    rows = [
        fill("1", amount="2", price="100"),
        fill("2", Side.SELL, amount="1", price="200", at=NOON + timedelta(hours=1)),
        fill("3", Side.SELL, amount="1", price="150", at=NOON + DAY),
    ]
    write_fills(database, main, rows)
    Values(main, database.writer).work_out(lambda: True)
    Books(main, database.writer).work_out(lambda: True)
    later_prices = [Candle("EUR/USD", "1h", MIDNIGHT + 9 * DAY, *[Decimal(5)] * 4)]
    write_candles(database.writer, main.venue, later_prices)
    for currency, amount in (("USD", 150), ("EUR", 105)):
        total = totals(database, main, currency, **times)
        worth = total.realised_worths["USD"]
        assert (total.by_quote["USD"].realised, worth.amount, worth.is_by_day) == (150, amount, currency == "EUR")


def test_realised_profit_of_a_day_without_a_rate_is_named(database, main):
    before = NOON - 30 * DAY
    write_fills(database, main, [fill("1", price="100", at=before), fill("2", Side.SELL, price="200", at=before)])
    Values(main, database.writer).work_out(lambda: True)
    Books(main, database.writer).work_out(lambda: True)
    total = totals(database, main, "EUR")
    money = total_worth({"USD": total.by_quote["USD"].realised}, total.realised_worths, "EUR")
    assert (money.total, money.unconverted) == (None, ("USD",))


def test_a_day_without_a_rate_makes_its_amounts_unknown(database, main):
    paid(database, main)
    write_fills(database, main, [fill("9", fee="7", at=NOON - 30 * DAY)])
    Values(main, database.writer).work_out(lambda: True)
    worth = totals(database, main, "EUR").fee_worths["USD"]
    assert (worth.amount, worth.known, worth.unknown) == (0, 0, 1)


def test_income_keeps_the_worth_of_its_day_in_every_currency(database, main):
    funding = {"kind": TransferKind.FUNDING, "asset": "BNB"}
    rows = [
        transfer("funding/1", amount="1", **funding),
        transfer("funding/2", amount="-0.5", at=NOON + DAY, **funding),
        transfer("interest/1", kind=TransferKind.INTEREST, asset="EUR", amount="10", at=NOON + DAY, fee=Decimal("0.01"),
                 fee_currency="BNB"),
        transfer("withdrawal/1", kind=TransferKind.WITHDRAWAL, asset="USD", amount="-50", fee=Decimal(1),
                 fee_currency="BNB"),
        transfer("rebate/1", kind=TransferKind.REBATE, asset="XYZ", amount="1"),
    ]  # fmt: skip
    write_transfer_page(database.writer, main.id, Source.TRANSFERS, rows, ALL_TIME, NOON)
    Values(main, database.writer).work_out(lambda: True)
    expected = {"USD": (300 - 300 + 20 - 6 - 300, False), "EUR": (240 - 150 + 10 - 3 - 240, True)}
    for currency, (amount, is_by_day) in expected.items():
        with database.reader.connect() as connection:
            income = income_of(read_transfer_totals(connection, [main], TransferFilter(), currency))
        money = income.total(currency, *EARNED)
        assert (money.total, money.unconverted, money.is_by_day) == (amount, ("XYZ",), is_by_day)


def test_an_amount_in_the_currency_itself_needs_no_stored_value(database, main):
    rows = [transfer("deposit/1", asset="EUR", amount="7"), transfer("deposit/2", asset="USD", amount="9")]
    write_transfer_page(database.writer, main.id, Source.TRANSFERS, rows, ALL_TIME, NOON)
    with database.reader.connect() as connection:
        worths = {
            group.asset: group.worth for group in read_transfer_totals(connection, [main], TransferFilter(), "EUR")
        }
    assert worths["EUR"] == Worth(Decimal(7), 1)
    assert (worths["USD"].known, worths["USD"].unknown) == (0, 1)
