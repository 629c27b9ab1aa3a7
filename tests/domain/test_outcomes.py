"""Outcomes: how an order ended, by its most trusted evidence. One case a line."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from domain.endings import EndedOrder, Ending, Evidence, Outcome
from domain.fills import Fill
from domain.markets import Side
from domain.orders import Contingency, Order, Role
from domain.outcomes import EndingFacts, as_ended_order, outcome_of
from domain.sources import Source
from tests.factories import NOON, later, order, stop

GONE = later(30)


def fill(key: str = "f1", order_id: str = "1", amount: str = "1", price: str = "90000", **values: Any) -> Fill:
    facts: dict[str, Any] = {
        "account": "main",
        "exchange": "cryptocom",
        "symbol": "BTC/USD",
        "exchange_symbol": "BTC_USD",
        "base": "BTC",
        "quote": "USD",
        "market_type": order().market_type,
        "side": Side.BUY,
        "at": later(10),
        "raw": {},
    }
    return Fill(key=key, order_id=order_id, amount=Decimal(amount), price=Decimal(price), **facts | values)


def ended(ending: Ending | None, order_id: str = "1", filled: str | None = "0", **values: Any) -> EndedOrder:
    facts: dict[str, Any] = {"exchange_symbol": "BTC_USD", "amount": Decimal(1), "ended_at": later(20)}
    return EndedOrder(order_id, ending=ending, filled=None if filled is None else Decimal(filled), **facts | values)


def decided(missing: Order, gone_at: datetime = GONE, **facts: Any) -> tuple[Any, ...] | None:
    outcome = outcome_of(missing, gone_at, EndingFacts(**facts))
    return None if outcome is None else (outcome.ending, outcome.evidence, outcome.filled)


FILLED, CANCELLED = Ending.FILLED, Ending.CANCELLED
BY_FILLS, BY_HISTORY, BY_DETAIL = Evidence.FILLS, Evidence.ORDER_HISTORY, Evidence.ORDER_DETAIL
HALF = fill(amount="0.5")

CASES = {
    "nothing known": ({}, None),
    "fills make it whole": ({"fills": [fill("a", amount="0.4"), fill("b", amount="0.6")]}, (FILLED, BY_FILLS, 1)),
    "one fill told twice is one": ({"fills": [HALF, HALF]}, None),
    "a part filled, the rest unknown": ({"fills": [HALF]}, None),
    "fills of another order": ({"fills": [fill(order_id="2")]}, None),
    "fills of another market": ({"fills": [fill(exchange_symbol="BTC_USDT")]}, None),
    "fills of a perpetual of one name": ({"fills": [fill(symbol="BTC/USD:USD")]}, None),
    "history of a perpetual of one name": ({"history": [ended(CANCELLED, symbol="BTC/USD:USD")]}, None),
    "history that names its market": ({"history": [ended(CANCELLED, symbol="BTC/USD")]}, (CANCELLED, BY_HISTORY, 0)),
    "fills outweigh history": ({"fills": [fill()], "history": [ended(CANCELLED)]}, (FILLED, BY_FILLS, 1)),
    "history says cancelled": ({"history": [ended(CANCELLED)]}, (CANCELLED, BY_HISTORY, 0)),
    "cancelled after a part": ({"history": [ended(CANCELLED, filled="0.3")]}, (CANCELLED, BY_HISTORY, Decimal("0.3"))),
    "cancelled, a part by fills": (
        {"history": [ended(CANCELLED, filled=None)], "fills": [HALF]},
        (CANCELLED, BY_HISTORY, Decimal("0.5")),
    ),
    "called cancelled, wholly filled": ({"history": [ended(CANCELLED, filled="1")]}, (FILLED, BY_HISTORY, 1)),
    "amended down before it filled": (
        {"history": [ended(CANCELLED, filled=None, amount=Decimal("0.5"))], "fills": [HALF]},
        (FILLED, BY_FILLS, Decimal("0.5")),
    ),
    "expired": ({"history": [ended(Ending.EXPIRED)]}, (Ending.EXPIRED, BY_HISTORY, 0)),
    "rejected": ({"history": [ended(Ending.REJECTED)]}, (Ending.REJECTED, BY_HISTORY, 0)),
    "history of another order": ({"history": [ended(CANCELLED, order_id="2")]}, None),
    "history outweighs detail": (
        {"history": [ended(CANCELLED)], "detail": ended(Ending.EXPIRED)},
        (CANCELLED, BY_HISTORY, 0),
    ),
    "called filled, and only a part is": ({"history": [ended(FILLED, filled="0.4")]}, None),
    "the detail says what the list does not": (
        {"history": [ended(FILLED, filled="0.4")], "detail": ended(Ending.EXPIRED, filled="0.4")},
        (Ending.EXPIRED, BY_DETAIL, Decimal("0.4")),
    ),
    "called filled, not all fills are read": (
        {"history": [ended(FILLED, filled=None)], "fills": [HALF]},
        (FILLED, BY_HISTORY, None),
    ),
    "only the detail": ({"detail": ended(FILLED, filled="1")}, (FILLED, BY_DETAIL, 1)),
    "the exchange still calls it live": ({"detail": ended(None)}, None),
    "a detail of something else": ({"detail": ended(FILLED, order_id="2")}, None),
    "unknown is not zero": ({"history": [ended(CANCELLED, filled=None)]}, (CANCELLED, BY_HISTORY, None)),
}


@pytest.mark.parametrize(("facts", "expected"), CASES.values(), ids=CASES)
def test_an_order_ends_as_the_facts_say(facts: Any, expected: Any) -> None:
    assert decided(order("1"), **facts) == expected


def test_a_filled_order_tells_its_average_and_when() -> None:
    """The average is that of its fills, not its limit price."""
    fills = [fill("a", amount="0.25", price="88000"), fill("b", amount="0.75", price="90000", at=later(12))]
    outcome = outcome_of(order("1"), GONE, EndingFacts(fills=fills))
    assert outcome is not None
    assert (outcome.average_price, outcome.ended_at, outcome.gone_at) == (Decimal(89500), later(12), GONE)


# Triggers: one order, two ids.

TRIGGERED = Ending.TRIGGERED
SOLD = fill(order_id="B", side=Side.SELL)
STOPS = {
    "its row names the book's order": (
        {"history": [ended(FILLED, "S", "1", book_order_id="B")]},
        (TRIGGERED, BY_HISTORY, 1),
    ),
    "and its fills are there": (
        {"history": [ended(FILLED, "S", "1", book_order_id="B")], "fills": [SOLD]},
        (TRIGGERED, BY_FILLS, 1),
    ),
    "its detail names it, live": ({"detail": ended(None, "S", book_order_id="B")}, (TRIGGERED, BY_DETAIL, 0)),
    "cancelled in the book after a part": (
        {"history": [ended(CANCELLED, "S", "0.2", book_order_id="B")]},
        (TRIGGERED, BY_HISTORY, Decimal("0.2")),
    ),
    "cancelled before it triggered": ({"history": [ended(CANCELLED, "S")]}, (CANCELLED, BY_HISTORY, 0)),
    "fills without a link": ({"fills": [SOLD]}, None),
}


@pytest.mark.parametrize(("facts", "expected"), STOPS.values(), ids=STOPS)
def test_a_trigger_order_ends_as_the_facts_say(facts: Any, expected: Any) -> None:
    assert decided(stop("S"), **facts) == expected


def test_a_triggered_order_names_its_book_order_and_how_that_ended() -> None:
    last_seen = stop("S", book_order_id="B")
    facts = EndingFacts(history=[ended(CANCELLED, "B", "0.5", reason="insufficient balance")])
    outcome = outcome_of(last_seen, GONE, facts)
    assert outcome is not None
    assert (outcome.book_order_id, outcome.filled) == ("B", Decimal("0.5"))
    assert outcome.reason == "became order B in the book, which was cancelled"
    assert outcome_of(last_seen, GONE, EndingFacts()) is None


def test_fills_of_a_shared_id_belong_to_the_leg_in_the_book() -> None:
    """The limit leg filled. The stop with the same id did not."""
    legs = {"order_id": "X", "group_id": "g", "contingency": Contingency.OTOCO}
    target = order("X/3", leg_id="3", side=Side.SELL, source=Source.TRIGGERS, **legs)
    loss = stop("X/2", leg_id="2", **legs)
    sold = [fill(order_id="X", side=Side.SELL)]
    taken = outcome_of(target, GONE, EndingFacts(fills=sold))
    assert taken is not None
    assert taken.ending is FILLED
    assert outcome_of(loss, GONE, EndingFacts(fills=sold)) is None
    assert outcome_of(loss, GONE, EndingFacts(history=[ended(FILLED, "X", "1", leg_id="3")])) is None
    other = outcome_of(loss, GONE, EndingFacts(fills=sold, siblings=[(target, taken)]))
    assert other is not None
    assert (other.ending, other.evidence, other.reason) == (CANCELLED, Evidence.GROUP, "its sibling X/3 filled")


BRACKET: dict[str, Any] = {"order_id": "X", "group_id": "X", "contingency": Contingency.OCO}
TARGET = order("X/tp", leg_id="tp", side=Side.SELL, limit_price=Decimal(100), **BRACKET)
LOSS = stop("X/sl", "80", leg_id="sl", **BRACKET)


@pytest.mark.parametrize("amount", ["1", "0.3"])
def test_an_execution_worse_than_the_limit_belongs_to_the_stop_of_the_same_id(amount: str) -> None:
    """The stop keeps the shared id. A sale below the limit price is no fill of the limit leg."""
    facts: dict[str, Any] = {
        "history": [
            ended(FILLED, "X", "1", leg_id="sl"),
            ended(CANCELLED, "X", None, leg_id="tp", reason="its sibling X/sl triggered"),
        ],
        "fills": [
            fill("high", "X", amount="0.2", price="101", side=Side.SELL),
            fill("low", "X", amount=amount, price="79", side=Side.SELL),
        ],
    }
    assert decided(TARGET, **facts) == (CANCELLED, BY_HISTORY, Decimal("0.2"))
    assert decided(TARGET, fills=facts["fills"]) is None
    assert decided(LOSS, **facts) == (FILLED, BY_HISTORY, Decimal(1))
    bought = [replace(sale, side=Side.BUY) for sale in facts["fills"]]
    assert decided(replace(TARGET, side=Side.BUY, amount=Decimal(amount)), fills=bought) == (
        FILLED,
        BY_FILLS,
        Decimal(amount),
    )


def test_a_limit_leg_that_executed_at_its_price_filled() -> None:
    sold = [fill("a", "X", amount="0.4", price="100", side=Side.SELL), fill("b", "X", "0.6", "102", side=Side.SELL)]
    assert decided(TARGET, fills=sold) == (FILLED, BY_FILLS, Decimal(1))


def test_the_sum_of_two_legs_is_not_shown_for_one_of_them() -> None:
    """The row says 1 in total, and this leg was for the 0.6 that its sibling had left."""
    facts = EndingFacts(history=[ended(FILLED, "X", "1", leg_id="sl", average_price=Decimal(85))])
    outcome = outcome_of(replace(LOSS, amount=Decimal("0.6")), GONE, facts)
    assert outcome is not None
    assert (outcome.ending, outcome.filled, outcome.average_price) == (FILLED, None, None)


# Groups.


def leg(key: str, contingency: Contingency, leg_id: str, **values: Any) -> Order:
    return stop(key, group_id="g", contingency=contingency, leg_id=leg_id, **values)


def ending_of(missing: Order, ending: Ending, **values: Any) -> tuple[Order, Outcome]:
    return missing, Outcome(missing.account, missing.source, missing.key, ending, GONE, **values)


OCO, OTO, OTOCO = Contingency.OCO, Contingency.OTO, Contingency.OTOCO
HANGS = Contingency.ATTACHED
ENTRY = order("g", group_id="g", contingency=HANGS, role=Role.ENTRY)


@pytest.mark.parametrize(
    ("ending", "filled", "reason"),
    [
        (CANCELLED, 0, "its entry g was cancelled"),
        (Ending.EXPIRED, 0, "its entry g expired"),
        (CANCELLED, None, None),  # it may have filled a little, and placed them for that
        (CANCELLED, Decimal("0.5"), None),
        (FILLED, 1, None),
        (TRIGGERED, 0, None),
    ],
)
def test_an_attached_order_is_cancelled_with_an_entry_that_never_filled(
    ending: Ending, filled: Any, reason: str | None
) -> None:
    """If the entry filled, the ending of its attached orders is unknown."""
    hanging = stop("g/sl", order_id="g/sl", group_id="g", contingency=HANGS)
    for missing in (hanging, replace(hanging, key="other/sl", group_id="other")):
        outcome = outcome_of(missing, GONE, EndingFacts(siblings=[ending_of(ENTRY, ending, filled=filled)]))
        assert (None if outcome is None else outcome.reason) == (reason if missing is hanging else None)
    entry = EndingFacts(siblings=[ending_of(hanging, CANCELLED, filled=Decimal(0))])
    assert outcome_of(ENTRY, GONE, entry) is None


GROUPS: list[tuple[Order, Order, Ending, str | None]] = [
    (leg("1", OCO, "1"), leg("2", OCO, "2"), FILLED, "its sibling 2 filled"),
    (leg("1", OCO, "1"), leg("2", OCO, "2"), TRIGGERED, "its sibling 2 triggered"),
    (leg("1", OCO, "1"), leg("2", OCO, "2"), CANCELLED, None),
    (leg("1", OCO, "1"), stop("2", group_id="another", contingency=OCO), FILLED, None),
    (leg("3", OTOCO, "3"), leg("2", OTOCO, "2"), FILLED, "its sibling 2 filled"),
    (leg("2", OTOCO, "2"), leg("1", OTOCO, "1"), FILLED, None),
    (leg("2", OTOCO, "2"), leg("1", OTOCO, "1"), CANCELLED, "its entry 1 was cancelled"),
    (leg("2", OTO, "2"), leg("1", OTO, "1", role=Role.ENTRY), Ending.EXPIRED, "its entry 1 expired"),
    (leg("1", OTOCO, "1"), leg("2", OTOCO, "2"), FILLED, None),
    (leg("2", OTO, "2"), leg("1", OTO, "1"), FILLED, None),
]


@pytest.mark.parametrize(("missing", "sibling", "did", "reason"), GROUPS)
def test_a_sibling_decides_if_there_is_no_other_evidence(
    missing: Order, sibling: Order, did: Ending, reason: str | None
) -> None:
    outcome = outcome_of(missing, GONE, EndingFacts(siblings=[ending_of(sibling, did)]))
    expected = None if reason is None else (CANCELLED, Evidence.GROUP, reason)
    assert expected == (None if outcome is None else (outcome.ending, outcome.evidence, outcome.reason))


def test_a_plain_cancelled_gets_the_sibling_as_its_reason() -> None:
    missing, sibling = leg("1", OCO, "1"), ending_of(leg("2", OCO, "2"), FILLED)
    facts = EndingFacts(history=[ended(CANCELLED, "1", leg_id="1")], siblings=[sibling])
    outcome = outcome_of(missing, NOON, facts)
    assert outcome is not None
    assert (outcome.evidence, outcome.reason) == (BY_HISTORY, "its sibling 2 filled")


def test_a_known_outcome_is_kept_when_more_evidence_arrives() -> None:
    """Later fills add to it and remove nothing."""
    earlier = Outcome("main", Source.ORDERS, "1", FILLED, GONE, BY_HISTORY, filled=Decimal("0.5"))
    row = as_ended_order(order("1"), earlier)
    outcome = outcome_of(order("1"), GONE, EndingFacts(history=[row]))
    assert outcome == earlier  # it was amended down before it filled
    by_fills = outcome_of(order("1"), GONE, EndingFacts(history=[row], fills=[HALF]))
    assert by_fills is not None
    assert (by_fills.evidence, by_fills.filled) == (BY_FILLS, Decimal("0.5"))


def test_later_fills_complete_the_outcome_of_a_triggered_order() -> None:
    """Its reason is kept."""
    why = "became order B in the book, which was cancelled"
    earlier = Outcome("main", Source.TRIGGERS, "S", TRIGGERED, GONE, BY_HISTORY, book_order_id="B", reason=why)
    half = fill(order_id="B", side=Side.SELL, amount="0.25")
    outcome = outcome_of(stop("S"), GONE, EndingFacts(history=[as_ended_order(stop("S"), earlier)], fills=[half]))
    assert outcome is not None
    assert (outcome.ending, outcome.filled, outcome.reason) == (TRIGGERED, Decimal("0.25"), why)
