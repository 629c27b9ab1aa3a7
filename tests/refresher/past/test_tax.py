"""A tax year from writing to reading: every case through Postgres, with the values of each moment."""

from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import text

from db.reads.fill_filter import FillFilter
from db.reads.fill_totals import read_fill_totals
from db.reads.tax import read_first_event, read_tax_years
from db.writes.accounts import AccountSetting, write_accounts
from domain.coin_lots import LotMethod
from domain.cost_method import CostMethod
from domain.tax import NO_COST, bounds_of
from domain.tax_rows import AccountYear
from domain.transfers import TransferKind
from refresher.past import coin_books
from tests.db.fill_history import new_accounts
from tests.factories import ASKED, NOON, fill, later, transfer
from tests.refresher.past.coin_history import BUY, FIFO, SELL, USD_ONLY, by_key, rates, withdrawal, work_out, write

YEAR = NOON - timedelta(days=180), NOON + timedelta(days=180)
DAY = 86_400


def year_of(database, account, method=None, span=YEAR, currency=None) -> AccountYear:
    with database.reader.connect() as connection:
        (found,) = read_tax_years(connection, [account], method, span[0], span[1], currency)
    return found


def gains(found: AccountYear) -> list[tuple[str, str, Decimal | None]]:
    return [(disposal.coin, disposal.role.value, disposal.gain) for disposal in found.year.disposals]


def test_paying_fees_and_income_are_those_of_the_books(database):
    """1 ETH (cost 500) sold for 1,000 with a fee of 1 BNB: worth 300, cost 200. Interest of 0.1 BTC is worth 50."""
    (main,) = new_accounts(database, cost_method=FIFO)
    work_out(
        database, main, rates(BNB=[(0, "300")], BTC=[(0, "500")]),
        fill("1", BUY, "1", "200", symbol="BNB/USD"), fill("2", BUY, "1", "500", symbol="ETH/USD", at=later(10)),
        fill("3", SELL, "1", "1000", symbol="ETH/USD", at=later(20), fee="1", fee_currency="BNB"),
        transfer("interest/1", kind=TransferKind.INTEREST, amount="0.1", at=later(30)),
    )  # fmt: skip
    found = year_of(database, main)
    assert gains(found) == [("ETH", "traded", 200), ("BNB", "fee", 100)]
    assert [(r.asset, r.quantity, r.value) for r in found.year.receipts] == [("BTC", Decimal("0.1"), 50)]
    (lot,) = found.year.open_lots["BTC"]
    assert (lot.quantity, lot.cost, lot.acquired_at) == (Decimal("0.1"), 50, later(30))
    assert (found.currency, found.year.method, len(found.year.unknown)) == ("USD", LotMethod.FIFO, 0)


def test_each_method_counts_the_whole_history_again(database):
    """Bought at 100, 300 and 200, one sold at 300."""
    (main,) = new_accounts(database)
    bought = [fill(str(n), BUY, "1", price, at=later(n)) for n, price in enumerate(("100", "300", "200"))]
    work_out(database, main, USD_ONLY, *bought, fill("9", SELL, "1", "300", at=later(9)))
    by_method = {method: year_of(database, main, method).year.gain for method in LotMethod}
    assert by_method == {
        LotMethod.AVERAGE: 100, LotMethod.FIFO: 200, LotMethod.LIFO: 100, LotMethod.HIFO: 0
    }  # fmt: skip
    assert year_of(database, main).year.method is LotMethod.AVERAGE


def test_a_matched_deposit_brings_cost_and_date(database):
    """5 pieces of cost 500 are moved and sold for 600 elsewhere a day later."""
    first, second = new_accounts(database, 2, cost_method=FIFO)
    coin = "PIECE"
    work_out(
        database, first, USD_ONLY, fill("1", BUY, "5", "100", symbol=f"{coin}/USD"),
        withdrawal(amount="-5", asset=coin, at=later(10)),
    )  # fmt: skip
    work_out(
        database, second, USD_ONLY, transfer(amount="5", asset=coin, at=later(20)),
        fill("2", SELL, "5", "120", symbol=f"{coin}/USD", at=later(DAY)),
    )  # fmt: skip
    (sold,) = year_of(database, second).year.disposals
    assert (sold.cost, sold.proceeds, sold.gain) == (500, 600, 100)
    assert (sold.acquired_at, sold.held) == (NOON, timedelta(days=1))
    assert year_of(database, first).year.disposals == []


def test_lots_that_moved_keep_the_cost_and_date_of_the_method_asked_for(database):
    """1 for 100, 1 for 300. One is withdrawn and sold elsewhere for 400, a second later the other one here for 410.

    The books are by average cost: gains of 200 and 210.
    """
    first, second = new_accounts(database, 2)
    coin = "PIECE"
    work_out(
        database, first, USD_ONLY, fill("1", BUY, "1", "100", symbol=f"{coin}/USD"),
        fill("2", BUY, "1", "300", symbol=f"{coin}/USD", at=later(1)),
        withdrawal(amount="-1", asset=coin, at=later(10)),
        fill("3", SELL, "1", "410", symbol=f"{coin}/USD", at=later(31)),
    )  # fmt: skip
    work_out(
        database, second, USD_ONLY, transfer(amount="1", asset=coin, at=later(20)),
        fill("2", SELL, "1", "400", symbol=f"{coin}/USD", at=later(30)),
    )  # fmt: skip
    gains_by_method = {}
    for method in (None, LotMethod.FIFO, LotMethod.LIFO, LotMethod.HIFO):
        with database.reader.connect() as connection:
            both = read_tax_years(connection, [second, first], method, *YEAR)
        gains_by_method[method] = [found.year.gain for found in both]
        assert [found.account for found in both] == [second.name, first.name]
        assert year_of(database, second, method).year == both[0].year  # also without the other account
    assert gains_by_method == {
        None: [200, 210], LotMethod.FIFO: [300, 110], LotMethod.LIFO: [100, 310], LotMethod.HIFO: [100, 310]
    }  # fmt: skip
    (sold,) = year_of(database, second, LotMethod.LIFO).year.disposals
    assert (sold.acquired_at, sold.cost) == (later(1), 300)


def test_what_is_unknown_says_why(database):
    (main,) = new_accounts(database, cost_method=FIFO)
    work_out(database, main, USD_ONLY, transfer(amount="1"), fill("1", SELL, "1", "120", at=later(1)))
    (sold,) = year_of(database, main).year.disposals
    assert (sold.proceeds, sold.cost, sold.gain, sold.remark) == (120, None, None, NO_COST)


def test_an_inverse_contract_gains_once_and_pays_in_its_coin(database):
    """Deribit's example: a gain of 0.238095 BTC at 700 is 166.67 USD. The coins come in at that cost, and are no
    income beside it."""
    (main,) = new_accounts(database, cost_method=FIFO)
    symbol, size = "BTC/USD:BTC", {"contracts": Decimal(1000), "contract_size": Decimal(1), "fee_currency": "BTC"}
    work_out(
        database, main, rates(BTC=[(0, "600"), (9, "700")]),
        fill("1", BUY, str(Decimal(1000) / Decimal(600)), "600", symbol=symbol, **size),
        fill("2", SELL, str(Decimal(1000) / Decimal(700)), "700", symbol=symbol, at=later(9), **size),
    )  # fmt: skip
    found = year_of(database, main)
    (gained,) = found.year.disposals
    assert (gained.coin, gained.role.value, round(gained.gain or 0, 2)) == (symbol, "contract", Decimal("166.67"))
    assert found.year.receipts == []
    assert [round(lot.cost or 0, 2) for lot in found.year.open_lots["BTC"]] == [Decimal("166.67")]


def test_funding_and_transfer_fees_are_listed_as_paid(database):
    (main,) = new_accounts(database, cost_method=FIFO)
    work_out(
        database, main, rates(BTC=[(0, "500")]),
        transfer("funding/1", kind=TransferKind.FUNDING, asset="USD", amount="-3"),
        withdrawal(amount="-1", at=later(1), fee="0.1", fee_currency="BTC"),
    )  # fmt: skip
    found = year_of(database, main)
    assert [(r.kind, r.asset, r.value) for r in found.year.receipts] == [
        (TransferKind.FUNDING, "USD", -3),
        (TransferKind.FEE, "BTC", -50),
    ]
    assert found.year.income == -53


def test_a_year_is_the_same_from_a_checkpoint_as_from_the_first_event(database, monkeypatch):
    monkeypatch.setattr(coin_books, "ROWS_A_PART", 2)
    (main,) = new_accounts(database, cost_method=FIFO)
    rows = [fill(str(n), (BUY, SELL)[n % 3 == 2], "1", str(100 + 7 * n), at=later(n * DAY)) for n in range(12)]
    work_out(database, main, USD_ONLY, *rows)
    span = later(6 * DAY), later(100 * DAY)
    own, again = year_of(database, main, span=span), year_of(database, main, LotMethod.FIFO, span=span)
    assert own == again
    with database.owner.begin() as connection:
        connection.exec_driver_sql("DELETE FROM coin_checkpoint")
    assert year_of(database, main, span=span) == own
    assert len(own.year.disposals) == 2


def test_the_sums_of_fills_are_the_gains_of_the_year_to_the_last_digit(database):
    """Purchases and sales over two years, paid with coins, with fees in a third coin, and contracts in both."""
    zone = ZoneInfo("Europe/Zurich")
    worth = rates(BTC=[(0, "1000"), (9 * DAY, "1700")], BNB=[(0, "300"), (12 * DAY, "250")])
    for method in CostMethod:
        (main,) = new_accounts(database, 1, cost_method=method)
        rows = [
            fill("a", BUY, "3", "1000", at=later(0)), fill("b", BUY, "2", "300", symbol="BNB/USD", at=later(1)),
            fill("c", BUY, "7", "0.1", symbol="ETH/BTC", at=later(9 * DAY), fee="0.3", fee_currency="BNB"),
            fill("d", SELL, "3", "210", symbol="ETH/USD", at=later(10 * DAY), fee="1.7", fee_currency="USD"),
            fill("e", BUY, "1", "1500", symbol="BTC/USD:USD", at=later(11 * DAY)),
            fill("f", SELL, "1", "1777", symbol="BTC/USD:USD", at=later(12 * DAY), fee="0.1", fee_currency="BNB"),
            fill("g", SELL, "2.3", "1700", at=later(13 * DAY)), fill("h", SELL, "4", "99", symbol="ETH/USD",
                                                                     at=later(14 * DAY)),
        ]  # fmt: skip
        work_out(database, main, worth, *rows)
        for span in (bounds_of(NOON.year, zone), (later(9.5 * DAY), later(12.5 * DAY))):
            found = year_of(database, main, span=span)
            with database.reader.connect() as connection:
                totals = read_fill_totals(connection, [main], FillFilter(since=span[0], until=span[1]))
            assert found.year.gain_of_fills == totals.by_quote["USD"].realised != 0


def test_us_dollars_are_those_of_each_moment(database):
    """An account in euros: bought for 100 EUR at 1.10, sold for 100 EUR at 1.30: 0 EUR and 20 USD."""
    main = write_accounts(
        database.writer, [AccountSetting("in euros", "kraken", ASKED, 30, "EUR", cost_method=FIFO)]
    )["in euros"]  # fmt: skip
    work_out(
        database, main, rates(EUR=[(0, "1")]),
        fill("1", BUY, "1", "100", symbol="BTC/EUR"), fill("2", SELL, "1", "100", symbol="BTC/EUR", at=later(9)),
    )  # fmt: skip
    with database.owner.begin() as connection:
        connection.execute(
            text("UPDATE fill_value SET fee_usd = 0, value_usd = value * CASE key WHEN '1' THEN 1.1 ELSE 1.3 END")
        )
    assert year_of(database, main).year.gain == 0
    in_dollars = year_of(database, main, currency="USD")
    assert (in_dollars.currency, in_dollars.year.gain) == ("USD", 20)


def test_events_that_are_not_counted_yet_are_missing(database):
    (main,) = new_accounts(database, cost_method=FIFO)
    write(database, main, fill("1"))
    assert year_of(database, main).missing == ["Not worked out yet."]
    work_out(database, main, USD_ONLY)
    write(database, main, fill("2", at=later(60)))
    (reason,) = [reason for reason in year_of(database, main).missing if "worked out" in reason]
    assert reason == f"Events after {NOON.isoformat()} are not worked out yet."


def test_the_first_event_is_the_earlier_of_fills_and_transfers(database):
    (main,) = new_accounts(database)
    with database.reader.connect() as connection:
        assert read_first_event(connection, [main]) is None
    write(database, main, fill("1", at=later(5)), transfer(at=later(2)))
    with database.reader.connect() as connection:
        assert read_first_event(connection, [main]) == later(2)


def test_one_unknown_fee_among_several_lots_leaves_the_other_gains_in_both_fills_and_tax_year(database):
    """1 for 100, 1 for 100 with an unknown fee, 1 for 100: all three are sold for 450. Two gains of 50 are known."""
    (main,) = new_accounts(database, cost_method=FIFO)
    bought = [fill(str(n), BUY, "1", "100", at=later(n), fee=fee) for n, fee in enumerate(("0", None, "0"))]
    work_out(database, main, USD_ONLY, *bought, fill("9", SELL, "3", "150", at=later(9)))
    year = year_of(database, main).year
    assert [disposal.gain for disposal in year.disposals] == [50, None, 50]
    row = by_key(database, main)["9"]
    assert (row.realised, row.realised_before_fees, row.unexplained) == (100, 150, 1)
    with database.reader.connect() as connection:
        totals = read_fill_totals(connection, [main], FillFilter())
    realised = totals.by_quote["USD"]
    assert realised.realised == year.gain_of_fills == 100
    assert realised.realised_unknown == 1


def test_an_unknown_fee_of_the_sale_makes_all_its_gains_unknown_in_both(database):
    (main,) = new_accounts(database, cost_method=FIFO)
    bought = [fill(str(n), BUY, "1", "100", at=later(n)) for n in range(2)]
    work_out(database, main, USD_ONLY, *bought, fill("9", SELL, "2", "150", at=later(9), fee=None))
    year = year_of(database, main).year
    assert [disposal.gain for disposal in year.disposals] == [None, None]
    row = by_key(database, main)["9"]
    assert (row.realised, row.realised_before_fees, year.gain_of_fills) == (None, 100, 0)
