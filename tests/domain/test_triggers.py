"""Triggers: the direction as decided before, else by the first price seen. Nothing is guessed."""

from decimal import Decimal
from typing import Any

import pytest

from domain.markets import Side
from domain.order_groups import merge_duplicates
from domain.orders import Order, OrderKind, Role, RoleOrigin, TriggerDirection, TriggerKind
from domain.positions import PositionSide
from domain.protection import ProtectionState, protection_of, protection_of_positions
from domain.triggers import direction_of, with_trigger_state
from tests.factories import NOON, balance, later, position, price, snapshot, stop

FALLS, RISES = TriggerDirection.FALLS, TriggerDirection.RISES


def plain(trigger: str, **values: Any) -> Order:
    """A trigger order to sell 1 BTC without a stated direction."""
    return stop(trigger=trigger, **{"trigger_direction": None, "reduce_only": True} | values)


def as_seen(order: Order, at: str | None, before: Order | None = None, mark: str | None = None) -> Order:
    """The order with direction and role at this market price."""
    previous = {} if before is None else {(before.source, before.key): before}
    ticker = price(order.symbol, at, mark=None if mark is None else Decimal(mark))
    (shown,) = merge_duplicates(with_trigger_state([order], previous, {ticker.symbol: ticker}))
    return shown


@pytest.mark.parametrize(
    ("kind", "side", "direction"),
    [
        (OrderKind.STOP, Side.SELL, FALLS),
        (OrderKind.STOP_LIMIT, Side.BUY, RISES),
        (OrderKind.TRAILING_STOP, Side.SELL, FALLS),
        (OrderKind.TRAILING_STOP, Side.BUY, RISES),
        (OrderKind.TAKE_PROFIT, Side.SELL, RISES),
        (OrderKind.TAKE_PROFIT_LIMIT, Side.BUY, FALLS),
        (OrderKind.LIMIT, Side.SELL, None),
    ],
)
def test_a_stop_acts_against_its_side_and_a_take_profit_with_it(kind, side, direction):
    assert direction_of(kind, side) is direction


@pytest.mark.parametrize(
    ("side", "trigger", "kind", "role"),
    [
        (Side.SELL, "72000", OrderKind.TAKE_PROFIT, Role.TAKE_PROFIT),
        (Side.SELL, "55000", OrderKind.STOP, Role.STOP_LOSS),
        (Side.BUY, "72000", OrderKind.STOP, Role.STOP_LOSS),
        (Side.BUY, "55000", OrderKind.TAKE_PROFIT, Role.TAKE_PROFIT),
    ],
)
def test_a_trigger_is_a_stop_or_a_take_profit_by_the_price_at_first_sight(side, trigger, kind, role):
    shown = as_seen(plain(trigger, side=side), "60000")
    assert (shown.kind, shown.role) == (kind, role)


def test_a_limit_stays_with_the_kind_that_the_direction_makes_it():
    shown = as_seen(plain("72000", kind=OrderKind.STOP_LIMIT, limit_price=Decimal(71900)), "60000")
    assert (shown.kind, shown.limit_price) == (OrderKind.TAKE_PROFIT_LIMIT, Decimal(71900))


def test_a_buying_trigger_that_may_open_a_position_has_no_role():
    for trigger in ("72000", "55000"):
        assert as_seen(plain(trigger, side=Side.BUY, reduce_only=False), "60000").role is Role.UNKNOWN


def test_a_decided_direction_is_kept_when_the_market_has_moved_to_the_other_side():
    """A take profit at 72,000 by the mark, while the last price jumps to 73,000 and the mark does not."""
    first = as_seen(plain("72000"), "60000")
    assert as_seen(plain("72000"), "73000", before=first).trigger_direction is RISES
    assert as_seen(plain("72000"), None, before=first).kind is OrderKind.TAKE_PROFIT


def test_a_trigger_that_was_moved_is_decided_anew():
    first = as_seen(plain("72000"), "60000")
    assert as_seen(plain("58000"), "60000", before=first).trigger_direction is FALLS


def test_a_triggered_order_keeps_its_direction_and_no_price_tells_one_any_more():
    first = as_seen(plain("55000", kind=OrderKind.STOP_LIMIT, limit_price=Decimal(54000)), "60000")
    resting = plain("55000", kind=OrderKind.STOP_LIMIT, limit_price=Decimal(54000), book_order_id="9")
    assert as_seen(resting, "50000", before=first).trigger_direction is FALLS
    assert as_seen(resting, "50000").trigger_direction is None


def test_a_trigger_by_the_mark_is_compared_with_the_mark():
    order = plain("60000", trigger_kind=TriggerKind.MARK)
    assert as_seen(order, "59000", mark="61000").trigger_direction is FALLS
    assert as_seen(plain("60000", trigger_kind=TriggerKind.LAST), "59000", mark="61000").trigger_direction is RISES


@pytest.mark.parametrize("market", [None, "72000"], ids=["no price", "exactly at the trigger"])
def test_without_a_price_that_tells_nothing_is_known_and_nothing_is_called_protected(market):
    shown = as_seen(plain("72000"), market)
    assert (shown.trigger_direction, shown.role) == (None, Role.UNKNOWN)
    held = snapshot(balances=[balance("BTC")], orders=[shown])
    assert protection_of(held)["BTC"].state is ProtectionState.UNKNOWN
    long = position(symbol="BTC/USD", side=PositionSide.LONG, amount="1")
    assert [p.state for p in protection_of_positions(snapshot(positions=[long], orders=[shown])).values()] == [
        ProtectionState.UNKNOWN
    ]


def test_a_trigger_above_the_market_leaves_the_holding_unprotected():
    held = snapshot(balances=[balance("BTC")], orders=[as_seen(plain("72000"), "60000")])
    assert protection_of(held)["BTC"].state is ProtectionState.UNPROTECTED
    held = snapshot(balances=[balance("BTC")], orders=[as_seen(plain("55000"), "60000")])
    assert protection_of(held)["BTC"].state is ProtectionState.PROTECTED


def test_a_role_that_was_read_from_the_type_goes_with_the_type():
    order = plain("72000", role=Role.STOP_LOSS, role_origin=RoleOrigin.STATED)
    shown = as_seen(order, "60000")
    assert (shown.kind, shown.role, shown.role_origin) == (
        OrderKind.TAKE_PROFIT,
        Role.TAKE_PROFIT,
        RoleOrigin.INFERRED,
    )


def trailing(side: Side = Side.SELL, activation: str | None = "66000", **values: Any) -> Order:
    given = None if activation is None else Decimal(activation)
    return stop(side=side, kind=OrderKind.TRAILING_STOP, trigger_price=None, activation_price=given, reduce_only=True,
                **values)  # fmt: skip


@pytest.mark.parametrize(
    ("side", "market", "is_active"),
    [
        (Side.SELL, "60000", False),
        (Side.SELL, "66000", True),
        (Side.SELL, "67000", True),
        (Side.BUY, "67000", False),
        (Side.BUY, "66000", True),
        (Side.BUY, "60000", True),
        (Side.SELL, None, None),
    ],
)
def test_a_trailing_stop_is_active_once_the_price_has_reached_its_activation_price(side, market, is_active):
    """A selling one is activated by a rise, a buying one by a fall."""
    assert as_seen(trailing(side), market).is_active is is_active


def test_a_trailing_stop_stays_active_when_the_price_comes_back():
    first = as_seen(trailing(), "60000")
    assert first.is_active is False
    reached = as_seen(trailing(), "66500", before=first)
    assert as_seen(trailing(), "61000", before=reached).is_active is True
    assert as_seen(trailing(), None, before=first).is_active is False
    assert as_seen(trailing(activation="70000"), "61000", before=reached).is_active is False


def test_a_stated_activity_of_a_trailing_stop_counts_more_than_the_price():
    assert as_seen(trailing(is_active=True), "60000").is_active is True
    assert as_seen(trailing(is_active=False), "70000").is_active is False


def test_a_trailing_stop_without_an_activation_price_is_active_from_the_start():
    assert (as_seen(trailing(activation=None), None).is_armed, as_seen(trailing(), None).is_armed) == (True, None)


@pytest.mark.parametrize(
    ("market", "state"),
    [
        ("60000", ProtectionState.UNPROTECTED),
        ("66000", ProtectionState.PROTECTED),
        (None, ProtectionState.UNKNOWN),
    ],
)
def test_a_trailing_stop_protects_nothing_before_it_is_active(market, state):
    shown = as_seen(trailing(), market)
    assert shown.role is Role.STOP_LOSS
    assert protection_of(snapshot(balances=[balance("BTC")], orders=[shown]))["BTC"].state is state


def test_a_price_from_before_an_order_was_created_tells_nothing_of_it():
    """Prices may be requested less often than orders."""
    market = {"BTC/USD": price("BTC/USD", "60000")}
    young, old = (plain("72000", created_at=later(seconds)) for seconds in (5, -5))
    assert [o.trigger_direction for o in with_trigger_state([young, old], {}, market, prices_at=NOON)] == [None, RISES]
    (waits,) = with_trigger_state([trailing(activation="59000", created_at=later(5))], {}, market, prices_at=NOON)
    assert waits.is_active is None
