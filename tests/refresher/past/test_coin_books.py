"""Coin books from writing to reading: every case through Postgres, with the values of each moment."""

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal

import pytest
from sqlalchemy import text

from db.reads.coin_books import read_coin_books_state
from db.reads.coin_events import read_coin_rows
from db.reads.costs import read_explained
from db.reads.fill_filter import FillFilter
from db.reads.fill_totals import read_fill_totals
from db.reads.fills import FillRow, read_fills
from db.writes.accounts import AccountSetting, write_accounts
from db.writes.transfers import write_transfer_page
from domain.cost_method import CostMethod
from domain.fills import Fill
from domain.markets import Side
from domain.snapshot import Account
from domain.sources import Source
from domain.transfers import Transfer, TransferKind, TransferStatus
from refresher.past import coin_books
from refresher.past.books import Books
from tests.db.fill_history import ALL_TIME, new_accounts, write_fills
from tests.db.stored_values import RateAt, store, store_values
from tests.factories import ASKED, NOON, fill, later, transfer
from tests.postgres import Database

FIFO = CostMethod.FIFO
BUY, SELL = Side.BUY, Side.SELL


def rates(**steps: Sequence[tuple[float, str]]) -> RateAt:
    """Rates in dollars by currency: each from so many seconds after noon on."""

    def rate_at(currency: str | None, at: datetime) -> Decimal | None:
        if currency == "USD":
            return Decimal(1)
        prices = [price for since, price in steps.get(currency or "", ()) if later(since) <= at]
        return Decimal(prices[-1]) if prices else None

    return rate_at


def write(database: Database, account: Account, *rows: Fill | Transfer) -> None:
    write_fills(database, account, [row for row in rows if isinstance(row, Fill)])
    transfers = [row for row in rows if isinstance(row, Transfer)]
    write_transfer_page(database.writer, account.id, Source.TRANSFERS, transfers, ALL_TIME, NOON)


def work_out(database: Database, account: Account, rate_at: RateAt, *rows: Fill | Transfer) -> None:
    write(database, account, *rows)
    store_values(database.writer, account, rate_at)
    Books(account, database.writer).work_out(lambda: True)


def by_key(database: Database, account: Account) -> dict[str, FillRow]:
    with database.reader.connect() as connection:
        return {row.fill.key: row for row in read_fills(connection, [account], FillFilter(), 1000)}


def realised(database: Database, account: Account) -> dict[str, Decimal | None]:
    return {key: row.realised for key, row in by_key(database, account).items()}


def cost(database: Database, account: Account, coin: str, at: datetime | None = None) -> tuple[Decimal, Decimal | None]:
    with database.reader.connect() as connection:
        (book,) = read_explained(connection, account.id, at or later(10**6))[coin]
    assert book.quote == account.base_currency
    return book.quantity, book.cost


def withdrawal(key: str = "withdrawal/1", amount: str = "-1", **values: object) -> Transfer:
    return transfer(key, kind=TransferKind.WITHDRAWAL, amount=amount, **values)


USD_ONLY = rates()
BTC_DOUBLES = rates(BTC=[(0, "1000"), (20, "2000"), (30, "4000")])


def test_paying_with_a_coin_realises_its_gain_at_the_price_of_the_moment(database):
    """10 ETH for 1 BTC (worth 1,000), sold for 0.5 BTC (worth 2,000 each): +1,000 with BTC at 4,000 now."""
    (main,) = new_accounts(database)
    work_out(
        database, main, rates(BTC=[(0, "1000"), (20, "4000")]),
        fill("1", BUY, "1", "1000", symbol="BTC/USD"),
        fill("2", BUY, "10", "0.1", symbol="ETH/BTC", at=later(10)),
        fill("3", SELL, "10", "0.05", symbol="ETH/BTC", at=later(20)),
    )  # fmt: skip
    assert realised(database, main) == {"1": 0, "2": 0, "3": 1000}
    assert cost(database, main, "BTC") == (Decimal("0.5"), 2000)


def test_a_coin_exchanged_for_another_gains_what_that_was_worth(database):
    """The Australian Tax Office: 20 A of 150 each for 100 B worth 6,000 gain 3,000."""
    (main,) = new_accounts(database)
    work_out(
        database, main, rates(A=[(0, "300")]),
        fill("1", BUY, "20", "150", symbol="A/USD"), fill("2", BUY, "100", "0.2", symbol="B/A", at=later(9)),
    )  # fmt: skip
    assert realised(database, main)["2"] == 3000
    assert cost(database, main, "B") == (100, 6000)
    assert not by_key(database, main)["2"].only_opens


def test_a_later_price_of_what_was_received_changes_nothing(database):
    """10 ETH for 1,000 USD, sold for 0.6 BTC (1,200 USD): 200, although BTC doubles later."""
    (main,) = new_accounts(database)
    bought = fill("1", BUY, "10", "100", symbol="ETH/USD")
    sold = fill("2", SELL, "10", "0.06", symbol="ETH/BTC", at=later(20))
    work_out(database, main, BTC_DOUBLES, bought, sold)
    assert (realised(database, main)["2"], cost(database, main, "BTC")) == (200, (Decimal("0.6"), 1200))


def test_a_crumb_bought_in_another_currency_changes_no_past_gain(database):
    """LINK for 1,000 USDT, sold for 1,000 EUR worth 1,100: +100, also after 1e-8 LINK were bought for USD."""
    (main,) = new_accounts(database)
    worth = rates(USDT=[(0, "1")], EUR=[(0, "1.1")])
    bought = fill("1", BUY, "100", "10", symbol="LINK/USDT")
    work_out(database, main, worth, bought, fill("2", SELL, "100", "10", symbol="LINK/EUR", at=later(9)))
    assert realised(database, main) == {"1": 0, "2": 100}
    work_out(database, main, worth, fill("3", BUY, "0.00000001", "12", symbol="LINK/USD", at=later(20)))
    assert realised(database, main) == {"1": 0, "2": 100, "3": 0}


def test_a_withdrawal_takes_the_oldest_lot(database):
    """FIFO: 1 at 1,000 and 1 at 3,000, then 1 is withdrawn. The one left cost 3,000."""
    (main,) = new_accounts(database, cost_method=FIFO)
    work_out(
        database, main, USD_ONLY,
        fill("1", price="1000"), fill("2", price="3000", at=later(1)), withdrawal(at=later(2)),
    )  # fmt: skip
    assert cost(database, main, "BTC") == (1, 3000)


@pytest.mark.parametrize("status", [TransferStatus.PENDING, TransferStatus.FAILED])
def test_a_withdrawal_that_has_not_happened_moves_nothing_until_it_does(database, status):
    (main,) = new_accounts(database)
    work_out(database, main, USD_ONLY, fill("1"), withdrawal(at=later(1), status=status), fill("2", SELL, at=later(2)))
    assert realised(database, main)["2"] == 0
    work_out(database, main, USD_ONLY, withdrawal(at=later(1)))
    assert (realised(database, main)["2"], by_key(database, main)["2"].unexplained) == (None, 1)


def test_coins_moved_to_ones_other_account_keep_cost_and_date(database):
    """5 pieces of cost 500 are moved and sold for 600 there: +100."""
    first, second = new_accounts(database, 2, cost_method=FIFO)
    coin = "PIECE"
    sent = withdrawal(amount="-5", asset=coin, at=later(10))
    got = transfer(amount="5", asset=coin, at=later(20))
    sold = fill("2", SELL, "5", "120", symbol=f"{coin}/USD", at=later(30))
    work_out(database, second, USD_ONLY, got, sold)
    assert realised(database, second) == {"2": None}
    work_out(database, first, USD_ONLY, fill("1", BUY, "5", "100", symbol=f"{coin}/USD"), sent)
    work_out(database, second, USD_ONLY)
    assert realised(database, second) == {"2": 100}
    assert cost(database, second, coin, later(25)) == (5, 500)


def test_a_purchase_that_arrives_late_changes_the_cost_in_the_other_account(database):
    first, second = new_accounts(database, 2, cost_method=FIFO)
    coin = "LATE"
    work_out(
        database, first, USD_ONLY,
        fill("1", BUY, "5", "100", symbol=f"{coin}/USD"), withdrawal(amount="-5", asset=coin, at=later(10)),
    )  # fmt: skip
    work_out(database, second, USD_ONLY, transfer(amount="5", asset=coin, at=later(20)))
    assert cost(database, second, coin) == (5, 500)
    work_out(database, first, USD_ONLY, fill("0", BUY, "5", "80", symbol=f"{coin}/USD", at=later(-10)))
    work_out(database, second, USD_ONLY)
    assert cost(database, second, coin) == (5, 400)
    count = work_out_again(database, second)
    assert count == 0


def work_out_again(database: Database, account: Account) -> int:
    return coin_books.CoinBooks(account, database.writer).work_out(lambda: True)


def test_a_matched_deposit_in_another_base_currency_takes_its_cost_at_the_rate_of_the_deposit(database):
    first, _ = new_accounts(database, 2)
    second = write_accounts(database.writer, [AccountSetting("in euros", "kraken", ASKED, 30, "EUR")])["in euros"]
    coin = "MOVED"
    work_out(
        database, first, USD_ONLY,
        fill("1", BUY, "5", "100", symbol=f"{coin}/USD"), withdrawal(amount="-5", asset=coin, at=later(10)),
    )  # fmt: skip
    work_out(database, second, lambda *_: None, transfer(amount="5", asset=coin, at=later(20)))
    assert cost(database, second, coin) == (0, 0)  # no rate of that moment: held at an unknown cost


def test_a_crumb_more_sold_than_bought_is_a_complete_sale(database):
    (main,) = new_accounts(database)
    sold = fill("2", SELL, "1.0000000000000001", "120", at=later(1))
    work_out(database, main, USD_ONLY, fill("1"), sold)
    row = by_key(database, main)["2"]
    assert (row.realised, row.unexplained, row.coin and row.coin.held_after) == (Decimal("20.000000000000012"), 0, 0)


def test_fills_of_one_millisecond_follow_their_numbers(database):
    (main,) = new_accounts(database)
    work_out(database, main, USD_ONLY, fill("1000", SELL, price="110"), fill("999", BUY))
    assert realised(database, main) == {"999": 0, "1000": 10}


def test_a_fee_in_a_coin_counts_at_its_price_then_and_disposes_of_it(database):
    """A fee of 1 BNB at 300, with BNB at 600 now: the sale has 300 less, and the BNB of cost 200 gained 100."""
    (main,) = new_accounts(database)
    sold = fill("3", SELL, "1", "1000", symbol="ETH/USD", at=later(20), fee="1", fee_currency="BNB")
    work_out(
        database, main, rates(BNB=[(0, "300"), (30, "600")]),
        fill("1", BUY, "1", "200", symbol="BNB/USD"), fill("2", BUY, "1", "500", symbol="ETH/USD", at=later(10)), sold,
    )  # fmt: skip
    assert realised(database, main)["3"] == 1000 - 500 - 300 + 100
    assert cost(database, main, "BNB") == (0, 0)


def test_a_sale_of_unknown_cost_is_unknown_although_what_came_in_is_known(database):
    (main,) = new_accounts(database)
    work_out(database, main, BTC_DOUBLES, fill("1", SELL, "1", "0.5", symbol="ETH/BTC"))
    row = by_key(database, main)["1"]
    assert (row.realised, row.unexplained, row.coin and row.coin.unknown) == (None, 1, ("ETH",))
    with database.reader.connect() as connection:
        totals = read_fill_totals(connection, [main], FillFilter()).by_quote["USD"]
    assert (totals.realised, totals.realised_unknown) == (0, 1)


def test_a_fee_of_unknown_cost_leaves_the_known_part_of_a_gain(database):
    (main,) = new_accounts(database)
    sold = fill("2", SELL, "1", "150", at=later(1), fee="1", fee_currency="BNB")
    work_out(database, main, rates(BNB=[(0, "5")]), fill("1"), sold)
    row = by_key(database, main)["2"]
    assert (row.realised, row.coin and row.coin.unknown) == (45, ("BNB",))


def test_interest_comes_in_at_its_value(database):
    (main,) = new_accounts(database)
    earned = transfer("interest/1", kind=TransferKind.INTEREST, amount="0.1")
    sold = fill("1", SELL, "0.1", "900", at=later(1))
    work_out(database, main, rates(BTC=[(0, "500")]), earned, sold)
    assert realised(database, main) == {"1": 40}


def test_an_inverse_contract_gains_in_its_coin_at_the_price_of_the_moment(database):
    """Deribit's example: a gain of 0.238095 BTC at 700 is 166.67 USD, whatever BTC is worth later."""
    (main,) = new_accounts(database)
    symbol, size = "BTC/USD:BTC", {"contracts": Decimal(1000), "contract_size": Decimal(1), "fee_currency": "BTC"}
    opened = fill("1", BUY, str(Decimal(1000) / Decimal(600)), "600", symbol=symbol, **size)
    closed = fill("2", SELL, str(Decimal(1000) / Decimal(700)), "700", symbol=symbol, at=later(9), **size)
    work_out(database, main, rates(BTC=[(0, "600"), (9, "700"), (20, "100000")]), opened, closed)
    gained = realised(database, main)["2"]
    assert gained is not None
    assert round(gained, 2) == Decimal("166.67")
    quantity, worth = cost(database, main, "BTC")
    assert (round(quantity, 6), worth) == (Decimal("0.238095"), gained)


def test_a_contract_in_the_base_currency_gains_as_its_market_says(database):
    (main,) = new_accounts(database)
    symbol = "BTC/USD:USD"
    work_out(
        database, main, USD_ONLY, fill("1", symbol=symbol), fill("2", SELL, "1", "130", symbol=symbol, at=later(1))
    )
    assert realised(database, main) == {"1": 0, "2": 30}
    with database.reader.connect() as connection:
        assert read_explained(connection, main.id, later(99)) == {}


def test_closing_before_the_first_known_fill_opens_nothing(database):
    """Sell 1 at 60,000 closes (+5,000 by the exchange), buy 1 at 50,000 opens: 5,000, then 0."""
    (main,) = new_accounts(database)
    symbol = "BTC/USD:USD"
    closing = fill("1", SELL, "1", "60000", symbol=symbol, closes=True, realised_pnl=Decimal(5000))
    opening = fill("2", BUY, "1", "50000", symbol=symbol, at=later(1), closes=False, realised_pnl=Decimal(0))
    work_out(database, main, USD_ONLY, closing, opening)
    assert realised(database, main) == {"1": 5000, "2": 0}


def test_money_for_money_gains_nothing(database):
    (main,) = new_accounts(database)
    work_out(database, main, rates(EUR=[(0, "1.1")]), fill("1", BUY, "10", "1.1", symbol="EUR/USD"))
    assert realised(database, main) == {"1": 0}


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
