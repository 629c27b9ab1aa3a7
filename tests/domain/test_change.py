"""Change: the change of net value over a span, known or unknown."""

from datetime import timedelta
from decimal import Decimal

from domain.change import NetValueChange, change_over
from domain.holdings import totals_of
from domain.prices import Rates
from domain.snapshot import Snapshot
from domain.sources import Source
from tests.factories import NOON, later, price, snapshot, valuation

DAY = timedelta(days=1)


def change(now: Snapshot, then: Snapshot, *, shown_after: float = 0) -> NetValueChange:
    """The change over a day from `then`, the only earlier refresh, to `now`."""
    at = now.refresh.taken_at + timedelta(seconds=shown_after)
    return change_over(DAY, [now], totals_of([now], "USD"), at, lambda *_: (then.refresh, Rates([])))


def test_an_account_is_compared_with_itself_a_span_before_its_own_refresh():
    now = snapshot(worth=valuation("110"))
    requests = []

    def past(account, then):
        requests.append((account.name, then))
        return snapshot(taken_at=NOON - DAY, worth=valuation("100")).refresh, Rates([])

    moved = change_over(DAY, [now], totals_of([now], "USD"), later(50), past)
    assert requests == [(now.account.name, NOON - DAY)]
    assert (moved.amount, moved.before, moved.fraction) == (10, 100, Decimal("0.1"))


def test_a_value_that_is_too_old_on_either_side_makes_the_change_unknown():
    now = snapshot(worth=valuation("110"))
    recent = snapshot(taken_at=NOON - DAY, worth=valuation("100"))
    assert change(now, recent, shown_after=DAY.total_seconds() / 10).amount == 10
    assert change(now, recent, shown_after=DAY.total_seconds() / 10 + 1).amount is None
    old = snapshot(taken_at=NOON - DAY * 1.2, worth=valuation("100"))
    assert change(now, old).amount is None
    carried = snapshot(worth=valuation("110"), carried={Source.BALANCES: NOON - DAY})
    assert change(carried, recent).amount is None


def changed(worth: str, flows, **parts) -> NetValueChange:
    now = snapshot(worth=valuation(worth), **parts)
    then = snapshot(taken_at=NOON - DAY, worth=valuation("100")).refresh
    requests = []

    def flowed(account, since, until):
        requests.append((account.name, since, until))
        return flows

    moved = change_over(DAY, [now], totals_of([now], "USD"), NOON, lambda *_: (then, Rates([])), flowed)
    assert requests == [("main", NOON - DAY, NOON)]
    return moved


def test_deposits_and_withdrawals_are_not_part_of_the_change():
    moved = changed("1010", {"USD": Decimal(900)})
    assert (moved.amount, moved.flows, moved.before) == (10, 900, 100)
    assert moved.fraction == Decimal("0.01")
    moved = changed("55", {"BTC": Decimal("-0.5")}, prices=[price("BTC/USD", "100")])
    assert (moved.amount, moved.flows, moved.fraction) == (5, -50, Decimal("0.05"))


def test_a_flow_without_a_price_makes_the_change_unknown_and_unknown_flows_are_marked():
    moved = changed("110", {"ODD": Decimal(1)})
    assert (moved.amount, moved.why) == (None, "ODD was deposited or withdrawn, and its price is unknown")
    moved = changed("110", None)
    assert (moved.amount, moved.flows) == (10, None)
