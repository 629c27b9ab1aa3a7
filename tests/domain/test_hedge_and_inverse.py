"""Books in hedge mode have a long and a short side. Books of inverse contracts gain in the settlement coin."""

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Context, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.cost_method import CostMethod
from domain.fills import Fill
from domain.lots import EXACT, PLACES
from domain.markets import MarketType, Side
from domain.positions import PositionSide
from domain.profit import Book, Result
from tests.domain.books import results_of
from tests.factories import NOON, fill

LONG, SHORT = PositionSide.LONG, PositionSide.SHORT
BUY, SELL = Side.BUY, Side.SELL
BOTH = pytest.mark.parametrize("method", list(CostMethod))
INVERSE = "BTC/USD:BTC"
SIZE = Decimal(100)
# The precision of adapters: 24 significant digits.
DIGITS = 24


def hedged(number: int, position: PositionSide | None, side: Side, amount="1", price="100", **values) -> Fill:
    at = NOON + timedelta(seconds=number)
    return fill(
        f"{number:03}", side, str(amount), str(price), symbol="BTC/USDT:USDT", position_side=position, at=at, **values
    )


def inverse(number: int, side: Side, contracts="1", price="100", **values) -> Fill:
    coin = Context(prec=DIGITS).divide(Decimal(contracts) * SIZE, Decimal(price))
    fields = {"contracts": Decimal(contracts), "contract_size": SIZE, "fee_currency": "BTC", **values}
    at = NOON + timedelta(seconds=number)
    return fill(f"{number:03}", side, str(coin), str(price), symbol=INVERSE, at=at, **fields)


@BOTH
def test_a_sale_of_the_long_position_closes_it_and_opens_no_short(method):
    fills = [hedged(1, LONG, BUY, 2, 100), hedged(2, SHORT, SELL, 3, 110), hedged(3, LONG, SELL, 2, 120)]
    fills.append(hedged(4, SHORT, BUY, 3, 105))
    results = results_of(fills, method, {})
    assert [(r.realised, r.held_after, r.sold_unexplained) for r in results] == [
        (0, 2, 0), (0, -3, 0), (40, 0, 0), (15, 0, 0),
    ]  # fmt: skip


@BOTH
def test_closing_more_than_a_side_holds_has_an_unknown_cost_and_never_flips_it(method):
    results = results_of(
        [hedged(1, LONG, BUY, 1, 100), hedged(2, LONG, SELL, 3, 110), hedged(3, SHORT, BUY)], method, {}
    )
    assert [(r.realised, r.held_after, r.sold_unexplained) for r in results] == [(0, 1, 0), (10, 0, 2), (None, 0, 1)]


@BOTH
def test_a_fill_without_a_side_blinds_the_book_of_an_account_that_holds_both(method):
    """Its profit is unknown, and never the one of a net position."""
    fills = [hedged(1, None, BUY, 1, 100), hedged(2, None, SELL, 1, 120), hedged(3, LONG, BUY, 1, 100)]
    assert [r.realised for r in results_of(fills, method, {})] == [0, 20, 0]
    for result in results_of(fills, method, {}, is_hedged=True):
        assert (result.realised, result.realised_before_fees, result.cost_after) == (None, None, None)


@BOTH
def test_closing_or_opening_decides_the_side_of_a_fill_if_both_are_held(method):
    fills = [
        hedged(1, None, BUY, 2, 100, closes=False),
        hedged(2, None, SELL, 3, 110, closes=False),
        hedged(3, None, SELL, 2, 120, closes=True),
        hedged(4, None, BUY, 3, 105, closes=True),
    ]
    assert [r.realised for r in results_of(fills, method, {}, is_hedged=True)] == [0, 0, 40, 15]
    assert [r.realised for r in results_of(fills, method, {})] != [0, 0, 40, 15]  # one position nets them


@BOTH
def test_an_inverse_contract_gains_its_size_by_one_over_entry_less_one_over_exit_in_the_coin(method):
    long = [inverse(1, BUY, 10, 50_000), inverse(2, SELL, 10, 40_000)]
    short = [inverse(1, SELL, 10, 50_000), inverse(2, BUY, 10, 40_000)]
    assert [r.realised for r in results_of(long, method, {})] == [0, Decimal("-0.005")]  # 1,000 x (1/50,000 - 1/40,000)
    assert [r.realised for r in results_of(short, method, {})] == [0, Decimal("0.005")]
    assert results_of(long, method, {})[0].held_after == 1_000  # in the quote currency


def test_the_average_entry_of_an_inverse_book_is_the_harmonic_mean():
    fills = [inverse(1, BUY, 10, 20_000), inverse(2, BUY, 30, 60_000), inverse(3, SELL, 20, 40_000)]
    entry = Fraction(4_000) / (Fraction(1_000, 20_000) + Fraction(3_000, 60_000))
    assert entry == 40_000  # the arithmetic mean would be 50,000
    assert results_of(fills, CostMethod.AVERAGE, {})[-1].realised == 0
    by_fifo = results_of(fills, CostMethod.FIFO, {})[-1].realised  # closes the first 1,000 and 1,000 of the others
    plain = Fraction(1_000, 20_000) + Fraction(1_000, 60_000) - Fraction(2_000, 40_000)
    assert by_fifo is not None
    assert abs(Fraction(by_fifo) - plain) < Fraction(1, 10**DIGITS)


@BOTH
def test_fees_of_inverse_contracts_are_in_the_coin(method):
    fills = [inverse(1, BUY, 10, 50_000, fee="0.001"), inverse(2, SELL, 10, 40_000, fee="-0.0005")]
    first, last = results_of(fills, method, {})
    assert (first.fee_value, last.fee_value) == (Decimal("0.001"), Decimal("-0.0005"))
    assert (last.realised_before_fees, last.realised) == (Decimal("-0.005"), Decimal("-0.0055"))
    in_quote = [inverse(1, BUY, 10, 50_000, fee="50", fee_currency="USD")]
    assert results_of(in_quote, method, {})[0].fee_value == Decimal("0.001")


@BOTH
@pytest.mark.parametrize(
    "unknown", [{"contracts": None}, {"contract_size": None}, {"market_type": MarketType.OPTION}], ids=str
)
def test_an_inverse_contract_of_unknown_size_has_an_unknown_gain(method, unknown):
    """The fills after it are unknown, too."""
    results = results_of([replace(inverse(1, BUY), **unknown), inverse(2, SELL)], method, {})
    assert [(r.realised, r.cost_after, r.sold_unexplained) for r in results] == [(None, None, 0)] * 2


def test_the_unexplained_part_of_an_inverse_side_is_in_units_of_the_base_asset():
    fills = [inverse(1, BUY, 1, 100, position_side=LONG), inverse(2, SELL, 4, 100, position_side=LONG)]
    assert results_of(fills, CostMethod.FIFO, {})[-1].sold_unexplained == 3


AMOUNTS = st.decimals("0.00000001", "1000", places=8)
PRICES = st.decimals("0.00000001", "100000", places=8)
FEES = st.sampled_from(["0", "0.00000001", "0.37", "-0.25"])


@st.composite
def in_two_positions(draw, ends_flat: bool = False) -> list[Fill]:
    """Fills of a long and a short position. No fill closes more than is held."""
    held = {LONG: Decimal(0), SHORT: Decimal(0)}
    fills: list[Fill] = []
    with localcontext(EXACT):
        for number in range(draw(st.integers(1, 10))):
            position, opens, amount = draw(st.sampled_from(PositionSide)), draw(st.booleans()), draw(AMOUNTS)
            amount = amount if opens else min(amount, held[position])
            if amount:
                held[position] += amount if opens else -amount
                side = BUY if (position is LONG) is opens else SELL
                fills.append(hedged(number, position, side, amount, draw(PRICES), fee=draw(FEES)))
        for number, (position, amount) in enumerate(held.items() if ends_flat else ()):
            if amount:
                side = SELL if position is LONG else BUY
                fills.append(hedged(90 + number, position, side, amount, draw(PRICES), fee=draw(FEES)))
    return fills


@st.composite
def in_contracts(draw, ends_flat: bool = False) -> list[Fill]:
    """Fills of an inverse contract in one-way mode, which may flip the position."""
    held = 0
    fills: list[Fill] = []
    for number in range(draw(st.integers(1, 10))):
        count, side = draw(st.integers(1, 1000)), draw(st.sampled_from(Side))
        held += count if side is BUY else -count
        fills.append(inverse(number, side, count, draw(PRICES), fee=draw(FEES)))
    if ends_flat and held:
        fills.append(inverse(90, SELL if held > 0 else BUY, abs(held), draw(PRICES), fee=draw(FEES)))
    return fills


def cash_of(execution: Fill) -> Decimal:
    """The cash that a fill brings in, less its fee. For an inverse contract it is the coin."""
    sign = 1 if execution.side is SELL else -1
    worth = -execution.amount if execution.symbol == INVERSE else execution.value
    return sign * worth - (execution.fee or 0)


def quantity_of(execution: Fill) -> Decimal:
    size = (
        execution.contracts * execution.contract_size
        if execution.contracts and execution.contract_size
        else execution.amount
    )
    return size if execution.side is BUY else -size


def known(amount: Decimal | None) -> Decimal:
    assert amount is not None
    return amount


def whole(results: tuple[Result, ...]) -> Decimal:
    assert all(result.is_complete for result in results)
    return sum((known(result.realised) for result in results), Decimal(0))


ANY = in_two_positions() | in_contracts()
FLAT = in_two_positions(ends_flat=True) | in_contracts(ends_flat=True)


@BOTH
@given(ANY)
def test_quantity_and_cash_are_conserved_by_each_fill_of_each_side(method, fills):
    """Realised profit equals the cash plus the cost of everything still held, to the last digit."""
    held = {LONG: Decimal(0), SHORT: Decimal(0), None: Decimal(0)}
    costs = dict(held)
    realised = cash = Decimal(0)
    with localcontext(EXACT):
        for execution, result in zip(fills, results_of(fills, method, {}), strict=True):
            held[execution.position_side] += quantity_of(execution)
            realised += known(result.realised)
            cash += cash_of(execution)
            costs[execution.position_side] = known(result.cost_after)
            assert (result.held_after, result.sold_unexplained) == (held[execution.position_side], 0)
            assert realised == cash + sum(costs.values())


@given(FLAT)
def test_once_all_is_closed_both_methods_have_realised_the_cash_to_the_last_digit(fills):
    with localcontext(EXACT):
        cash = sum((cash_of(execution) for execution in fills), Decimal(0))
        assert [whole(results_of(fills, method, {})) for method in CostMethod] == [cash, cash]


@BOTH
@given(st.lists(st.tuples(st.sampled_from(PositionSide), st.sampled_from(Side), AMOUNTS), min_size=1, max_size=12))
def test_a_side_is_never_held_the_other_way(method, moves):
    """The moves include closing more than is held."""
    fills = [hedged(n, position, side, amount) for n, (position, side, amount) in enumerate(moves)]
    for execution, result in zip(fills, results_of(fills, method, {}), strict=True):
        assert result.held_after >= 0 if execution.position_side is LONG else result.held_after <= 0
        closes = (execution.side is SELL) is (execution.position_side is LONG)
        assert closes or result.sold_unexplained == 0


@BOTH
@given(in_contracts(ends_flat=True))
def test_the_gain_of_an_inverse_book_follows_the_formula_up_to_the_digits_of_its_amounts(method, fills):
    """The tolerance: each amount of coin is N / price to 24 significant digits. Nothing else is rounded."""
    coins = [Fraction(f.contracts) * Fraction(SIZE) / Fraction(f.price) * (1 if f.side is BUY else -1) for f in fills]
    fees = sum((Fraction(f.fee) for f in fills), Fraction(0))
    quantum = sum((abs(coin) * Fraction(1, 10 ** (DIGITS - 1)) for coin in coins), Fraction(0))
    with localcontext(EXACT):
        assert abs(Fraction(whole(results_of(fills, method, {}))) - (sum(coins, Fraction(0)) - fees)) <= quantum
    assert DIGITS < PLACES


@BOTH
@given(ANY, st.integers(0, 10))
def test_a_stored_and_restored_book_continues_unchanged(method, fills, at):
    book = Book(method, allows_short=True, is_hedged=True)
    results = []
    for number, execution in enumerate(fills):
        if number == at:
            book = Book.from_state(json.loads(json.dumps(book.state())))
        results.append(book.apply(execution, None))
    assert tuple(results) == results_of(fills, method, {}, is_hedged=True)


def test_the_state_of_a_book_from_before_there_were_sides_is_still_read():
    old = {"method": "fifo", "allows_short": False, "last": None, "lots": [["2", "200", "1"]]}
    sold = Book.from_state(old).apply(fill("2", SELL, "1", "110"), None)
    assert (sold.realised, sold.held_after) == (Decimal("9.5"), 1)
