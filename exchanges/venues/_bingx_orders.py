"""BingX's rows of orders and executions: the books of spot and contracts, OCO orders of spot, TWAP orders.

Sources: bingx-api.github.io/docs-v3, pages Spot "Current Open Orders" and "Query OCO Open Order List" (ocoLimit rests,
ocoTps waits for triggerPrice), Swap "Current All Open Orders" (priceRate, actPrice or activationPrice).
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from domain.markets import Side
from domain.orders import Contingency, OrderKind, Role, TrailingUnit, TriggerKind
from exchanges.connection.exact import EXACT, amount, exact_json, moment
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

_KINDS = {
    "LIMIT": OrderKind.LIMIT,
    "MARKET": OrderKind.MARKET,
    "STOP": OrderKind.STOP_LIMIT,
    "STOP_MARKET": OrderKind.STOP,
    "TAKE_PROFIT": OrderKind.TAKE_PROFIT_LIMIT,
    "TAKE_PROFIT_MARKET": OrderKind.TAKE_PROFIT,
    "TRIGGER_LIMIT": OrderKind.STOP_LIMIT,
    "TRIGGER_MARKET": OrderKind.STOP,
    # On spot: a plain conditional order, for a profit or for a loss.
    "TAKE_STOP_LIMIT": OrderKind.STOP_LIMIT,
    "TAKE_STOP_MARKET": OrderKind.STOP,
    "STOP_LIMIT": OrderKind.STOP_LIMIT,
    "TRAILING_STOP_MARKET": OrderKind.TRAILING_STOP,
    "TRAILING_TP_SL": OrderKind.TRAILING_STOP,
}
# Types that may trigger in either direction. The row does not state it.
_UNDIRECTED = frozenset({"TRIGGER_LIMIT", "TRIGGER_MARKET", "TAKE_STOP_LIMIT", "TAKE_STOP_MARKET"})
_ROLES = {
    "TAKE_PROFIT": Role.TAKE_PROFIT,
    "TAKE_PROFIT_MARKET": Role.TAKE_PROFIT,
    "STOP": Role.STOP_LOSS,
    "STOP_MARKET": Role.STOP_LOSS,
}
_TRIGGER_KINDS = {
    "MARK_PRICE": TriggerKind.MARK,
    "CONTRACT_PRICE": TriggerKind.LAST,
    "INDEX_PRICE": TriggerKind.INDEX,
}
_PERCENT = Decimal(100)
_OF_PAIR = {"OCOLIMIT": OrderKind.LIMIT, "OCOTPS": OrderKind.STOP_LIMIT}
_ENDINGS = {"FAILED": "rejected", "EXPIRED": "expired"}
_DONE = "FILLED"
_UNFILLED = frozenset({"NEW", "PENDING"})
_PAIR_ENDINGS = {
    "NEW": "open",
    "PENDING": "open",
    "PARTIALLY_FILLED": "open",
    "FILLED": "closed",
    "CANCELED": "canceled",
    "FAILED": "canceled",
}


def order_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> OrderRow:
    """Parse a row of the open orders of any market, of the OCO orders or of the TWAP orders."""
    if "orderListId" in row:
        return _of_pair(row)
    return _sliced(row) if "amountPerOrder" in row else _order(row)


def fill_row(row: Mapping[str, Any], unified: Mapping[str, Any]) -> Mapping[str, Any]:
    """Parse the fee, negative if it was a rebate. ccxt drops the sign (minus: paid)."""
    fee, commission = unified.get("fee"), amount(row, "commission")
    return (
        {}
        if commission is None or not isinstance(fee, Mapping)
        else {"fee": {**fee, "cost": str(commission.copy_negate())}}
    )


def _of_pair(row: Mapping[str, Any]) -> OrderRow:
    """Parse one of the two orders of an OCO. One is in the book, the other waits and then enters it with its limit."""
    trigger, order_type = price_in(row, "triggerPrice"), word_in(row, "orderType")
    return OrderRow(
        kind=_OF_PAIR.get(order_type, OrderKind.UNKNOWN),
        side={"BUY": Side.BUY, "SELL": Side.SELL}.get(word_in(row, "side")),
        order_id=id_in(row, "orderId"),
        client_order_id=id_in(row, "clientOrderId"),
        group_id=id_in(row, "orderListId"),
        contingency=Contingency.OCO,
        trigger_price=trigger,
        trigger_kind=TriggerKind.LAST if trigger is not None else None,
        limit_price=price_in(row, "price"),
        amount=price_in(row, "quantity"),
        filled=Decimal(0) if word_in(row, "status") in _UNFILLED else None,
        created_at=moment(row, "transactionTime"),
    )


def _sliced(row: Mapping[str, Any]) -> OrderRow:
    """Parse a TWAP order: an amount that executes in slices, at no worse than its price."""
    return OrderRow(
        kind=OrderKind.LIMIT,
        trigger_price=None,
        limit_price=price_in(row, "triggerPrice"),
        position_side=position_side_in(row, "positionSide"),
    )


def _order(row: Mapping[str, Any]) -> OrderRow:
    order_type = word_in(row, "type")
    kind = _KINDS.get(order_type, OrderKind.UNKNOWN)
    trails = kind is OrderKind.TRAILING_STOP
    trigger = None if trails else price_in(row, "stopPrice", "StopPrice")
    rate, spread = price_in(row, "trailingStopRate", "priceRate"), price_in(row, "trailingStopDistance")
    percent = None if rate is None else EXACT.multiply(rate, _PERCENT)
    is_contract = "positionSide" in row
    closes = flag_in(row, "closePosition") if is_contract else None
    return OrderRow(
        kind=kind,
        role=_ROLES.get(order_type) if is_contract and not _opens(row) else None,
        trigger_price=trigger,
        trigger_kind=_trigger_kind(row, is_contract) if trigger is not None or trails else None,
        limit_price=None if trails else price_in(row, "price"),
        trailing_distance=(spread if percent is None else percent) if trails else None,
        trailing_unit=_unit(percent, spread) if trails else None,
        activation_price=price_in(row, "activationPrice", "actPrice", "stopPrice") if trails else None,
        in_quote=not is_contract and price_in(row, "origQty") is None,
        reduce_only=flag_in(row, "reduceOnly"),
        post_only=flag_in(row, "postOnly") or word_in(row, "timeInForce") == "POSTONLY",
        close_position=True if closes else None,
        position_side=position_side_in(row, "positionSide"),
        attached=_hanging(row) if order_type in ("LIMIT", "MARKET", "TRIGGER_LIMIT", "TRIGGER_MARKET") else (),
        kind_tells_direction=order_type not in _UNDIRECTED,
    )


def _opens(row: Mapping[str, Any]) -> bool:
    """True if an order opens a position in hedge mode."""
    return (word_in(row, "side"), word_in(row, "positionSide")) in (("BUY", "LONG"), ("SELL", "SHORT"))


def _trigger_kind(row: Mapping[str, Any], is_contract: bool) -> TriggerKind | None:
    return _TRIGGER_KINDS.get(word_in(row, "workingType")) if is_contract else TriggerKind.LAST


def _unit(percent: Decimal | None, spread: Decimal | None) -> TrailingUnit | None:
    if percent is not None:
        return TrailingUnit.PERCENT
    return TrailingUnit.PRICE if spread is not None else None


def _hanging(row: Mapping[str, Any]) -> tuple[AttachedOrder, ...]:
    return (*_leg("tp", row.get("takeProfit")), *_leg("sl", row.get("stopLoss")))


def _leg(leg: str, stated: Any) -> tuple[AttachedOrder, ...]:
    """A take profit or stop that hangs on an order: an object, or the text of one."""
    if isinstance(stated, str):
        try:
            stated = exact_json(stated)
        except (ValueError, RecursionError):
            return ()
    if not isinstance(stated, Mapping):
        return ()
    at_market = word_in(stated, "type").endswith("_MARKET")
    return attached_order(
        leg,
        price_in(stated, "stopPrice"),
        trigger_kind=_TRIGGER_KINDS.get(word_in(stated, "workingType")),
        limit_price=None if at_market else price_in(stated, "price"),
        amount=price_in(stated, "quantity"),
    )


def ended_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> EndedRow:
    """How an order ended, by the words that ccxt does not know or calls cancelled."""
    state = word_in(row, "status") or word_in(row, "orderStatus")
    if "orderListId" in row:
        # "Failed" is what the waiting order of a pair is called that was cancelled.
        return EndedRow(
            status=_PAIR_ENDINGS.get(state, state), filled=price_in(row, "quantity") if state == _DONE else None
        )
    return EndedRow(status=_ENDINGS.get(state))
