"""Texts of sums over several currencies: missing amounts, and assumed dollars."""

from decimal import Decimal

from domain.prices import Rates
from pages.shared.amounts import amount_of, left_out_names
from pages.shared.view import View
from tests.factories import price


def test_a_sum_says_so_if_it_counts_a_dollar_coin_as_one_dollar():
    amounts: dict[str | None, Decimal] = {"USDT": Decimal(10), "USD": Decimal(5)}
    figure = amount_of("Bought", amounts, Rates([]), View())
    assert (figure.value, figure.note, figure.assumed, figure.warns) == ("$15.00", "", "assumed: 1 USDT = 1 USD", False)
    assert figure.why.endswith("at the prices of the moment shown, assumed: 1 USDT = 1 USD")
    figure = amount_of("Bought", amounts, Rates([price("USDT/USD", "0.5")]), View())
    assert (figure.value, figure.assumed, "assumed" in figure.why) == ("$10.00", "", False)


def test_a_dollar_coin_with_a_zero_balance_assumes_nothing():
    assert amount_of("Bought", {"USDT": Decimal(0)}, Rates([]), View()).assumed == ""


def test_another_currency_without_a_price_is_named_and_not_assumed():
    figure = amount_of("Bought", {"EUR": Decimal(10), "USD": Decimal(5)}, Rates([]), View())
    assert (figure.value, figure.note, figure.warns) == ("$5.00", "without EUR", True)


def test_the_size_of_a_position_that_is_left_out_is_masked_where_amounts_are_hidden():
    names = ("two: DEAD/USDT:USDT short 12.5 DEAD",)
    assert left_out_names(names, View()) == ["two: DEAD/USDT:USDT short 12.5 DEAD"]
    assert left_out_names(names, View(hide_amounts=True)) == ["two: DEAD/USDT:USDT short •••• DEAD"]
