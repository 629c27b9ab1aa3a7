"""Successors: the order that an attached take profit or stop became, if exactly one order can be it."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.endings import Ending, Evidence, Outcome
from domain.markets import Side
from domain.orders import Contingency, Order, OrderKind, Role
from domain.outcomes import EndingFacts, outcome_of, why_gone
from domain.positions import PositionSide
from domain.successors import successor_of
from tests.factories import NOON, later, order, stop

GONE = later(30)
HUNG = stop("9/sl", order_id="9/sl", group_id="9", contingency=Contingency.ATTACHED, created_at=NOON, side=Side.SELL)
NEXT = replace(HUNG, key="77", order_id="77", group_id=None, contingency=None, created_at=later(25))

CASES: dict[str, tuple[dict[str, Any], bool]] = {
    "the same": ({}, True),
    "of a time that nobody tells": ({"created_at": None}, True),
    "that closes the whole position": ({"close_position": True, "amount": None}, True),
    "at another price": ({"trigger_price": Decimal(70000)}, False),
    "of another size": ({"amount": Decimal(3)}, False),
    "of the other side": ({"side": Side.BUY}, False),
    "of the other position": ({"position_side": PositionSide.SHORT}, False),
    "of another market of one name": ({"symbol": "BTC/USD:USD"}, False),
    "that waits for no price": ({"kind": OrderKind.LIMIT, "limit_price": HUNG.trigger_price}, False),
    "that was there before": ({"created_at": NOON - timedelta(minutes=1)}, False),
    "the entry itself": ({"order_id": "9"}, False),
}


@pytest.mark.parametrize(("values", "is_it"), CASES.values(), ids=CASES)
def test_a_successor_has_the_market_side_price_and_size_of_the_order(values: dict[str, Any], is_it: bool) -> None:
    hung = replace(HUNG, position_side=PositionSide.LONG) if "position_side" in values else HUNG
    other = replace(NEXT, **values)
    assert successor_of(hung, GONE, [(other, GONE)]) == (other if is_it else None)


def test_two_matches_give_no_successor_and_one_order_in_two_lists_is_one() -> None:
    twice = [(NEXT, GONE), (replace(NEXT, source=order().source), GONE)]
    assert successor_of(HUNG, GONE, twice) == NEXT
    assert successor_of(HUNG, GONE, [(NEXT, GONE), (replace(NEXT, order_id="78"), GONE)]) is None
    assert successor_of(HUNG, GONE, [(NEXT, GONE + timedelta(hours=1))]) is None


ENTRY = order("9", group_id="9", contingency=Contingency.ATTACHED, role=Role.ENTRY)


def filled(ending: Ending = Ending.FILLED, **values: Any) -> Outcome:
    return Outcome("main", ENTRY.source, "9", ending, GONE, Evidence.FILLS, **values)


def outcome_beside(*siblings: tuple[Order, Outcome]) -> Outcome | None:
    return outcome_of(HUNG, GONE, EndingFacts(siblings=siblings, began=[(NEXT, GONE)]))


@pytest.mark.parametrize("entry_outcome", [filled(), filled(Ending.CANCELLED, filled=Decimal("0.2"))])
def test_an_attached_order_is_placed_when_its_entry_fills(entry_outcome: Outcome) -> None:
    """It did not trigger, and it was not cancelled."""
    outcome = outcome_beside((ENTRY, entry_outcome))
    assert outcome is not None
    assert (outcome.ending, outcome.evidence, outcome.book_order_id) == (Ending.PLACED, Evidence.GROUP, "77")
    assert outcome.reason == "its entry 9 filled, and it became order 77 of the same price and size"
    assert (outcome.filled, outcome.ended_at) == (None, later(25))
    assert outcome_of(HUNG, GONE, EndingFacts(siblings=[(ENTRY, entry_outcome)])) is None


def test_an_attached_order_ends_with_an_entry_that_was_cancelled_before_any_fill() -> None:
    outcome = outcome_beside((ENTRY, filled(Ending.CANCELLED, filled=Decimal(0))))
    assert outcome is not None
    assert (outcome.ending, outcome.reason) == (Ending.CANCELLED, "its entry 9 was cancelled")


def test_an_attached_order_is_not_explained_while_the_end_of_its_entry_is_unknown() -> None:
    assert outcome_beside() is None


def test_an_attached_order_without_an_id_says_why_it_may_stay_gone() -> None:
    assert why_gone(HUNG) == "it was attached to order 9, and the exchange does not say what it became"
    assert why_gone(replace(HUNG, order_id="5")) is None
    assert why_gone(stop("1/2")) is None
