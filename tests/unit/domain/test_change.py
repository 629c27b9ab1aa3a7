"""Change: how far net value moved, and when that cannot be said."""

from datetime import timedelta
from decimal import Decimal

from domain.change import Change, change_over
from domain.holdings import totals_of
from domain.prices import Rates
from domain.snapshot import Snapshot
from domain.sources import Source
from tests.factories import NOON, later, snapshot, valuation

DAY = timedelta(days=1)


def change(now: Snapshot, then: Snapshot, *, shown_after: float = 0) -> Change:
    """The change over a day from `then`, the only past there is, to `now`."""
    at = now.refresh.taken_at + timedelta(seconds=shown_after)
    return change_over(DAY, [now], totals_of([now], "USD"), at, lambda *_: (then.refresh, Rates([])))


def test_an_account_is_compared_with_itself_a_span_before_its_own_refresh():
    """Lesson 16."""
    now = snapshot(worth=valuation("110"))
    asked = []

    def past(account, then):
        asked.append((account.name, then))
        return snapshot(taken_at=NOON - DAY, worth=valuation("100")).refresh, Rates([])

    found = change_over(DAY, [now], totals_of([now], "USD"), later(50), past)
    assert asked == [(now.account.name, NOON - DAY)]
    assert (found.amount, found.before, found.fraction) == (10, 100, Decimal("0.1"))


def test_a_worth_that_is_too_old_on_either_side_tells_no_change():
    """Lesson 4."""
    now = snapshot(worth=valuation("110"))
    recent = snapshot(taken_at=NOON - DAY, worth=valuation("100"))
    assert change(now, recent, shown_after=DAY.total_seconds() / 10).amount == 10
    assert change(now, recent, shown_after=DAY.total_seconds() / 10 + 1).amount is None
    old = snapshot(taken_at=NOON - DAY * 1.2, worth=valuation("100"))
    assert change(now, old).amount is None
    carried = snapshot(worth=valuation("110"), carried={Source.BALANCES: NOON - DAY})
    assert change(carried, recent).amount is None
