"""Parsers for MEXC's contracts: the book, plan orders, take profits and stops of positions, trailing orders, fills.

Sources: www.mexc.com/api-docs/futures, pages "Get Plan Order List" (side, triggerType, trend), "Get Current
Take-Profit/Stop-Loss Order List" (orderId "0" where a position has it, volType 2 is all of the position), "Query
trailing orders" (state 0 waits for activePrice, 1 follows the price, backType 1 is a fraction, 2 a distance).
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from domain.markets import Side
from domain.orders import Contingency, OrderKind, Role, TrailingUnit, TriggerDirection, TriggerKind
from domain.positions import PositionSide
from exchanges.connection.exact import Garbled, moment
from exchanges.venues._shared.order_rows import (
    AttachedOrder,
    EndedRow,
    OrderRow,
    attached_order,
    flag_in,
    id_in,
    price_in,
    word_in,
)

# One number states side and position: opens a long, closes a short, opens a short, closes a long.
_SIDES = {
    "1": (Side.BUY, PositionSide.LONG, False),
    "2": (Side.BUY, PositionSide.SHORT, True),
    "3": (Side.SELL, PositionSide.SHORT, False),
    "4": (Side.SELL, PositionSide.LONG, True),
}
_AT_MARKET = frozenset({"5", "6"})
_POST_ONLY = "2"
_TRIGGER_KINDS = {"1": TriggerKind.LAST, "2": TriggerKind.MARK, "3": TriggerKind.INDEX}
_DIRECTIONS = {"1": TriggerDirection.RISES, "2": TriggerDirection.FALLS}
_ONE_WAY, _HEDGE = "2", "1"
_AT_LIMIT, _ALL, _SHARE = "1", "2", "1"
_PERCENT = Decimal(100)
_PLAN_STATES = {"1": "open", "2": "canceled", "3": "triggered", "4": "canceled", "5": "rejected"}
_BOOK_STATES = {"5": "canceled"}
_TRAILING_STATES = {"0": "open", "1": "open", "2": "triggered", "3": "rejected", "4": "canceled"}
_LEGS = {"1": "tp", "2": "sl"}
_INVALID = "no longer valid"


def contract_row(row: Mapping[str, Any]) -> OrderRow:
    """Parse a row of one of the four contract lists. All amounts are in contracts ("vol")."""
    if "backValue" in row:
        return _trailing(row)
    return _of_position(row) if "isFinished" in row else _contract(row)


def is_live(row: Any) -> bool:
    """True for a waiting take profit or stop of a position. One attached to an open order is in that order's row."""
    if not isinstance(row, Mapping):
        return True
    hangs = id_in(row, "orderId") is not None and id_in(row, "positionId") is None
    return not hangs and word_in(row, "isFinished") != "1"


def _of_position(row: Mapping[str, Any]) -> OrderRow:
    """A take profit, a stop or both of a position. With both, one cancels the other."""
    long, volume_type = word_in(row, "positionType"), word_in(row, "volType")
    legs = (*_leg(row, "tp", "takeProfit", "profitTrend"), *_leg(row, "sl", "stopLoss", "lossTrend"))
    identity, several = id_in(row, "id"), len(legs) > 1
    return OrderRow(
        kind=None if legs else OrderKind.UNKNOWN,
        side={"1": Side.SELL, "2": Side.BUY}.get(long),
        order_id=identity,
        amount=price_in(row, "vol"),
        reduce_only=True,
        close_position=True if volume_type == _ALL else None,
        position_side={"1": PositionSide.LONG, "2": PositionSide.SHORT}.get(long),
        group_id=identity if several else None,
        contingency=Contingency.OCO if several else None,
        created_at=moment(row, "createTime"),
        legs=legs,
    )


def _leg(row: Mapping[str, Any], leg: str, name: str, trend: str) -> tuple[AttachedOrder, ...]:
    trigger = price_in(row, f"{name}Price")
    if trigger is None:
        return ()
    return attached_order(
        leg,
        trigger,
        trigger_kind=_TRIGGER_KINDS.get(word_in(row, trend)),
        limit_price=price_in(row, f"{name}OrderPrice") if word_in(row, f"{name}Type") == _AT_LIMIT else None,
        amount=None if word_in(row, "volType") == _ALL else _leg_size(row, name),
    )


def _leg_size(row: Mapping[str, Any], name: str) -> Decimal | None:
    """The size of a leg. Legs of separate sizes have one each, others that of the row."""
    size = price_in(row, f"{name}Vol")
    if size is None and word_in(row, "profitLossVolType") == "SEPARATE":
        raise Garbled(f"{name}Vol is missing")
    return size or price_in(row, "vol")


def _trailing(row: Mapping[str, Any]) -> OrderRow:
    side, position, closes = _SIDES.get(word_in(row, "side"), (None, None, False))
    distance, is_share = price_in(row, "backValue"), word_in(row, "backType") == _SHARE
    one_way, state = word_in(row, "positionMode") == _ONE_WAY, word_in(row, "state")
    return OrderRow(
        kind=OrderKind.TRAILING_STOP,
        side=side,
        order_id=id_in(row, "id"),
        amount=price_in(row, "vol"),
        trigger_price=price_in(row, "triggerPrice"),
        trigger_kind=_TRIGGER_KINDS.get(word_in(row, "trend")),
        trailing_distance=distance * _PERCENT if distance is not None and is_share else distance,
        trailing_unit=None if distance is None else TrailingUnit.PERCENT if is_share else TrailingUnit.PRICE,
        activation_price=price_in(row, "activePrice"),
        is_active={"0": False, "1": True}.get(state),
        reduce_only=True if closes else flag_in(row, "reduceOnly"),
        position_side=None if one_way else position,
        created_at=moment(row, "createTime"),
    )


def _contract(row: Mapping[str, Any]) -> OrderRow:
    side, position, closes = _SIDES.get(word_in(row, "side"), (None, None, False))
    at_market, trigger = word_in(row, "orderType") in _AT_MARKET, price_in(row, "triggerPrice")
    direction = _DIRECTIONS.get(word_in(row, "triggerType")) if trigger is not None else None
    one_way = word_in(row, "positionMode") == _ONE_WAY
    reduces = True if closes else flag_in(row, "reduceOnly")
    opens = side is not None and not one_way and not reduces
    return OrderRow(
        kind=_kind(at_market, trigger is not None, direction, side),
        role=Role.ENTRY if opens else None,
        side=side,
        client_order_id=id_in(row, "externalOid"),
        book_order_id=id_in(row, "orderId") if "triggerType" in row and "id" in row else None,
        order_id=id_in(row, "id") if "triggerType" in row else None,
        trigger_price=trigger,
        trigger_kind=_TRIGGER_KINDS.get(word_in(row, "trend")) if trigger is not None else None,
        trigger_direction=direction,
        limit_price=price_in(row, "price"),
        reduce_only=reduces,
        post_only=word_in(row, "orderType") == _POST_ONLY,
        position_side=None if one_way else position,
        attached=() if closes else _hanging(row),
        kind_tells_direction=direction is not None,
    )


def _kind(at_market: bool, waits: bool, direction: TriggerDirection | None, side: Side | None) -> OrderKind:
    if not waits:
        return OrderKind.MARKET if at_market else OrderKind.LIMIT
    against = TriggerDirection.FALLS if side is Side.SELL else TriggerDirection.RISES
    if direction in (None, against):
        return OrderKind.STOP if at_market else OrderKind.STOP_LIMIT
    return OrderKind.TAKE_PROFIT if at_market else OrderKind.TAKE_PROFIT_LIMIT


def _hanging(row: Mapping[str, Any]) -> tuple[AttachedOrder, ...]:
    """The attached orders, placed at market once this order fills."""
    return (
        *attached_order(
            "tp", price_in(row, "takeProfitPrice"), trigger_kind=_TRIGGER_KINDS.get(word_in(row, "profitTrend"))
        ),
        *attached_order(
            "sl", price_in(row, "stopLossPrice"), trigger_kind=_TRIGGER_KINDS.get(word_in(row, "lossTrend"))
        ),
    )


def fill_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> Mapping[str, Any]:
    """Parse the side of a contract fill. It has the same four numbers, but ccxt reads only 2, as a sale."""
    side = _SIDES.get(word_in(row, "side"))
    if "vol" not in row or side is None:
        return {}
    return {"side": side[0], "positionSide": side[1] if word_in(row, "positionMode") == _HEDGE else None}


def ended_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> EndedRow:
    """Parse the ending of a contract order. ccxt reads the states of plan orders as those of book orders."""
    if "vol" not in row:
        return EndedRow()
    state, code = word_in(row, "state"), id_in(row, "errorCode")
    reason = f"code {code}" if code is not None else None
    if "backValue" in row or "isFinished" in row:
        return _ended_apart(row, state, reason)
    status = _PLAN_STATES.get(state, state) if "triggerType" in row else _BOOK_STATES.get(state)
    invalid = _INVALID if state == ("4" if "triggerType" in row else "5") else None
    return EndedRow(status=status, reason=reason or invalid)


def _ended_apart(row: Mapping[str, Any], state: str, reason: str | None) -> EndedRow:
    """The ending of a trailing order, or of a position's take profit or stop. ccxt reads neither."""
    is_trailing = "backValue" in row
    states = _TRAILING_STATES if is_trailing else _PLAN_STATES
    return EndedRow(
        status=states.get(state, state),
        book_order_id=id_in(row, "orderId" if is_trailing else "placeOrderId"),
        leg=_LEGS.get(word_in(row, "triggerSide")),
        ended_at=moment(row, "updateTime"),
        reason=reason or (_INVALID if state == "4" and not is_trailing else None),
    )
