"""XT's orders: spot, and the book, plan, profit and track orders of its futures, which are counted in contracts."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from domain.orders import Contingency, OrderKind, TrailingUnit, TriggerKind
from domain.positions import PositionSide
from exchanges.connection.exact import amount
from exchanges.venues._shared.account_calls import (
    INVERSE_FILLS,
    INVERSE_POSITIONS,
    INVERSE_WALLET,
    LINEAR_FILLS,
    LINEAR_POSITIONS,
    LINEAR_WALLET,
    SPOT_FILLS,
    SPOT_WALLET,
)
from exchanges.venues._shared.ended_call import EndedCall, newest_first
from exchanges.venues._shared.order_call import ORDERS, TRIGGERS, OrderCall, order_list
from exchanges.venues._shared.order_rows import (
    AttachedOrder,
    EndedRow,
    OrderRow,
    attached_order,
    flag_in,
    id_in,
    position_side_in,
    price_in,
    word_in,
)
from exchanges.venues._shared.paging import Paging
from exchanges.venues._shared.parameters import INVERSE, LINEAR
from exchanges.venues._shared.transfer_call import deposits, withdrawals
from exchanges.venues._shared.venue import Venue

_KINDS = {"LIMIT": OrderKind.LIMIT, "MARKET": OrderKind.MARKET}
_PLANS = {
    "STOP": OrderKind.STOP_LIMIT,
    "STOP_MARKET": OrderKind.STOP,
    "TAKE_PROFIT": OrderKind.TAKE_PROFIT_LIMIT,
    "TAKE_PROFIT_MARKET": OrderKind.TAKE_PROFIT,
    "TRAILING_STOP_MARKET": OrderKind.TRAILING_STOP,
}
_TRIGGER_KINDS = {
    "LATEST_PRICE": TriggerKind.LAST,
    "MARK_PRICE": TriggerKind.MARK,
    "INDEX_PRICE": TriggerKind.INDEX,
}
_CLOSES = {PositionSide.LONG: "SELL", PositionSide.SHORT: "BUY"}
_PERCENT = 100
_ENDINGS = {
    "PARTIALLY_CANCELED": ("canceled", None),
    "PLATFORM_REVOCATION": ("canceled", "revoked by the exchange"),
    "DELEGATION_FAILED": ("rejected", "could not be placed"),
}


def order_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> OrderRow:
    """What a row of a spot list, or of the order, plan, profit or track list of futures says."""
    if "positionSide" not in row:
        return OrderRow(
            kind=_KINDS.get(word_in(row, "type"), OrderKind.UNKNOWN),
            limit_price=price_in(row, "price"),
            post_only=word_in(row, "timeInForce") in ("GTX", "PO"),
        )
    if id_in(row, "trackId"):
        return _track(row, _common(row))
    if id_in(row, "profitId"):
        return _profit(row, _common(row))
    return _plan(row, _common(row)) if "entrustType" in row else _book(row, _common(row))


def fill_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> Mapping[str, Any]:
    """The contracts of an execution: ccxt makes units of the base asset of them, which inverse ones are not."""
    return {} if "bizType" in row else {"amount": row.get("quantity")}


def _common(row: Mapping[str, Any]) -> dict[str, Any]:
    side = position_side_in(row, "positionSide")
    closes = None if side is None else word_in(row, "orderSide") in ("", _CLOSES[side])
    return {
        "amount": price_in(row, "origQty", "quantity"),
        "filled": amount(row, "executedQty"),
        "position_side": side,
        "reduce_only": closes,  # an account has a long and a short position: what sells the long one reduces it
        "close_position": flag_in(row, "closePosition") or None,
    }


def _book(row: Mapping[str, Any], common: dict[str, Any]) -> OrderRow:
    return OrderRow(
        kind=_KINDS.get(word_in(row, "orderType"), OrderKind.UNKNOWN),
        limit_price=price_in(row, "price"),
        post_only=word_in(row, "timeInForce") in ("GTX", "PO"),
        attached=() if common["reduce_only"] else _legs(row),
        **common,
    )


def _plan(row: Mapping[str, Any], common: dict[str, Any]) -> OrderRow:
    kind = _PLANS.get(word_in(row, "entrustType"), OrderKind.UNKNOWN)
    return OrderRow(
        kind=kind,
        trigger_price=price_in(row, "stopPrice"),
        trigger_kind=_TRIGGER_KINDS.get(word_in(row, "triggerPriceType")),
        limit_price=price_in(row, "price"),
        kind_tells_direction=False,  # every plan order may be created as STOP, whichever way it waits for
        **common,
    )


def _profit(row: Mapping[str, Any], common: dict[str, Any]) -> OrderRow:
    """A take profit, a stop or both of a position; with both, one cancels the other."""
    legs = _legs(row)
    several = len(legs) > 1
    return OrderRow(
        kind=None if legs else OrderKind.UNKNOWN,
        legs=legs,
        group_id=id_in(row, "profitId") if several else None,
        contingency=Contingency.OCO if several else None,
        **common,
    )


def _track(row: Mapping[str, Any], common: dict[str, Any]) -> OrderRow:
    value = price_in(row, "callbackVal")
    is_share = word_in(row, "callback") == "PROPORTION"
    return OrderRow(
        kind=OrderKind.TRAILING_STOP,
        trigger_price=price_in(row, "stopPrice"),
        trigger_kind=_TRIGGER_KINDS.get(word_in(row, "triggerPriceType")),
        trailing_distance=value * _PERCENT if value is not None and is_share else value,
        trailing_unit=None if value is None else TrailingUnit.PERCENT if is_share else TrailingUnit.PRICE,
        activation_price=price_in(row, "activationPrice"),
        **common,
    )


def _legs(row: Mapping[str, Any]) -> tuple[AttachedOrder, ...]:
    kind = _TRIGGER_KINDS.get(word_in(row, "triggerPriceType"))
    return (
        *attached_order("tp", price_in(row, "triggerProfitPrice"), trigger_kind=kind),
        *attached_order("sl", price_in(row, "triggerStopPrice"), trigger_kind=kind),
    )


def ended_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> EndedRow:
    """How an order ended, by the words that ccxt does not know or calls rejected."""
    status, reason = _ENDINGS.get(word_in(row, "state"), (None, None))
    return EndedRow(status=status, reason=reason)


def _open_calls(part: str, params: Mapping[str, Any]) -> tuple[OrderCall, ...]:
    """Four lists; each tells ten rows where no size is said. ccxt drops the size of the last, so it is a parameter."""
    paging = Paging(100, "page")
    return (
        OrderCall(ORDERS, part, params, limit=100, paging=paging),
        OrderCall(TRIGGERS, part, {**params, "trigger": True}, limit=100, paging=paging),
        OrderCall(TRIGGERS, f"{part}-tpsl", {**params, "stopLossTakeProfit": True}, limit=100, paging=paging),
        OrderCall(TRIGGERS, f"{part}-trailing", {**params, "trailing": True, "size": 100}, paging=paging),
    )


def _ended_calls(part: str, params: Mapping[str, Any]) -> tuple[EndedCall, ...]:
    """Of take profits and stops each state is a list; of all others one list tells every state."""
    tpsl = {**params, "stopLossTakeProfit": True}
    return (
        newest_first(part, "fetch_orders", ORDERS, part, params=params),
        newest_first(f"{part}-plan", "fetch_orders", TRIGGERS, part, params={**params, "trigger": True}),
        newest_first(f"{part}-tpsl-triggered", "fetch_closed_orders", TRIGGERS, f"{part}-tpsl", params=tpsl),
        newest_first(f"{part}-tpsl-revoked", "fetch_canceled_orders", TRIGGERS, f"{part}-tpsl", params=tpsl),
        newest_first(
            f"{part}-trailing", "fetch_orders", TRIGGERS, f"{part}-trailing", params={**params, "trailing": True}
        ),
    )


_TRIGGER: Mapping[str, Any] = {"trigger": True}


VENUE = Venue(
    open_orders=(order_list("spot", type="spot"), *_open_calls("linear", LINEAR), *_open_calls("inverse", INVERSE)),
    wallets=(SPOT_WALLET, LINEAR_WALLET, INVERSE_WALLET),
    positions=(LINEAR_POSITIONS, INVERSE_POSITIONS),
    fills=tuple(replace(call, until="endTime") for call in (SPOT_FILLS, LINEAR_FILLS, INVERSE_FILLS)),
    ended_orders=(
        newest_first("spot", "fetch_orders", ORDERS, "spot", params={"type": "spot"}),
        *_ended_calls("linear", LINEAR),
        *_ended_calls("inverse", INVERSE),
    ),
    order_by_id={
        "orders": {},
        "triggers": _TRIGGER,
        "triggers:linear-tpsl": {"stopLossTakeProfit": True},
        "triggers:inverse-tpsl": {"stopLossTakeProfit": True},
        "triggers:linear-trailing": {"trailing": True},
        "triggers:inverse-trailing": {"trailing": True},
    },
    transfers=(deposits(), withdrawals()),
    order_row=order_row,
    fill_row=fill_row,
    ended_row=ended_row,
)
