"""Texts of sums over several currencies: missing amounts, and assumed dollars."""

from decimal import Decimal

from domain.worth import Worth, total_worth
from pages.shared.amounts import Figure, left_out_names, past_amount_of
from pages.shared.view import View


def figure_of(**worths: Worth) -> Figure:
    by_currency: dict[str | None, Worth] = {name: worth for name, worth in worths.items()}  # noqa: C416
    amounts = {name: worth.amount or Decimal(worth.unknown) for name, worth in by_currency.items()}
    return past_amount_of("Bought", total_worth(amounts, by_currency, "USD"), View())


def test_a_sum_says_so_if_it_counts_a_dollar_coin_as_one_dollar():
    figure = figure_of(USDT=Worth(Decimal(10), 1, is_assumed=True), USD=Worth(Decimal(5), 1))
    assert (figure.value, figure.note, figure.assumed, figure.warns) == ("$15.00", "", "assumed: 1 USDT = 1 USD", False)
    assert figure.why.endswith("each at its own time, assumed: 1 USDT = 1 USD")
    figure = figure_of(USDT=Worth(Decimal(10), 1))
    assert (figure.value, figure.assumed, "assumed" in figure.why) == ("$10.00", "", False)


def test_an_amount_without_a_price_is_named_and_not_assumed():
    figure = figure_of(EUR=Worth(unknown=1), USD=Worth(Decimal(5), 1))
    assert (figure.value, figure.note, figure.warns) == ("$5.00", "without EUR", True)


def test_the_size_of_a_position_that_is_left_out_is_masked_where_amounts_are_hidden():
    names = ("two: DEAD/USDT:USDT short 12.5 DEAD",)
    assert left_out_names(names, View()) == ["two: DEAD/USDT:USDT short 12.5 DEAD"]
    assert left_out_names(names, View(hide_amounts=True)) == ["two: DEAD/USDT:USDT short •••• DEAD"]
