"""Crypto.com's orders in the one shape of all orders."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from domain.markets import MarketType, Side
from domain.orders import Contingency, Order, OrderKind, OrderStatus, Role, RoleOrigin, TriggerDirection, TriggerKind
from domain.sources import Source, Success
from exchanges.connection.errors import BadPayload
from exchanges.cryptocom.orders import normalise_orders
from tests.exchanges.wire_payloads import answer, order_row, trigger_row


def read(*rows: Any) -> Success[Order]:
    return normalise_orders(answer(*rows), "main", Source.TRIGGERS, {})


def only(row: Any) -> Order:
    success = read(row)
    assert success.unreadable == ()
    (order,) = success.rows
    return order


def test_a_limit_order_is_read_whole() -> None:
    row = order_row(cumulative_quantity="0.500", avg_price="89.95")
    order = only(row)
    assert (order.account, order.exchange, order.source) == ("main", "cryptocom", Source.TRIGGERS)
    assert order.key == order.order_id == "7000000000000000001"
    assert order.client_order_id == "mine-1"
    assert (order.symbol, order.exchange_symbol, order.base, order.quote) == ("SOL/USD", "SOL_USD", "SOL", "USD")
    assert order.market_type is MarketType.SPOT
    assert (order.side, order.kind, order.status) == (Side.BUY, OrderKind.LIMIT, OrderStatus.PARTIALLY_FILLED)
    assert str(order.amount) == "2.000"
    assert str(order.filled) == "0.500"
    assert str(order.remaining) == "1.500"
    assert str(order.limit_price) == "90.00"
    assert str(order.average_price) == "89.95"
    assert order.trigger_price is None
    assert (order.post_only, order.reduce_only, order.time_in_force) == (True, False, "GTC")
    assert order.created_at == datetime(2025, 11, 24, 16, 0, tzinfo=UTC)
    assert order.updated_at == datetime(2025, 11, 24, 16, 1, tzinfo=UTC)
    assert (order.role, order.role_origin, order.group_id, order.contingency) == (Role.UNKNOWN, None, None, None)
    assert order.raw == row


@pytest.mark.parametrize(
    ("instructions", "expected"),
    [(["SMART_POST_ONLY"], True), (["REDUCE_ONLY", "ISOLATED_MARGIN"], False), (["POST_ONLY"], True), ([], False)],
)
def test_both_kinds_of_post_only_are_post_only(instructions: list[str], expected: bool) -> None:
    """The words of "exec_inst" in private/create-order: POST_ONLY or SMART_POST_ONLY, never both."""
    assert only(order_row(exec_inst=instructions)).post_only is expected


def test_a_stop_that_executes_at_market_has_a_trigger_and_no_price() -> None:
    for nonsense in ({}, {"limit_price": "0"}, {"limit_price": "80.00"}):
        order = only(trigger_row(**nonsense))
        assert order.kind is OrderKind.STOP
        assert str(order.trigger_price) == "80.00"
        assert order.limit_price is None
        assert order.trigger_kind is TriggerKind.LAST
        assert order.status is OrderStatus.PENDING


@pytest.mark.parametrize(
    ("order_type", "side", "direction"),
    [
        ("STOP_LOSS", "SELL", TriggerDirection.FALLS),
        ("STOP_LOSS", "BUY", TriggerDirection.RISES),
        ("STOP_LIMIT", "SELL", TriggerDirection.FALLS),
        ("STOP_LIMIT", "BUY", TriggerDirection.RISES),
        ("TAKE_PROFIT", "SELL", TriggerDirection.RISES),
        ("TAKE_PROFIT", "BUY", TriggerDirection.FALLS),
        ("TAKE_PROFIT_LIMIT", "SELL", TriggerDirection.RISES),
        ("LIMIT", "SELL", None),
    ],
)
def test_the_trigger_direction_follows_from_kind_and_side(
    order_type: str, side: str, direction: TriggerDirection | None
) -> None:
    assert only(trigger_row(order_type=order_type, side=side)).trigger_direction is direction


@pytest.mark.parametrize(
    ("order_type", "role"),
    [
        ("STOP_LOSS", Role.STOP_LOSS),
        ("TAKE_PROFIT", Role.TAKE_PROFIT),
        ("TAKE_PROFIT_LIMIT", Role.TAKE_PROFIT),
        ("STOP_LIMIT", Role.UNKNOWN),  # bought, it may be an entry on a breakout
        ("LIMIT", Role.UNKNOWN),
        ("MARKET", Role.UNKNOWN),
    ],
)
def test_a_role_is_stated_only_where_the_type_states_it(order_type: str, role: Role) -> None:
    order = only(trigger_row(order_type=order_type))
    assert order.role is role
    assert order.role_origin is (None if role is Role.UNKNOWN else RoleOrigin.STATED)


@pytest.mark.parametrize("order_type", ["STOP_LOSS", "TAKE_PROFIT", "TAKE_PROFIT_LIMIT"])
def test_a_single_buy_on_spot_closes_nothing_whatever_its_type_is_called(order_type: str) -> None:
    order = only(trigger_row(order_type=order_type, side="BUY"))
    assert (order.role, order.role_origin) == (Role.UNKNOWN, None)
    leg = only(trigger_row(order_type=order_type, side="BUY", list_id=5, leg_id=2, contingency_type="OCO"))
    contract = only(trigger_row(order_type=order_type, side="BUY", instrument_name="SOLUSD-PERP"))
    assert Role.UNKNOWN not in (leg.role, contract.role)


def test_a_contingency_that_names_a_purpose_states_the_role() -> None:
    order = only(order_row(contingency_type="TAKE_PROFIT", list_id=5, leg_id=2, side="SELL"))
    assert (order.role, order.role_origin, order.contingency) == (
        Role.TAKE_PROFIT,
        RoleOrigin.STATED,
        Contingency.ATTACHED,
    )


@pytest.mark.parametrize(
    ("said", "contingency"),
    [
        ("OCO", Contingency.OCO),
        ("OTO", Contingency.OTO),
        ("OTOCO", Contingency.OTOCO),
        ("SPOT_ATTACH", Contingency.ATTACHED),
        ("DERIV_ATTACH", Contingency.ATTACHED),
        ("STOP_LOSS", Contingency.ATTACHED),
        ("SOMETHING_NEW", Contingency.UNKNOWN),
        ("", None),
        (None, None),
    ],
)
def test_contingencies_seen_and_unseen_are_mapped(said: str | None, contingency: Contingency | None) -> None:
    assert only(order_row(contingency_type=said)).contingency is contingency


def test_two_legs_under_one_order_id_are_two_orders_of_one_group() -> None:
    """The documented OTOCO gives its stop and its take profit one order id and one client id."""
    shared: dict[str, Any] = {"list_id": 6498090546073120123, "contingency_type": "OTOCO", "order_id": "88"}
    success = read(
        order_row(leg_id=1, **(shared | {"order_id": "87"})),
        trigger_row(leg_id=2, **shared),
        trigger_row(leg_id="3", order_type="TAKE_PROFIT", ref_price="120", **shared),
    )
    assert [order.key for order in success.rows] == ["87/1", "88/2", "88/3"]
    assert {order.group_id for order in success.rows} == {"6498090546073120123"}
    assert success.unreadable == ()


def test_legs_with_one_order_id_and_no_leg_id_are_distinguished_by_type() -> None:
    shared: dict[str, Any] = {"list_id": 5, "contingency_type": "OCO", "order_id": "88"}
    success = read(trigger_row(**shared), trigger_row(order_type="TAKE_PROFIT", ref_price="120", **shared))
    assert [order.key for order in success.rows] == ["88/STOP_LOSS", "88/TAKE_PROFIT"]
    assert [order.leg_id for order in success.rows] == [None, None]


@pytest.mark.parametrize("no_id", ["0", "", "null", None, 0, "None"])
def test_a_missing_id_does_not_identify_an_order(no_id: object) -> None:
    success = read(order_row(order_id=no_id, client_oid="a"), order_row(order_id=no_id, client_oid="b"))
    assert [order.key for order in success.rows] == ["client:a", "client:b"]
    success = read(*(order_row(order_id=no_id, client_oid="0", list_id=5, leg_id=leg) for leg in (1, 2)))
    assert [order.key for order in success.rows] == ["list:5/1", "list:5/2"]
    success = read(order_row(order_id=no_id, client_oid=no_id), order_row())
    assert [order.key for order in success.rows] == ["7000000000000000001"]
    assert "no identity" in success.unreadable[0].error


def test_a_triggered_order_is_linked_to_its_book_order() -> None:
    waiting, working = only(trigger_row()), only(trigger_row(exchange_order_id="7000000000000000099"))
    assert (waiting.book_order_id, waiting.status) == (None, OrderStatus.PENDING)
    assert (working.book_order_id, working.status) == ("7000000000000000099", OrderStatus.OPEN)


def test_a_limit_leg_rests_in_the_book_by_itself() -> None:
    leg = order_row(exchange_order_id="0", list_id=5, leg_id=1, contingency_type="OCO")
    assert only(leg).status is OrderStatus.OPEN
    assert only(leg | {"status": "PENDING"}).status is OrderStatus.PENDING


def test_a_reference_price_of_zero_is_no_trigger() -> None:
    order = only(order_row(ref_price="0", ref_price_type="MARK_PRICE"))
    assert (order.trigger_price, order.trigger_kind) == (None, None)


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("NEW", OrderStatus.PENDING),
        ("PENDING", OrderStatus.PENDING),
        ("ACTIVE", OrderStatus.OPEN),
        ("REPLACING", OrderStatus.UNKNOWN),
        (None, OrderStatus.UNKNOWN),
    ],
)
def test_each_status_of_an_open_order_is_parsed(said: str | None, status: OrderStatus) -> None:
    assert only(order_row(status=said)).status is status


@pytest.mark.parametrize("status", ["CANCELED", "FILLED", "REJECTED", "EXPIRED"])
def test_an_ended_order_is_not_shown_as_open_nor_hidden(status: str) -> None:
    success = read(order_row(status=status))
    assert success.rows == ()
    assert status in success.unreadable[0].error


def test_an_odd_row_is_shown_and_hides_no_other() -> None:
    odd: list[Any] = [
        order_row(order_id="1", quantity="many"),
        order_row(order_id="2", side="HOLD"),
        order_row(order_id="3", instrument_name=None),
        order_row(order_id="4", quantity="-1"),
        order_row(order_id="5", limit_price=-5),
        {},
        None,
        "row",
    ]
    success = read(*odd, order_row())
    assert [order.key for order in success.rows] == ["7000000000000000001"]
    assert len(success.unreadable) == len(odd)
    assert success.unreadable[0].raw == odd[0]
    assert 'quantity is not a number: "many"' in success.unreadable[0].error


def test_missing_order_fields_are_unknown() -> None:
    order = only({"order_id": "5", "side": "SELL", "instrument_name": "SOL_USD"})
    assert order.kind is OrderKind.UNKNOWN
    unknown = (order.amount, order.filled, order.remaining, order.limit_price, order.average_price, order.post_only)
    assert unknown == (None,) * 6
    assert (order.created_at, order.time_in_force) == (None, None)


def test_more_filled_than_ordered_leaves_what_remains_unknown() -> None:
    assert only(order_row(quantity="1", cumulative_quantity="2")).remaining is None


def test_tiny_and_long_numbers_keep_every_digit() -> None:
    order = only(order_row(quantity="9" * 30 + ".123456789", limit_price="0.00000000000000000001"))
    assert order.amount == Decimal("9" * 30 + ".123456789")
    assert order.remaining == order.amount
    assert str(order.limit_price) == "1E-20"


def test_a_repeated_row_is_one_order() -> None:
    success = read(order_row(), order_row())
    assert len(success.rows) == 1
    assert success.unreadable == ()


def test_two_different_rows_under_one_identity_do_not_collapse_silently() -> None:
    success = read(order_row(), order_row(quantity="3"))
    assert len(success.rows) == 1
    assert "same identity" in success.unreadable[0].error


def test_an_empty_list_is_a_success_and_no_list_is_not() -> None:
    assert read() == Success(())
    answers: list[Any] = [{"code": 0, "result": {}}, {"code": 0}, {"code": 0, "result": {"data": None}}, [], None]
    for payload in answers:
        with pytest.raises(BadPayload, match="no list"):
            normalise_orders(payload, "main", Source.ORDERS, {})


def test_an_unknown_instrument_keeps_the_name_the_exchange_gave_it() -> None:
    order = only(order_row(instrument_name="SOLUSD"))
    assert (order.symbol, order.exchange_symbol, order.market_type) == ("SOLUSD", "SOLUSD", MarketType.UNKNOWN)
    assert (order.base, order.quote) == ("SOL", "USD")
