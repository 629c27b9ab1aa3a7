"""The tax year in a currency that values are not stored in: each amount at the rate of its own moment, else unknown."""

from datetime import timedelta
from decimal import Decimal
from itertools import product
from typing import Any

from db.reads.coin_events import read_coin_rows
from db.reads.filer_values import revalued
from db.reads.tax import read_tax_years
from db.writes.candles import write_candles
from domain.candles import Candle
from domain.coin_lots import LotMethod
from domain.snapshot import Account
from domain.tax import NO_COST, NO_PROCEEDS, NO_VALUE
from domain.tax_rows import AccountYear
from domain.transfers import TransferKind
from refresher.past.books import Books
from refresher.past.values import Values
from tests.db.fill_history import new_accounts
from tests.factories import NOON, fill, later, transfer
from tests.refresher.past.coin_history import BUY, FIFO, SELL, withdrawal, write

DAY = 86_400
SPAN = NOON - timedelta(days=180), NOON + timedelta(days=180)


def rate(database: Any, account: Account, symbol: str, value: str, at: float = 0) -> None:
    """A candle of the minute of an event."""
    moment = later(at).replace(second=0, microsecond=0)
    write_candles(database.writer, account.venue, [Candle(symbol, "1m", moment, *[Decimal(value)] * 4)])


def counted(database: Any, account: Account, *rows: Any) -> None:
    write(database, account, *rows)
    Values(account, database.writer).work_out(lambda: True)
    Books(account, database.writer).work_out(lambda: True)


def year_in(database: Any, account: Account, currency: str | None, method: LotMethod | None = None) -> AccountYear:
    with database.reader.connect() as connection:
        (found,) = read_tax_years(connection, [account], method, *SPAN, currency)
    return found


def test_each_amount_has_the_rate_of_its_own_moment(database: Any) -> None:
    """HMRC CG78310 and CG25391: each entry is converted at the rate of its own date. A gain that is computed in dollars
    and then converted is not accepted. 1 BTC for 1,000 USD at 1.25, sold for 1,200 USD at 1.60: 750 - 800 pounds.
    """
    (main,) = new_accounts(database, cost_method=FIFO)
    rate(database, main, "GBP/USD", "1.25")
    rate(database, main, "GBP/USD", "1.60", DAY)
    counted(database, main, fill("1", BUY, "1", "1000"), fill("2", SELL, "1", "1200", at=later(DAY)))
    assert year_in(database, main, None).year.gain == 200
    in_pounds = year_in(database, main, "GBP")
    (sold,) = in_pounds.year.disposals
    assert (sold.cost, sold.proceeds, sold.gain, in_pounds.currency) == (800, 750, -50, "GBP")
    assert in_pounds.year.method is LotMethod.FIFO


def test_a_market_of_the_currency_itself_needs_no_rate(database: Any) -> None:
    """Bought for 100 EUR, sold for 130 EUR, whatever the euro was worth in dollars. A fee in euros is what it is."""
    (main,) = new_accounts(database, cost_method=FIFO)
    for at, value in ((0, "1.10"), (DAY, "1.30")):
        rate(database, main, "EUR/USD", value, at)
    bought = fill("1", BUY, "1", "100", symbol="BTC/EUR", fee="1", fee_currency="EUR")
    counted(database, main, bought, fill("2", SELL, "1", "130", symbol="BTC/EUR", at=later(DAY)))
    (sold,) = year_in(database, main, "EUR").year.disposals
    assert (sold.cost, sold.proceeds, sold.gain) == (101, 130, 29)
    assert year_in(database, main, None).year.gain == Decimal("130") * Decimal("1.30") - 101 * Decimal("1.10")


def test_without_a_rate_of_then_an_amount_is_unknown_and_never_converted_at_another_rate(database: Any) -> None:
    """The franc has a rate at the purchase only, then one long after the sale."""
    (main,) = new_accounts(database, cost_method=FIFO)
    rate(database, main, "USD/CHF", "0.90")
    rate(database, main, "USD/CHF", "0.80", 9 * DAY)
    interest = transfer("interest/1", kind=TransferKind.INTEREST, asset="USD", amount="10", at=later(DAY))
    counted(database, main, fill("1", BUY, "2", "100"), fill("2", SELL, "1", "150", at=later(DAY)), interest)
    found = year_in(database, main, "CHF").year
    (sold,) = found.disposals
    assert (sold.cost, sold.proceeds, sold.gain, sold.remark) == (90, None, None, NO_PROCEEDS)
    (receipt,) = found.receipts
    assert (receipt.value, receipt.remark) == (None, NO_VALUE)
    assert (found.gain, found.income, len(found.unknown)) == (0, 0, 1)
    (lot,) = found.open_lots["BTC"]
    assert lot.cost == 90


def test_no_rate_at_all_makes_all_unknown(database: Any) -> None:
    (main,) = new_accounts(database, cost_method=FIFO)
    counted(database, main, fill("1", BUY, "1", "100"), fill("2", SELL, "1", "150", at=later(DAY)))
    (sold,) = year_in(database, main, "JPY").year.disposals
    assert sold.remark == f"{NO_COST}; {NO_PROCEEDS}"


def test_fees_of_each_kind_and_contracts(database: Any) -> None:
    """A fee in the coin is worth the price of the fill, one in a third coin has a rate of its own. A contract's gain is
    converted at the rate of its fill."""
    (main,) = new_accounts(database, cost_method=FIFO)
    rate(database, main, "EUR/USD", "2")
    rate(database, main, "BNB/USD", "300")
    symbol, size = "BTC/USD:USD", {"contracts": Decimal(1), "contract_size": Decimal(1)}
    counted(
        database, main, fill("1", BUY, "1", "300", symbol="BNB/USD"),
        fill("2", BUY, "1", "100", at=later(5), fee="0.1", fee_currency="BTC"),
        fill("3", BUY, "1", "100", symbol="ETH/USD", at=later(6), fee="0.5", fee_currency="BNB"),
        fill("4", BUY, "1", "100", symbol=symbol, at=later(7), **size),
        fill("5", SELL, "1", "140", symbol=symbol, at=later(8), **size),
    )  # fmt: skip
    year = year_in(database, main, "EUR").year
    assert [(row.coin, row.role.value, row.gain) for row in year.disposals] == [
        ("BNB", "fee", 0), (symbol, "contract", 20)
    ]  # fmt: skip
    lots = {coin: [(lot.quantity, lot.cost_with_fees) for lot in lots] for coin, lots in year.open_lots.items()}
    half = Decimal("0.5")
    assert lots == {"BTC": [(Decimal("0.9"), 50)], "ETH": [(1, 125)], "BNB": [(half, 75)]}


def test_coins_from_an_own_account_keep_their_cost_in_the_currency_of_the_filer(database: Any) -> None:
    """1 BTC bought for 100 USD at 2.00 is 50 EUR. It moves at 1.00, and is sold for 100 EUR worth of dollars."""
    first, second = new_accounts(database, 2, cost_method=FIFO)
    for at, value in ((0, "2"), (DAY, "1"), (2 * DAY, "1")):
        rate(database, first, "EUR/USD", value, at)
    out = withdrawal("out", amount="-1", at=later(DAY), tx_id="abc")
    counted(database, first, fill("1", BUY, "1", "100"), out)
    back = transfer("in", amount="1", at=later(DAY + 9), tx_id="abc", account=second.name)
    counted(database, second, back, fill("2", SELL, "1", "100", at=later(2 * DAY), account=second.name))
    (sold,) = year_in(database, second, "EUR").year.disposals
    assert (sold.cost, sold.proceeds, sold.acquired_at) == (50, 100, NOON)


def test_values_computed_from_prices_are_those_that_were_stored(database: Any) -> None:
    """The same rules in SQL, when values are stored, and here: fills of all kinds, with every kind of fee."""
    (main,) = new_accounts(database, cost_method=FIFO)
    for symbol, value in (("EUR/USD", "1.25"), ("BNB/USD", "300"), ("BTC/USD", "100"), ("USDT/USD", "1")):
        rate(database, main, symbol, value)
    fees = [("BNB", "0.01"), ("EUR", "2"), ("BTC", "0.003"), ("USD", "-0.5"), ("NONE", "1"), ("USD", None)]
    size = {"contracts": Decimal(1), "contract_size": Decimal(1)}
    markets = [("BTC/EUR", {}), ("USD/EUR", {}), ("BTC/USDT", {}), ("BTC/USD:BTC", size), ("BTC/USDT:USDT", size)]
    rows: list[Any] = [
        fill(f"{number}", BUY, "3", "80", symbol=symbol, fee=fee, fee_currency=paid_in, at=later(number), **values)
        for number, ((symbol, values), (paid_in, fee)) in enumerate(product(markets, fees))
    ]
    paid = transfer("out", kind=TransferKind.WITHDRAWAL, amount="-1", fee=Decimal("0.1"), fee_currency="BNB")
    counted(database, main, *rows, paid, transfer("in", asset="NONE", amount="3"))
    with database.reader.connect() as connection:
        stored, _ = read_coin_rows(connection, main, None, 100)
        computed = revalued(connection, main.venue, stored, "USD")
    assert len(stored) == 32
    assert [row.values for row in computed] == [row.values for row in stored]
