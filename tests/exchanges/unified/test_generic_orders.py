"""Orders of exchanges without declared rows: what ccxt's unified fields say of triggers and attached orders."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from domain.endings import Ending
from domain.order_groups import merge_duplicates
from domain.orders import Order
from domain.sources import Source
from exchanges.connection.listed_markets import Listed
from exchanges.unified.ended_rows import read_ended
from exchanges.unified.orders import normalise_unified_orders
from exchanges.venues._shared.order_rows import OrderRow
from exchanges.venues._shared.venue import Venue
from exchanges.venues.registry import GENERIC
from tests.exchanges.harness import spot, swap

MARKETS = (spot("BTC/USDT", "BTCUSDT"), swap("BTC/USDT:USDT", "BTCUSDT", size="0.001"))
LISTED = Listed({market["symbol"]: market for market in MARKETS})


def row(**values: Any) -> dict[str, Any]:
    """ccxt's order: sells 20 contracts of 0.001 BTC at market, as far as nothing else is given."""
    return {
        "id": "7", "symbol": "BTC/USDT:USDT", "type": "market", "side": "sell", "amount": "20", "status": "open",
        "timestamp": 1764000000000, "info": {},
    } | values  # fmt: skip


def read(given: Mapping[str, Any], source: str = "orders", venue: Venue = GENERIC) -> list[dict[str, Any]]:
    """The orders of one row, each by the fields that matter here."""
    success = normalise_unified_orders([given], "main", "nowhere", venue, Source(source), LISTED)
    assert not success.unreadable
    return [_fields_of(order) for order in merge_duplicates(success.rows)]


def _fields_of(order: Order) -> dict[str, Any]:
    fields = ("key", "side", "kind", "role", "trigger_price", "limit_price", "remaining", "group_id", "contingency")
    return {name: getattr(order, name) for name in fields}


def matches(orders: list[dict[str, Any]], *expected: Mapping[str, Any]) -> bool:
    return len(orders) == len(expected) and all(
        order[name] == (Decimal(value) if name.endswith("price") and value is not None else value)
        for order, fields in zip(orders, expected, strict=True)
        for name, value in fields.items()
    )


ENTRY = {"side": "buy", "type": "limit", "price": "61300", "triggerPrice": "61200", "reduceOnly": False}


def test_orders_attached_to_a_conditional_entry_are_listed_too() -> None:
    orders = read(row(**ENTRY, takeProfitPrice="66000", stopLossPrice="59900"), "triggers")
    assert matches(
        orders,
        {"key": "7", "kind": "stop_limit", "role": "entry", "trigger_price": "61200", "contingency": "attached"},
        {"key": "7/tp", "kind": "take_profit", "side": "sell", "trigger_price": "66000", "group_id": "7"},
        {"key": "7/sl", "kind": "stop", "side": "sell", "trigger_price": "59900", "group_id": "7"},
    )
    assert {order["remaining"] for order in orders} == {Decimal("0.02")}


def test_orders_attached_to_a_limit_order_are_listed_too() -> None:
    orders = read(row(side="buy", type="limit", price="60000", stopLossPrice="55000"))
    assert matches(
        orders,
        {"key": "7", "kind": "limit", "role": "entry", "limit_price": "60000"},
        {"key": "7/sl", "kind": "stop", "role": "stop_loss", "side": "sell", "trigger_price": "55000"},
    )


@pytest.mark.parametrize(("source", "reduces"), [("orders", True), ("triggers", None)])
def test_the_take_profit_and_the_stop_of_a_position_in_one_row_cancel_each_other(source: str, reduces: object) -> None:
    orders = read(row(reduceOnly=reduces, takeProfitPrice="66000", stopLossPrice="55000"), source)
    assert matches(
        orders,
        {"key": "7/tp", "kind": "take_profit", "role": "take_profit", "side": "sell", "contingency": "OCO"},
        {"key": "7/sl", "kind": "stop", "role": "stop_loss", "side": "sell", "contingency": "OCO", "group_id": "7"},
    )


def test_a_row_that_waits_for_its_stop_and_names_the_take_profit_too_is_both() -> None:
    """The limit is that of the price which the row waits for."""
    given = row(reduceOnly=True, type="limit", price="54900", triggerPrice="55000", stopLossPrice="55000",
                takeProfitPrice="66000")  # fmt: skip
    assert matches(
        read(given, "triggers"),
        {"key": "7/tp", "kind": "take_profit", "limit_price": None, "trigger_price": "66000"},
        {"key": "7/sl", "kind": "stop_limit", "limit_price": "54900", "trigger_price": "55000"},
    )


@pytest.mark.parametrize("source", ["orders", "triggers"])
def test_an_order_that_can_only_reduce_is_itself_the_stop_that_it_names(source: str) -> None:
    orders = read(row(reduceOnly=True, stopLossPrice="55000"), source)
    assert matches(orders, {"key": "7", "kind": "stop", "role": "stop_loss", "side": "sell", "contingency": None})


def test_the_position_that_an_order_names_is_read_by_the_usual_names_of_the_field() -> None:
    hedged = row(side="buy", triggerPrice="63900", type="stop_market", reduceOnly=False, info={"positionSide": "SHORT"})
    assert matches(read(hedged, "triggers"), {"kind": "stop", "role": "stop_loss"})
    opens = row(side="sell", triggerPrice="55000", type="stop_market", info={"posSide": "short"})
    assert matches(read(opens, "triggers"), {"role": "entry"})


def test_a_field_that_contradicts_reduce_only_names_no_position() -> None:
    odd = row(side="sell", triggerPrice="55000", type="stop_market", reduceOnly=True, info={"posSide": "short"})
    assert matches(read(odd, "triggers"), {"role": "stop_loss"})


def test_the_type_stop_gives_no_direction_if_every_conditional_order_has_it() -> None:
    given = row(reduceOnly=True, triggerPrice="72000", stopLossPrice="72000", type="stop_market")
    undirected = Venue(order_row=lambda _row, _unified: OrderRow(kind_tells_direction=False))
    assert matches(read(given, "triggers", undirected), {"role": "unknown", "trigger_price": "72000"})


def test_both_orders_of_one_row_end_when_it_is_cancelled() -> None:
    gone = row(reduceOnly=True, takeProfitPrice="66000", stopLossPrice="55000", status="canceled")
    order, unreadable = read_ended([gone], GENERIC, LISTED)
    assert ([(one.order_id, one.leg_id, one.ending) for one in order], unreadable) == (
        [("7", "tp", Ending.CANCELLED), ("7", "sl", Ending.CANCELLED)],
        (),
    )
