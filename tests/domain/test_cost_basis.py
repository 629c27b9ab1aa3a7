"""Cost basis: the cost of holdings as far as fills explain it, and the computed and stated profit of positions."""

from decimal import Decimal

import pytest

from domain.cost_basis import BookHolding, CostBasis, cost_basis_of, unrealised_of
from domain.positions import PositionSide
from domain.prices import Rates
from tests.factories import position, price

RATES = Rates([price("BTC/USD", "100"), price("USDT/USD", "0.5"), price("EUR/USD", "2")])


def book(quantity: str, cost: str | None, symbol: str = "BTC/USD") -> BookHolding:
    return BookHolding(symbol, symbol.split("/")[1], Decimal(quantity), None if cost is None else Decimal(cost))


def basis(quantity: str, *books: BookHolding, currency: str = "USD", asset: str = "BTC") -> CostBasis:
    return cost_basis_of(asset, Decimal(quantity), books, RATES, currency)


def test_the_explained_part_has_an_average_cost_and_a_profit():
    result = basis("2", book("2", "150"))
    assert (result.explained, result.unexplained, result.cost, result.average_cost) == (2, 0, 150, 75)
    assert (result.unrealised, result.is_contradicted) == (50, False)


def test_coins_beyond_the_fills_have_an_unknown_cost_and_no_profit():
    result = basis("5", book("2", "150"))
    assert (result.explained, result.unexplained, result.average_cost, result.unrealised) == (2, 3, 75, 50)


def test_coins_without_any_fill_have_an_unknown_cost_and_not_a_cost_of_zero():
    result = basis("5")
    assert (result.unexplained, result.cost, result.average_cost, result.unrealised) == (5, None, None, None)
    assert not result.is_contradicted


def test_books_in_different_dollars_are_netted_apart_and_come_together_through_rates():
    result = basis("2", book("1", "80"), book("1", "90", "BTC/USDT"))
    assert (result.cost, result.average_cost, result.unrealised) == (125, Decimal("62.5"), 75)
    assert basis("2", book("2", "90", "BTC/USDT"), currency="EUR").cost == Decimal("22.5")


@pytest.mark.parametrize(
    "unknown", [book("1", None), book("1", "5", "BTC/XYZ"), BookHolding("BTCX", None, Decimal(1), Decimal(1))]
)
def test_one_book_of_unknown_cost_makes_the_cost_unknown(unknown):
    result = basis("2", book("1", "80"), unknown)
    assert (result.explained, result.cost, result.average_cost, result.unrealised) == (2, None, None, None)


def test_an_unpriced_coin_keeps_its_cost_and_has_an_unknown_profit():
    result = basis("1", book("1", "80", "NOPE/USD"), asset="NOPE")
    assert (result.cost, result.unrealised) == (80, None)


def test_fills_never_explain_more_than_the_wallet_holds():
    result = basis("1", book("4", "200"))
    assert (result.explained, result.unexplained, result.cost, result.average_cost) == (1, 0, 50, 50)
    assert (result.unrealised, result.excess, result.is_contradicted) == (50, 3, True)


@pytest.mark.parametrize(("wallet", "held"), [("1", "-2"), ("-1", "2")])
def test_a_short_that_the_wallet_does_not_have_is_a_contradiction_and_no_position(wallet, held):
    result = basis(wallet, book(held, "100"))
    assert (result.explained, result.unexplained, result.excess) == (0, Decimal(wallet), Decimal(held))
    assert (result.cost, result.unrealised) == (None, None)


def test_an_empty_wallet_costs_and_gains_nothing_whatever_fills_say():
    result = basis("0", book("2", "100"))
    assert (result.cost, result.unrealised, result.average_cost, result.excess) == (0, 0, None, 2)
    assert (basis("0").unrealised, basis("0").is_contradicted) == (0, False)


def test_books_that_cancel_out_have_fixed_a_profit_that_is_not_called_zero():
    result = basis("0", book("1", "80"), book("-1", "-90", "BTC/USDT"))
    assert (result.cost, result.unrealised, result.is_contradicted) == (None, None, False)


def test_a_borrowed_coin_that_was_sold_gains_when_its_price_falls():
    result = basis("-2", book("-2", "-230"))
    assert (result.explained, result.average_cost, result.unrealised) == (-2, 115, 30)


def test_long_and_short_books_together_have_a_profit_but_no_average_cost():
    result = basis("1", book("2", "150"), book("-1", "-220", "BTC/USDT"))
    assert (result.average_cost, result.cost, result.unrealised) == (None, 40, 60)


@pytest.mark.parametrize(("side", "gained"), [(PositionSide.LONG, 5), (PositionSide.SHORT, -5)])
def test_the_profit_of_a_position_from_its_entry_price_stands_beside_the_stated_one(side, gained):
    held = position(side=side, entry_price=Decimal(90), mark_price=Decimal(100), unrealised_pnl=Decimal(4))
    result = unrealised_of(held, Decimal(1))
    assert (result.computed, result.stated, result.difference, result.currency) == (gained, 4, 4 - gained, "USD")


@pytest.mark.parametrize("cost", ["45", "-45"])
def test_without_an_entry_price_the_cost_tells_it_and_without_a_mark_the_price(cost):
    result = unrealised_of(position(cost=Decimal(cost)), Decimal(100))
    assert (result.computed, result.stated, result.difference) == (-5, None, None)


def test_the_profit_without_an_entry_price_or_a_mark_is_unknown():
    assert unrealised_of(position(), Decimal(100)).computed is None
    assert unrealised_of(position(entry_price=Decimal(90))).computed is None
    assert unrealised_of(position(entry_price=Decimal(0)), Decimal(100)).computed is None


@pytest.mark.parametrize("side", PositionSide)
def test_an_inverse_position_gains_in_its_coin_and_is_converted_at_the_mark(side):
    """1,000 dollars of contracts, entered at 40,000 and marked at 50,000: 1,000 x (1/40,000 - 1/50,000)."""
    values = {"entry_price": Decimal(40_000), "side": side}
    sign = 1 if side is PositionSide.LONG else -1
    marked = position("BTC/USD:BTC", "0.02", mark_price=Decimal(50_000), unrealised_pnl=Decimal(240) * sign, **values)
    gain = unrealised_of(marked)
    assert (gain.in_coin, gain.computed, gain.difference) == (Decimal("0.005") * sign, 250 * sign, -10 * sign)
    unmarked = position("BTC/USD:BTC", "0.025", **values)  # its amount is that at the entry price
    assert unrealised_of(unmarked, Decimal(50_000)).in_coin == Decimal("0.005") * sign
    assert unrealised_of(unmarked).in_coin is None


def test_the_profit_of_an_inverse_contract_without_an_entry_price_is_unknown():
    gain = unrealised_of(position("BTC/USD:BTC", "0.02", mark_price=Decimal(50_000), unrealised_pnl=Decimal(1)))
    assert (gain.in_coin, gain.computed, gain.stated) == (None, None, 1)


@pytest.mark.parametrize("side", PositionSide)
def test_an_option_settled_in_its_coin_gains_the_difference_of_its_prices_in_that_coin(side):
    """(mark price - average open price) x total positions, which are signed (OKX, Calculation of option's profit)."""
    sign = 1 if side is PositionSide.LONG else -1
    values = {"entry_price": Decimal("0.04"), "mark_price": Decimal("0.05"), "unrealised_pnl": Decimal("0.02") * sign}
    gain = unrealised_of(position("BTC/USD:BTC-261225-50000-C", "2", side=side, **values))
    assert (gain.computed, gain.stated, gain.currency, gain.in_coin) == (gain.stated, gain.stated, "BTC", None)
