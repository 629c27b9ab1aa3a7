"""Lots: splitting and closing lose no digit, and merging changes no result."""

from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.lots import EXACT, PLACES, Lot, Lots, share_of

AMOUNTS = st.decimals("0.000000000000000001", "1000000", places=18)


@pytest.fixture(autouse=True)
def _exactly():
    with localcontext(EXACT):
        yield


def lot(quantity: str, cost: str, fees: str | None = "0") -> Lot:
    return Lot(Decimal(quantity), Decimal(cost), None if fees is None else Decimal(fees))


@given(st.decimals("-1e9", "1e9", places=18), AMOUNTS, AMOUNTS)
def test_a_share_is_exact_up_to_the_fortieth_decimal(total, first, other):
    quantity, entire = sorted([first, other])
    with localcontext(EXACT):
        share = share_of(total, quantity, entire)
    missing = abs(Fraction(total) * Fraction(quantity) / Fraction(entire)) - abs(Fraction(share))
    assert 0 <= missing < Fraction(1, 10**PLACES)


def test_a_share_of_a_sum_far_below_a_cent_is_not_lost():
    assert share_of(Decimal("0.00000001"), Decimal("1"), Decimal("4")) == Decimal("0.0000000025")


@given(AMOUNTS, AMOUNTS, st.decimals("-1e9", "1e9", places=18), st.none() | st.decimals("-10", "10", places=8))
def test_the_two_parts_of_a_lot_are_the_lot(quantity, rest, cost, fees):
    with localcontext(EXACT):
        entire = Lot(quantity + rest, cost, fees)
        first, other = entire.split(quantity)
        assert first.with_(other) == entire


def test_closing_everything_takes_the_entire_cost_however_it_was_split():
    lots = Lots(pooled=True, lots=[lot("3", "100", "1")])
    parts = [lots.take(Decimal(1)) for _ in range(3)]
    assert (sum(p.cost for p in parts), sum(p.fees or 0 for p in parts)) == (100, 1)
    assert (lots.quantity, lots.cost, list(lots)) == (0, 0, [])


def test_the_lot_opened_first_is_closed_first_unless_pooled():
    bought = [lot("1", "10"), lot("1", "20")]
    assert Lots(pooled=False, lots=bought).take(Decimal(1)).cost == 10
    pool = Lots(pooled=True)
    for single in bought:
        pool.add(single)
    assert pool.take(Decimal(1)).cost == 15


def test_neighbours_of_one_price_and_fee_become_one_lot():
    lots = Lots(pooled=False)
    for _ in range(1000):
        lots.add(lot("0.5", "50", "0.05"))
    assert list(lots) == [lot("500.0", "50000", "50.00")]


@pytest.mark.parametrize(
    "other",
    [lot("1", "101", "1"), lot("1", "100", "2"), lot("1", "100", None), lot("2", "100", "1")],
    ids=["dearer", "another fee", "an unknown fee", "cheaper"],
)
def test_neighbours_that_differ_stay_apart(other):
    lots = Lots(pooled=False, lots=[lot("1", "100", "1")])
    lots.add(other)
    assert list(lots) == [lot("1", "100", "1"), other]


@pytest.mark.parametrize("single", [lot("3", "100"), lot("3", "99", "1")], ids=["price", "fee"])
def test_neighbours_with_an_endless_price_or_fee_per_unit_stay_apart(single):
    lots = Lots(pooled=False, lots=[single])
    lots.add(single)
    assert list(lots) == [single, single]


PRICES = st.sampled_from(["100", "100", "250.5"])
OPENINGS = st.lists(st.tuples(st.integers(1, 40), PRICES, st.none() | st.just("0.1")), min_size=1, max_size=12)


@given(OPENINGS, st.lists(st.integers(1, 60), max_size=8))
def test_merging_lots_does_not_change_later_closings(openings, closings):
    with localcontext(EXACT):
        opened = [
            Lot(q / Decimal(8), q / Decimal(8) * Decimal(p), None if f is None else q * Decimal(f))
            for q, p, f in openings
        ]
        merging, separate = Lots(pooled=False), Lots(pooled=False, lots=opened)
        for single in opened:
            merging.add(single)
        for closing in closings:
            quantity = min(closing / Decimal(8), separate.quantity)
            assert merging.take(quantity) == separate.take(quantity)
            assert (merging.quantity, merging.cost) == (separate.quantity, separate.cost)


@pytest.mark.parametrize("pooled", [True, False])
def test_an_unknown_fee_leaves_the_cost_unknown_until_its_lot_is_gone(pooled):
    lots = Lots(pooled)
    for single in [lot("1", "10", "1"), lot("1", "20", None), lot("1", "30", "3")]:
        lots.add(single)
    costs = [lots.cost]
    for _ in range(3):
        lots.take(Decimal(1))
        costs.append(lots.cost)
    assert costs == ([None, None, None, 0] if pooled else [None, None, 33, 0])
