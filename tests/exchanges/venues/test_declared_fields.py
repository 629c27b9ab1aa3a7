"""Declared fields: a row without a balance, a debt or a side is unreadable, never taken for zero or for a long."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from domain.markets import Side
from domain.positions import PositionSide
from exchanges.connection.exact import Garbled
from exchanges.venues import _binance_orders as binance
from exchanges.venues import _bitget_orders as bitget
from exchanges.venues import _bybit_orders as bybit_orders
from exchanges.venues import _gate_orders as gate
from exchanges.venues import _htx_orders as htx
from exchanges.venues import _mexc_orders as mexc
from exchanges.venues import _okx_orders as okx_orders
from exchanges.venues import bitstamp, bybit, hyperliquid, kraken, okx, phemex
from exchanges.venues._shared.balance_rows import BalanceFields
from exchanges.venues._shared.order_rows import OrderParser, position_side_in, stated_position_side
from exchanges.venues._shared.position_rows import PositionFields

WALLET = BalanceFields("coin", ("free", "locked"), debt=("borrowed",))
POSITION = PositionFields(size="size", side="side")
HELD: Mapping[str, Any] = {"coin": "BTC", "free": "0.4", "locked": "0.1", "borrowed": "0.2"}


def without(row: Mapping[str, Any], field: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != field}


@pytest.mark.parametrize("field", ["free", "locked", "borrowed"])
def test_a_balance_without_one_of_its_parts_or_its_debt_is_unreadable(field: str) -> None:
    for odd in (without(HELD, field), {**HELD, field: None}):
        with pytest.raises(Garbled, match=field):
            WALLET.row_of(odd)


def test_an_optional_part_may_be_absent() -> None:
    wallet = BalanceFields("coin", ("free", "locked"), optional=("locked",))
    assert wallet.row_of({"coin": "BTC", "free": "0.4"}).wallet_balance == Decimal("0.4")


@pytest.mark.parametrize("side", [None, "", "--"])
def test_an_open_position_without_a_side_is_unreadable(side: str | None) -> None:
    with pytest.raises(Garbled, match="side"):
        POSITION.row_of({"size": "2", "side": side})


def test_a_long_position_of_negative_size_is_unreadable() -> None:
    with pytest.raises(Garbled, match="negative"):
        POSITION.row_of({"size": "-2", "side": "Buy"})


@pytest.mark.parametrize(
    ("size", "side", "expected"),
    [
        ("2", "net", PositionSide.LONG),
        ("-2", "BOTH", PositionSide.SHORT),
        ("2", "Sell", PositionSide.SHORT),
        ("-2", "SHORT", PositionSide.SHORT),
        ("-2", None, PositionSide.SHORT),
        ("0", "", PositionSide.LONG),  # closed
    ],
)
def test_the_sign_is_the_side_in_one_way_mode_alone(size: str, side: str | None, expected: PositionSide) -> None:
    assert POSITION.row_of({"size": size, "side": side}).side is expected


def test_a_short_position_on_bybit_without_its_side_is_no_long_one() -> None:
    short = {"symbol": "BTCUSDT", "side": "Sell", "size": "0.5", "avgPrice": "60000", "markPrice": "61000"}
    assert bybit.position_row(short, {}).side is PositionSide.SHORT
    with pytest.raises(Garbled):
        bybit.position_row(without(short, "side"), {})


def test_a_position_on_okx_of_unknown_market_type_is_not_sized_as_a_contract() -> None:
    short = {
        "instId": "BTC-USDT", "instType": "MARGIN", "posSide": "net", "pos": "12200", "posCcy": "USDT", "ccy": "USDT",
        "liab": "-0.2", "liabCcy": "BTC", "avgPx": "61000",
    }  # fmt: skip
    position = okx.position_row(short, {})
    assert (position.side, position.size) == (PositionSide.SHORT, Decimal("0.2"))
    with pytest.raises(Garbled, match="instType"):
        okx.position_row(without(short, "instType"), {})


def test_a_position_on_kraken_without_its_closed_part_is_unreadable() -> None:
    position = {"pair": "XXBTZUSD", "type": "buy", "vol": "2", "vol_closed": "1.5", "cost": "120000"}
    assert kraken.position_row(position, {}).size == Decimal("0.5")
    with pytest.raises(Garbled, match="vol_closed"):
        kraken.position_row(without(position, "vol_closed"), {})


@pytest.mark.parametrize(
    ("word", "expected"), [("SHORT", PositionSide.SHORT), ("net", None), ("BOTH", None), ("", None)]
)
def test_an_order_names_its_position_in_hedge_mode_alone(word: str, expected: PositionSide | None) -> None:
    assert position_side_in({"positionSide": word}, "positionSide") is expected


def test_an_order_of_an_odd_position_side_is_unreadable() -> None:
    with pytest.raises(Garbled, match="positionSide"):
        position_side_in({"positionSide": "--"}, "positionSide")


PLAN: Mapping[str, Any] = {
    "planType": "profit_plan", "posSide": "long", "posMode": "hedge_mode", "tradeSide": "close", "side": "buy",
    "size": "1", "triggerPrice": "66000", "marginCoin": "USDT",
}  # fmt: skip


@pytest.mark.parametrize("field", ["planType", "posSide", "tradeSide"])
def test_a_plan_on_bitget_without_its_type_or_side_is_unreadable(field: str) -> None:
    assert bitget.order_row(PLAN, {}).side is Side.SELL
    with pytest.raises(Garbled, match=field):
        bitget.order_row(without(PLAN, field), {})


def test_a_trailing_stop_on_bitget_without_its_parameters_is_unreadable() -> None:
    trailing = {"category": "USDT-FUTURES", "type": "trailing_stop", "side": "sell", "qty": "1"}
    with pytest.raises(Garbled, match="trailingStopParams"):
        bitget.order_row(trailing, {})


def test_a_trailing_stop_on_binance_waits_for_its_activation_price_whatever_its_distance() -> None:
    row = {"algoId": "5001", "orderType": "TRAILING_STOP_MARKET", "activatePrice": "66000", "positionSide": "BOTH"}
    order = binance.order_row(row, {})
    assert (order.activation_price, order.trailing_distance) == (Decimal(66000), None)


def test_a_position_side_is_required_where_each_row_has_it() -> None:
    assert stated_position_side({"posSide": "net"}, "posSide") is None
    with pytest.raises(Garbled, match="posSide"):
        stated_position_side({}, "posSide")


# Rows of orders that act only once the price has reached something, or that may close either position. Each case is a
# parser, a row that it reads, and the field without which the row would show another order.
ORDERS: Mapping[str, tuple[OrderParser, Mapping[str, Any], str]] = {
    "gate: a take profit without its rule": (
        gate.order_row,
        {
            "id": 6401, "trigger": {"price": "66000", "price_type": 0}, "order_type": "close-long-position",
            "initial": {"contract": "BTC_USDT", "size": 0, "price": "0"},
        },
        "rule",
    ),
    "bybit: a trailing stop without its type": (
        bybit_orders.order_row,
        {"orderId": "1", "side": "Sell", "triggerPrice": "55000", "triggerDirection": 2, "positionIdx": 0},
        "stopOrderType",
    ),
    "bitget: a trailing stop without its activation price": (
        bitget.order_row,
        {"planType": "track_plan", "posSide": "net", "posMode": "one_way_mode", "side": "sell", "size": "1"},
        "triggerPrice",
    ),
    "htx: a trailing stop without its activation price": (
        htx.order_row,
        {"contract_code": "BTC-USDT", "callback_rate": "0.01", "volume": "1", "position_side": "both"},
        "active_price",
    ),
    "htx: a take profit and stop without its type": (
        htx.order_row,
        {"contract_code": "BTC-USDT", "algo_id": "7301", "position_side": "both", "sl_trigger_price": "55000"},
        "type",
    ),
    "okx: a trailing stop without its activation price": (
        okx_orders.order_row,
        {"algoId": "1", "ordType": "move_order_stop", "posSide": "net", "sz": "1", "callbackRatio": "0.01"},
        "activePx",
    ),
    "hyperliquid: a take profit without its type": (
        hyperliquid.order_row,
        {"oid": 7001, "side": "A", "isTrigger": True, "triggerPx": "66000", "origSz": "1"},
        "orderType",
    ),
    "hyperliquid: an order without its side": (
        hyperliquid.order_row,
        {"oid": 7001, "orderType": "Stop Market", "isTrigger": True, "triggerPx": "55000", "origSz": "1"},
        "side",
    ),
    "mexc: a stop of a size of its own, without it": (
        lambda row, _: mexc.contract_row(row),
        {
            "id": "1", "positionType": 1, "volType": 1, "profitLossVolType": "SEPARATE", "vol": 500,
            "stopLossPrice": "55000", "isFinished": 0,
        },
        "stopLossVol",
    ),
    "bitstamp: an order without its side": (bitstamp.order_row, {"id": "1", "price": "55000"}, "type"),
}  # fmt: skip


@pytest.mark.parametrize("case", ORDERS)
def test_an_order_without_the_field_that_decides_its_kind_is_unreadable(case: str) -> None:
    parse, row, field = ORDERS[case]
    with pytest.raises(Garbled, match=field):
        parse(row, {"symbol": "BTC/USDT:USDT", "side": "sell"})


def test_an_algo_order_on_okx_without_its_executed_size_is_no_order_of_the_book() -> None:
    stop = {
        "algoId": "1",
        "ordType": "conditional",
        "posSide": "net",
        "sz": "1",
        "slTriggerPx": "55000",
        "slOrdPx": "-1",
    }
    order = okx_orders.order_row(stop, {})
    assert ([leg.leg for leg in order.legs], order.attached) == (["sl"], ())


@pytest.mark.parametrize(("size", "is_whole"), [("0", True), ("5", None), (None, None)])
def test_an_order_on_phemex_closes_the_whole_position_by_a_size_of_zero_alone(
    size: str | None, is_whole: bool | None
) -> None:
    stop = {"orderType": "Stop", "execInst": "CloseOnTrigger", "orderQty": size, "posSide": "Merged"}
    assert phemex.order_row(stop, {"triggerPrice": "55000"}).close_position is is_whole


def test_a_trailing_stop_on_phemex_without_its_activation_price_is_not_active() -> None:
    trailing = {
        "orderType": "Stop",
        "pegPriceType": "TrailingTakeProfitPeg",
        "pegOffsetValueEp": -100,
        "posSide": "Long",
    }
    assert phemex.order_row(trailing, {}).is_active is False
