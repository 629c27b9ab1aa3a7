"""Profit of each fill of a book: fees, rebates, shorts and unknown costs."""

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from domain.cost_method import CostMethod
from domain.fills import Fill
from domain.markets import MarketType, Side
from domain.profit import Book, OutOfOrder, Result
from tests.domain.books import results_of
from tests.factories import NOON, fill

AVERAGE, FIFO = CostMethod.AVERAGE, CostMethod.FIFO
BOTH = pytest.mark.parametrize("method", list(CostMethod))


def bought(amount: str, price: str, **values) -> Fill:
    return fill(side=Side.BUY, amount=amount, price=price, **values)


def sold(amount: str, price: str, **values) -> Fill:
    return fill(side=Side.SELL, amount=amount, price=price, **values)


def results(*fills: Fill, method: CostMethod = AVERAGE, rates=None, **values) -> tuple[Result, ...]:
    """The results of fills one second apart, with keys 0, 1, 2, …"""
    timed = [replace(f, key=str(i), at=NOON + timedelta(seconds=i)) for i, f in enumerate(fills)]
    return results_of(timed, method, rates or {}, **values)


@pytest.mark.parametrize(("method", "gained"), [(AVERAGE, 150), (FIFO, 200)])
def test_a_sale_gains_over_the_average_or_over_what_was_bought_first(method, gained):
    last = results(bought("1", "100"), bought("1", "200"), sold("1", "300"), method=method)[-1]
    assert (last.realised, last.held_after, last.cost_after) == (gained, 1, 300 - (300 - gained))


@BOTH
def test_a_fill_that_only_opens_realises_zero_and_its_fee_becomes_cost(method):
    (only,) = results(bought("2", "100", fee="3"), method=method)
    assert (only.realised, only.fee_value, only.cost_after) == (0, 3, 203)


@BOTH
def test_fees_of_opening_and_of_closing_are_deducted_once_each(method):
    last = results(bought("1", "100", fee="1"), sold("1", "110", fee="2"), method=method)[-1]
    assert (last.realised, last.realised_before_fees) == (7, 10)


@BOTH
def test_a_rebate_adds_to_the_profit(method):
    last = results(bought("1", "100", fee="-1"), sold("1", "100", fee="-0.5"), method=method)[-1]
    assert (last.realised, last.fee_value) == (Decimal("1.5"), Decimal("-0.5"))


@BOTH
def test_the_fee_of_a_part_closed_is_the_share_of_the_fee_of_opening(method):
    last = results(bought("4", "100", fee="4"), sold("1", "100"), method=method)[-1]
    assert (last.realised, last.cost_after) == (-1, 303)


@BOTH
def test_a_fee_in_the_coin_makes_less_of_it_and_is_not_deducted_again(method):
    first, last = results(bought("1", "100", fee="0.01", fee_currency="BTC"), sold("0.99", "100"), method=method)
    assert (first.held_after, first.cost_after, first.fee_value) == (Decimal("0.99"), 100, 1)
    assert (last.realised, last.realised_before_fees, last.held_after) == (-1, -1, 0)


def test_a_rebate_in_the_coin_makes_more_of_it():
    (first,) = results(bought("1", "100", fee="-0.01", fee_currency="BTC"))
    assert (first.held_after, first.cost_after, first.fee_value) == (Decimal("1.01"), 100, -1)


def test_a_fee_in_the_coin_of_a_sale_leaves_with_it():
    last = results(bought("2", "100"), sold("1", "100", fee="1", fee_currency="BTC"))[-1]
    assert (last.held_after, last.realised, last.sold_unexplained) == (0, -100, 0)


def test_a_contract_pays_its_fee_in_the_coin_from_elsewhere():
    perpetual = {"symbol": "BTC/USD:USD", "fee": "0.01", "fee_currency": "BTC"}
    first, last = results(bought("1", "100", **perpetual), sold("1", "200", **perpetual))
    assert (first.held_after, first.cost_after) == (1, 101)
    assert (last.held_after, last.realised, last.fee_value) == (0, 97, 2)


def test_a_fee_in_a_third_currency_counts_at_the_rate_of_its_fill():
    paid = {"fee": "0.1", "fee_currency": "CRO"}
    last = results(bought("1", "100", **paid), sold("1", "100", **paid), rates={"0": Decimal(5), "1": Decimal(7)})[-1]
    assert (last.realised, last.fee_value) == (Decimal("-1.2"), Decimal("0.7"))


@pytest.mark.parametrize(
    "unknown",
    [{"fee": None}, {"fee": "0.1", "fee_currency": "CRO"}, {"fee": "0.1", "fee_currency": None}],
    ids=["not given", "no rate", "no currency"],
)
@BOTH
def test_a_fee_that_cannot_be_valued_leaves_profit_and_cost_unknown_and_not_zero(unknown, method):
    first, last = results(bought("1", "100", **unknown), sold("1", "110"), method=method)
    assert (first.realised, first.fee_value, first.cost_after) == (0, None, None)
    assert (last.realised, last.realised_before_fees, last.cost_after) == (None, 10, 0)
    first, last = results(bought("1", "100"), sold("1", "110", **unknown), method=method)
    assert (last.realised, last.realised_before_fees, last.is_complete) == (None, 10, False)


def test_no_fee_at_all_needs_no_currency():
    last = results(bought("1", "100", fee_currency=None), sold("1", "110", fee_currency="CRO"))[-1]
    assert (last.realised, last.fee_value) == (10, 0)


@BOTH
def test_selling_unexplained_coins_has_an_unknown_profit_and_opens_no_short(method):
    sale, buy = results(sold("2", "100"), bought("1", "90"), method=method)
    assert (sale.realised, sale.realised_before_fees, sale.sold_unexplained) == (None, None, 2)
    assert (sale.held_after, sale.is_complete) == (0, False)
    assert (buy.realised, buy.held_after, buy.cost_after) == (0, 1, 90)


def test_the_fee_in_the_coin_of_an_unexplained_sale_is_not_counted_as_sold():
    (only,) = results(sold("2", "100", fee="0.1", fee_currency="BTC"))
    assert (only.sold_unexplained, only.held_after, only.fee_value) == (2, 0, 10)


@BOTH
def test_a_partly_explained_sale_has_the_profit_and_the_fee_of_that_part(method):
    last = results(bought("1", "100"), sold("4", "110", fee="4"), method=method)[-1]
    assert (last.realised, last.realised_before_fees, last.sold_unexplained, last.is_complete) == (9, 10, 3, False)
    assert (last.held_after, last.cost_after) == (0, 0)


@BOTH
def test_a_short_costs_what_it_brought_in_and_gains_when_bought_back_lower(method):
    perpetual = {"symbol": "BTC/USD:USD", "fee": "1"}
    first, last = results(sold("1", "100", **perpetual), bought("1", "80", **perpetual), method=method)
    assert (first.realised, first.held_after, first.cost_after) == (0, -1, -99)
    assert (last.realised, last.held_after, last.cost_after) == (18, 0, 0)


@BOTH
def test_a_fill_that_turns_a_position_round_splits_its_fee_by_quantity(method):
    perpetual = {"symbol": "BTC/USD:USD"}
    turn, last = results(
        bought("1", "100", **perpetual), sold("3", "110", fee="3", **perpetual), bought("2", "110", **perpetual)
    )[1:]
    assert (turn.realised, turn.held_after, turn.cost_after, turn.sold_unexplained) == (9, -2, -218, 0)
    assert last.realised == -2


@pytest.mark.parametrize(
    ("market", "symbol", "shorts"),
    [
        (MarketType.SPOT, "BTC/USD", False),
        (MarketType.MARGIN, "BTC/USD", True),
        (MarketType.PERPETUAL, "BTC/USD:USD", True),
        (MarketType.OPTION, "BTC/USD:USD-261231-1-C", True),
        (MarketType.UNKNOWN, "BTC/USD", False),
        (MarketType.UNKNOWN, "BTC/USD:USD", True),
    ],
)
def test_contracts_and_margin_may_go_short_and_spot_may_not(market, symbol, shorts):
    (only,) = results(sold("1", "100", market_type=market, symbol=symbol))
    assert only.held_after == (-1 if shorts else 0)
    (result,) = results(sold("1", "100", market_type=market, symbol=symbol), allows_short=not shorts)
    assert result.held_after == (0 if shorts else -1)


def test_fills_of_one_moment_are_counted_in_the_order_of_their_keys():
    fills = [fill("b", Side.SELL, price="110"), fill("c", price="90"), fill("a")]
    assert results_of(fills, FIFO, {}) == results_of(reversed(fills), FIFO, {})
    assert [(r.key, r.realised) for r in results_of(fills, FIFO, {})] == [("a", 0), ("b", 10), ("c", 0)]


def test_a_coin_at_a_hundred_millionth_keeps_its_digits():
    first, last = results(bought("1000000000000.1", "0.00000001"), sold("0.1", "0.000000012"))
    assert first.cost_after == Decimal("10000.000000001")
    assert (last.realised, last.cost_after) == (Decimal("0.0000000002"), 10000)


@BOTH
def test_thirds_add_up_to_the_last_digit(method):
    (_, *sales) = results(bought("3", "33.1", fee="0.1"), *[sold("1", "40") for _ in range(3)], method=method)
    assert sum(s.realised or 0 for s in sales) == Decimal("20.6")


def test_a_fill_applied_twice_or_too_late_is_refused():
    book = Book(AVERAGE, allows_short=False)
    book.apply(fill("1"), None)
    for again in (fill("1"), fill("0", at=NOON - timedelta(seconds=1))):
        with pytest.raises(OutOfOrder, match=again.key):
            Book.from_state(book.state()).apply(again, None)
    assert book.apply(fill("0"), None).held_after == 2


def test_the_state_of_a_book_is_json_and_a_new_book_of_it_is_the_same():
    book = Book(FIFO, allows_short=True)
    for execution in (fill("1", fee="0.1"), fill("2", price="7", fee=None)):
        book.apply(execution, None)
    state = json.loads(json.dumps(book.state()))
    assert state["lots"] == [["1", "100", "0.1"], ["1", "7", None]]
    assert Book.from_state(state).state() == book.state()
    assert Book.from_state(Book(AVERAGE, allows_short=False).state()).last is None


def test_no_fills_have_no_results():
    assert results_of([], AVERAGE, {}) == ()


@BOTH
def test_a_closing_fill_from_before_the_first_known_one_opens_no_position(method):
    """Long from before: sold 1 at 60,000, which the exchange says closed at a profit of 5,000. Then 1 bought opens."""
    perpetual = "BTC/USDT:USDT"
    closing = sold("1", "60000", closes=True, realised_pnl=Decimal(5000), fee="6", symbol=perpetual)
    opening = bought("1", "50000", closes=False, symbol=perpetual)
    first, second = results(closing, opening, method=method, allows_short=True)
    assert (first.realised, first.realised_before_fees, first.held_after, first.sold_unexplained) == (4994, 5000, 0, 0)
    assert (second.realised, second.held_after) == (0, 1)


@BOTH
@pytest.mark.parametrize(("words", "gained", "unexplained"), [
    ({"closes": True}, None, 1), ({"realised_pnl": Decimal(5000)}, 5000, 0), ({"closes": False}, 0, 0), ({}, 0, 0),
])  # fmt: skip
def test_the_exchanges_word_decides_what_a_first_sale_of_contracts_did(method, words, gained, unexplained):
    (only,) = results(sold("1", "60000", symbol="BTC/USDT:USDT", **words), method=method, allows_short=True)
    assert (only.realised, only.sold_unexplained) == (gained, unexplained)
    assert only.held_after == (-1 if gained == 0 else 0)


@BOTH
def test_a_profit_since_the_last_settlement_is_not_that_since_entry(method):
    """Crypto.com resets the average price to the mark price every hour (Funding and Session Settlement)."""
    closing = sold("1", "60000", realised_pnl=Decimal(50), symbol="BTC/USD:USD")
    book = Book(method, allows_short=True, counts_from_settlement=True)
    only = Book.from_state(json.loads(json.dumps(book.state()))).apply(closing, None)
    assert (only.realised, only.sold_unexplained, only.held_after) == (None, 1, 0)
