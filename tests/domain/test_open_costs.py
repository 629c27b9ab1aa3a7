"""Costs in another currency: each part at the rate of its own day. The model keeps a second book in that currency."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random

import pytest

from domain.coin_books import CoinBook, CoinEvent, CoinResult, Role
from domain.coin_lots import CoinLot, LotMethod
from domain.cost_days import DayCost, cost_in
from domain.open_costs import CostStep, OpenCosts

FIRST = datetime(2026, 11, 1, 12, tzinfo=UTC)
METHODS = (LotMethod.FIFO, LotMethod.AVERAGE)
ROUNDING = Decimal("1e-30")
RATES = {FIRST.date() + timedelta(days=n): 1 + Decimal(n % 7) / 8 for n in range(60)}


def event(day: int, quantity: str, value: str, role: Role = Role.TRADED, **more: object) -> CoinEvent:
    at = FIRST + timedelta(days=day)
    return CoinEvent(str(day), "BTC", at, role, Decimal(quantity), Decimal(value), **more)  # type: ignore[arg-type]


def in_other_currency(given: CoinEvent) -> CoinEvent:
    """The same event as a book in the other currency counts it: at the rate of its own day."""
    rate = RATES[given.at.date()]
    lots = tuple(
        replace(lot, cost=lot.cost * rate_of(lot), fees=lot.fees * rate_of(lot)) for lot in given.lots
        if lot.cost is not None and lot.fees is not None
    )  # fmt: skip
    value, fees = given.value, given.fees
    return replace(
        given, value=None if value is None else value * rate, fees=None if fees is None else fees * rate, lots=lots
    )


def rate_of(lot: CoinLot) -> Decimal:
    assert lot.acquired_at is not None
    return RATES[lot.acquired_at.date()]


def step_of(result: CoinResult) -> CostStep:
    given = result.event
    return CostStep(given.at, given.quantity, result.quantity_after, result.cost_after, given.lots)


def days_of(method: LotMethod, events: Sequence[CoinEvent], stored_after: int = 0) -> Sequence[DayCost] | None:
    """The days after all events: by the book until a stored state, then by the results alone."""
    book = CoinBook(method)
    for given in events[:stored_after]:
        book.apply(given)
    costs = OpenCosts(method, book.dated)
    for given in events[stored_after:]:
        costs.apply(step_of(book.apply(given)))
    return costs.days


@pytest.mark.parametrize(("method", "expected"), [(LotMethod.FIFO, "150"), (LotMethod.AVERAGE, "125")])
def test_each_purchase_counts_at_the_rate_of_its_own_day(method: LotMethod, expected: str) -> None:
    """By hand: 100 USD at 1 USD a euro are 100 EUR, 300 USD at 2 are 150 EUR. Half of the coins are sold."""
    rates = {FIRST.date(): Decimal(1), FIRST.date() + timedelta(days=1): Decimal("0.5")}
    bought = [event(0, "1", "100"), event(1, "1", "300")]
    for stored_after in range(4):
        days = days_of(method, [*bought, event(2, "-1", "500")], stored_after)
        assert days is not None
        assert cost_in(days, rates) == Decimal(expected)


def test_an_average_takes_half_of_each_purchase() -> None:
    """HMRC, Capital Gains manual CG78310: each entry at the rate of its own date. The numbers are by hand.

    1,000 USD at 1.25 a pound are 800 GBP, 1,600 USD at 1.60 are 1,000 GBP. Half of both together are 900 GBP.
    """
    rates = {FIRST.date(): 1 / Decimal("1.25"), FIRST.date() + timedelta(days=1): 1 / Decimal("1.6")}
    days = days_of(LotMethod.AVERAGE, [event(0, "1", "1000"), event(1, "1", "1600"), event(2, "-1", "2000")])
    assert days is not None
    assert cost_in(days, rates) == 900


def history(seed: int) -> list[CoinEvent]:
    """Purchases, sales, fees, transfers with and without lots, and shorts."""
    random, held, events = Random(seed), Decimal(0), []
    for day in range(50):
        roll = random.random()
        amount = Decimal(random.randint(1, 50)) / 10
        role, fees = Role.TRADED, Decimal(random.randint(0, 3)) / 4
        lots: tuple[CoinLot, ...] = ()
        if roll < 0.1:
            at = FIRST + timedelta(days=random.randint(0, day))
            role, lots = Role.DEPOSIT, (CoinLot(amount / 2, Decimal(random.randint(1, 99)), Decimal(1), at),)
        elif roll < 0.55:
            amount = -held if roll < 0.2 and held else -amount
            role = random.choice((Role.TRADED, Role.FEE, Role.WITHDRAWAL))
        quantity = amount
        can_short = role is Role.TRADED and random.random() < 0.3
        if not quantity:
            continue
        given = event(day, str(quantity), str(random.randint(1, 500)), role, fees=fees, may_open_short=can_short)
        events.append(replace(given, lots=lots))
        held = max(held + quantity, Decimal(0))
    return events


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("seed", range(12))
def test_the_cost_is_that_of_a_book_kept_in_the_other_currency(method: LotMethod, seed: int) -> None:
    events, other = history(seed), CoinBook(method)
    expected = [other.apply(in_other_currency(given)).cost_after for given in events]
    random = Random(seed)
    for end in range(1, len(events) + 1):
        days = days_of(method, events[:end], random.randint(0, end))
        result, model = None if days is None else cost_in(days, RATES), expected[end - 1]
        assert result is not None
        assert model is not None
        assert abs(result - model) < ROUNDING


@pytest.mark.parametrize("method", METHODS)
def test_a_state_keeps_the_days_and_a_withdrawal_takes_them_along(method: LotMethod) -> None:
    book = CoinBook(method)
    for given in (event(0, "1", "100"), event(1, "1", "300"), event(2, "-0.5", "300")):
        book.apply(given)
    again = CoinBook.from_state(book.state())
    assert again.state() == book.state()
    sent = event(3, "-1", "9", Role.WITHDRAWAL)
    moved = again.apply(sent).moved
    assert sum(part.cost for lot in moved for part in lot.day_costs) == sum(lot.cost or 0 for lot in moved)
    received = CoinBook(LotMethod.FIFO)
    received.apply(event(4, "1", "9", Role.DEPOSIT, lots=moved))
    left, came = (cost_in([day for lot in b.dated for day in lot.day_costs], RATES) for b in (again, received))
    before = cost_in([day for lot in book.dated for day in lot.day_costs], RATES)
    assert left is not None
    assert came is not None
    assert left + came == before


def test_a_cost_without_a_day_or_a_rate_is_unknown() -> None:
    day = date(2026, 1, 1)
    assert cost_in([DayCost(None, Decimal(5))], RATES) is None
    assert cost_in([DayCost(day, Decimal(5))], {day: None}) is None
    assert cost_in([DayCost(None, Decimal(0))], {}) == 0
    assert cost_in([], {}) == 0


def test_an_unknown_fee_makes_the_days_unknown_until_all_is_sold() -> None:
    bought = [event(0, "1", "100", fees=None), event(1, "1", "100")]
    assert days_of(LotMethod.FIFO, bought) is None
    sold = [*bought, event(2, "-2", "100"), event(3, "1", "70")]
    assert days_of(LotMethod.FIFO, sold) == (DayCost((FIRST + timedelta(days=3)).date(), Decimal(70)),)


def test_results_of_other_lots_than_those_known_leave_the_days_unknown() -> None:
    other = CostStep(FIRST, Decimal(1), Decimal(1), Decimal(7), (CoinLot(Decimal(1), Decimal(5), Decimal(0), FIRST),))
    costs = OpenCosts(LotMethod.FIFO)
    costs.apply(other)
    assert costs.days is None
