"""Coin books from writing to reading: every case through Postgres, with the values of each moment."""

from dataclasses import replace
from decimal import Decimal

import pytest

from db.reads.costs import read_explained
from db.reads.fill_filter import FillFilter
from db.reads.fill_totals import read_fill_totals
from db.writes.accounts import AccountSetting, write_accounts
from domain.transfers import TransferKind, TransferStatus
from tests.db.fill_history import new_accounts
from tests.factories import ASKED, fill, later, transfer
from tests.refresher.past.coin_history import (
    BTC_DOUBLES,
    BUY,
    FIFO,
    SELL,
    USD_ONLY,
    by_key,
    cost,
    rates,
    realised,
    withdrawal,
    work_out,
    work_out_again,
)


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
    main = replace(new_accounts(database)[0], exchange="okx")
    symbol = "BTC/USD:USD"
    closing = fill("1", SELL, "1", "60000", symbol=symbol, closes=True, realised_pnl=Decimal(5000))
    opening = fill("2", BUY, "1", "50000", symbol=symbol, at=later(1), closes=False, realised_pnl=Decimal(0))
    work_out(database, main, USD_ONLY, closing, opening)
    assert realised(database, main) == {"1": 5000, "2": 0}


def test_money_for_money_gains_nothing(database):
    (main,) = new_accounts(database)
    work_out(database, main, rates(EUR=[(0, "1.1")]), fill("1", BUY, "10", "1.1", symbol="EUR/USD"))
    assert realised(database, main) == {"1": 0}
