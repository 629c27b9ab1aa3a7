"""Profit: for any trades and both cost methods, quantity and cash are conserved to the last digit."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.cost_method import CostMethod
from domain.fills import Fill
from domain.lots import EXACT, PLACES
from domain.markets import Side
from domain.profit import Book, Result, in_order
from tests.domain.books import results_of
from tests.factories import NOON, fill

BOTH = pytest.mark.parametrize("method", list(CostMethod))
AMOUNTS = st.decimals("0.00000001", "1000", places=8)
PRICES = st.decimals("0.00000001", "100000", places=8)
FEES = st.sampled_from(["0", "0.00000001", "0.37", "-0.25", "3"])  # negative: a rebate
CURRENCIES = st.sampled_from(["USD", "BTC", "CRO"])
RATES = st.decimals("0.0001", "10", places=4)


@dataclass(frozen=True)
class Traded:
    """Fills of one book with the rate of each one's fee, by key."""

    fills: Sequence[Fill]
    rates: Mapping[str, Decimal | None]


@st.composite
def traded(draw, shorts: bool, at_most: int = 10, ends_flat: bool = False) -> Traded:
    """Fills one second apart. Without shorts, no fill sells more than is held."""
    fills: list[Fill] = []
    held = Decimal(0)
    with localcontext(EXACT):
        for number in range(draw(st.integers(1, at_most))):
            amount, side = draw(AMOUNTS), draw(st.sampled_from(Side))
            fee, currency = Decimal(draw(FEES)), draw(CURRENCIES)
            if currency == "BTC" and not shorts:
                fee = min(fee, amount) if side is Side.BUY else Decimal(0)
            if side is Side.SELL and not shorts:
                amount = min(amount, held)
            if not amount:
                continue
            trade = one(number, side, amount, draw(PRICES), fee=str(fee), fee_currency=currency, shorts=shorts)
            held += moved(trade)
            fills.append(trade)
        if ends_flat and held:
            side = Side.SELL if held > 0 else Side.BUY
            fills.append(one(99, side, abs(held), draw(PRICES), fee=draw(FEES), shorts=shorts))
    return Traded(fills, {f.key: draw(RATES) for f in fills})


def one(number: int, side: Side, amount: Decimal, price: Decimal, shorts: bool, **values) -> Fill:
    symbol = "BTC/USD:USD" if shorts else "BTC/USD"
    at = NOON + timedelta(seconds=number)
    return fill(f"{number:03}", side, str(amount), str(price), symbol=symbol, at=at, **values)


def moved(execution: Fill) -> Decimal:
    """The quantity that a fill brings into the wallet or position. A spot fee in the coin is deducted."""
    signed = execution.amount if execution.side is Side.BUY else -execution.amount
    in_coin = execution.fee_currency == "BTC" and ":" not in execution.symbol
    return signed - (execution.fee or 0) if in_coin else signed


def cash_of(execution: Fill, rate: Decimal | None) -> Decimal:
    """The quote currency that a fill brings in, less its fee."""
    value = execution.price * execution.amount
    cash = -value if execution.side is Side.BUY else value
    worth = {"USD": Decimal(1), "BTC": execution.price if ":" in execution.symbol else Decimal(0), "CRO": rate}
    return cash - (execution.fee or 0) * (worth[execution.fee_currency or ""] or 0)


def known(amounts: Sequence[Decimal | None]) -> Decimal:
    assert None not in amounts
    with localcontext(EXACT):
        return sum((a for a in amounts if a is not None), Decimal(0))


EITHER = st.booleans().flatmap(traded)
FLAT = st.booleans().flatmap(lambda shorts: traded(shorts, ends_flat=True))


@BOTH
@given(EITHER)
def test_the_holding_after_each_fill_is_everything_received_less_everything_sent(method, trades):
    held = Decimal(0)
    with localcontext(EXACT):
        for execution, result in zip(trades.fills, results_of(trades.fills, method, trades.rates), strict=True):
            held += moved(execution)
            assert (result.held_after, result.sold_unexplained) == (held, 0)


@BOTH
@given(EITHER)
def test_realised_profit_after_each_fill_is_the_cash_and_the_cost_of_the_rest(method, trades):
    realised = cash = Decimal(0)
    with localcontext(EXACT):
        for execution, result in zip(trades.fills, results_of(trades.fills, method, trades.rates), strict=True):
            realised += known([result.realised])
            cash += cash_of(execution, trades.rates[execution.key])
            assert realised == cash + known([result.cost_after])


@given(FLAT)
def test_when_everything_is_sold_both_methods_have_realised_the_cash_to_the_last_digit(trades):
    with localcontext(EXACT):
        cash = sum((cash_of(f, trades.rates[f.key]) for f in trades.fills), Decimal(0))
        totals = [known([r.realised for r in results_of(trades.fills, method, trades.rates)]) for method in CostMethod]
        assert totals == [cash, cash]


@BOTH
@given(traded(shorts=True))
def test_without_shorts_nothing_is_held_below_nothing_and_quantity_is_accounted_for(method, trades):
    held = Decimal(0)
    with localcontext(EXACT):
        results = results_of(trades.fills, method, trades.rates, allows_short=False)
        for execution, result in zip(trades.fills, results, strict=True):
            short = max(Decimal(0), -(held + moved(execution)))
            assert (result.sold_unexplained, result.held_after) == (short, held + moved(execution) + short)
            assert (result.realised is None) == (execution.side is Side.SELL and held == 0)
            held = result.held_after


@BOTH
@given(traded(shorts=True), st.data())
def test_an_unknown_rate_never_becomes_a_figure_and_touches_nothing_that_does_not_need_it(method, trades, data):
    lost = data.draw(st.sampled_from(trades.fills)).key
    fills = [replace(f, fee_currency="CRO", fee=Decimal(1)) if f.key == lost else f for f in trades.fills]
    complete = results_of(fills, method, trades.rates)
    holed = results_of(fills, method, {**trades.rates, lost: None})
    assert [r.fee_value for r in holed if r.key == lost] == [None]
    for execution, sure, unsure in zip(fills, complete, holed, strict=True):
        assert unsure.realised in (None, sure.realised)
        assert unsure.cost_after in (None, sure.cost_after)
        assert (unsure.realised_before_fees, unsure.held_after) == (sure.realised_before_fees, sure.held_after)
        if unsure.key == lost:
            opens = sure.held_after * moved(execution) > 0
            assert (unsure.cost_after if opens else unsure.realised) is None
        elif unsure.key < lost:
            assert unsure == sure


@BOTH
@given(EITHER, st.integers(0, 10))
def test_a_stored_and_restored_book_continues_unchanged(method, trades, at):
    shorts = ":" in trades.fills[0].symbol if trades.fills else False
    book = Book(method, shorts)
    results: list[Result] = []
    for number, execution in enumerate(trades.fills):
        if number == at:
            book = Book.from_state(json.loads(json.dumps(book.state())))
        results.append(book.apply(execution, trades.rates[execution.key]))
    assert tuple(results) == results_of(trades.fills, method, trades.rates)


@BOTH
@given(traded(shorts=True), st.randoms(use_true_random=False), st.lists(st.integers(0, 2), min_size=10, max_size=11))
def test_the_order_in_which_fills_are_given_does_not_matter_even_at_equal_times(method, trades, random, seconds):
    fills = [replace(f, at=NOON + timedelta(seconds=s)) for f, s in zip(trades.fills, seconds, strict=False)]
    shuffled = random.sample(fills, len(fills))
    assert results_of(shuffled, method, trades.rates) == results_of(fills, method, trades.rates)
    assert [(f.at, f.key) for f in in_order(shuffled)] == sorted((f.at, f.key) for f in fills)


def plain_realised(fills: Sequence[Fill], method: CostMethod) -> list[Fraction]:
    """The profit of each fill before fees, by a plain model that counts unit by unit, in fractions."""
    lots: list[tuple[Fraction, Fraction]] = []  # signed quantity, price
    gains = []
    for execution in fills:
        left = Fraction(moved(execution))
        gain = Fraction(0)
        while left and lots and lots[0][0] * left < 0:
            quantity, price = lots.pop(0)
            closed = min(abs(quantity), abs(left)) * (1 if left > 0 else -1)
            gain += closed * (price - Fraction(execution.price))
            left -= closed
            if quantity + closed:
                lots.insert(0, (quantity + closed, price))
        if left:
            lots.append((left, Fraction(execution.price)))
        if method is CostMethod.AVERAGE and lots:
            total = sum((q for q, _ in lots), Fraction(0))
            lots = [(total, sum((q * p for q, p in lots), Fraction(0)) / total)]
        gains.append(gain)
    return gains


@BOTH
@settings(max_examples=60)
@given(traded(shorts=True))
def test_each_fill_realises_the_same_as_a_plain_model_in_fractions(method, trades):
    results = [r.realised_before_fees for r in results_of(trades.fills, method, trades.rates)]
    for gain, plain in zip(results, plain_realised(trades.fills, method), strict=True):
        assert abs(Fraction(known([gain])) - plain) < len(results) * Fraction(1, 10 ** (PLACES - 4))


HOSTILE = st.decimals(allow_nan=False, allow_infinity=False, places=30, min_value="1e-30", max_value="1e30") | (
    st.sampled_from([Decimal("1e-1000"), Decimal("1e1000"), Decimal(0), Decimal("9" * 1000)])
)


@BOTH
@settings(max_examples=40)
@given(st.lists(st.tuples(st.sampled_from(Side), HOSTILE, HOSTILE, HOSTILE, CURRENCIES), min_size=1, max_size=5))
def test_absurd_numbers_are_counted_exactly_too(method, rows):
    fills = [
        one(i, side, amount, price, shorts=True, fee=str(fee), fee_currency=currency)
        for i, (side, amount, price, fee, currency) in enumerate(rows)
    ]
    rates = {f.key: Decimal(2) for f in fills}
    with localcontext(EXACT):
        results = results_of(fills, method, rates)
        cash = sum((cash_of(f, rates[f.key]) for f in fills), Decimal(0))
        assert known([r.realised for r in results]) == cash + known([results[-1].cost_after])
