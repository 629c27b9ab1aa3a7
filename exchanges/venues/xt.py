"""XT: wallets and positions, the spot book, and the book, plan, profit and track orders of its futures in contracts.

Sources: doc.xt.com, pages Spot "Get currency balances" and "Query the current pending order", Futures "Get Single Coin
Balance" (walletBalance includes frozen amounts and no open profit), "Get Position Information", "Get margin call
information" (breakPrice is the liquidation price), "Get active position information" (floatingPL), "See order" (the
delegate type and price of an attached take profit and stop), "See trigger orders", "See Stop Limit", "Get track list".
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from domain.orders import Contingency, OrderKind, TrailingUnit, TriggerKind
from domain.positions import PositionSide
from domain.sources import SourceKind
from exchanges.connection.calls import Call
from exchanges.connection.exact import Garbled, amount
from exchanges.venues._shared.account_calls import (
    INVERSE_FILLS,
    LINEAR_FILLS,
    SPOT_FILLS,
    PositionsCall,
    WalletCall,
)
from exchanges.venues._shared.balance_rows import BalanceFields
from exchanges.venues._shared.ended_call import EndedCall, newest_first
from exchanges.venues._shared.order_call import ORDERS, TRIGGERS, OrderCall
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
from exchanges.venues._shared.position_names import PositionNames
from exchanges.venues._shared.position_rows import PositionRow, amount_or_unknown, price_or_unknown
from exchanges.venues._shared.row_details import RowDetails
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
_MARGIN_MODES = {"ISOLATED": "isolated", "CROSSED": "cross"}
_RESULT, _ITEMS = ("result",), ("result", "items")
_SPOT = BalanceFields("currency", ("totalAmount",), free="availableAmount", locked=("frozenAmount",))
_FUTURES = BalanceFields(
    "coin",
    ("walletBalance",),
    free="availableBalance",
    locked=("openOrderMarginFrozen", "isolatedMargin", "crossedMargin"),
)
_CLOSES = {PositionSide.LONG: "SELL", PositionSide.SHORT: "BUY"}
_PERCENT = 100
_ENDINGS = {
    "PARTIALLY_CANCELED": ("canceled", None),
    "PLATFORM_REVOCATION": ("canceled", "revoked by the exchange"),
    "DELEGATION_FAILED": ("rejected", "could not be placed"),
}


def order_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> OrderRow:
    """Parse a row of a spot list, or of the order, plan, profit or track list of futures."""
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
    """Parse a position's take profit, its stop, or both, where one cancels the other."""
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
        is_active={"NOT_ACTIVATION": False, "NOT_TRIGGERED": True}.get(word_in(row, "state")),
        **common,
    )


def _legs(row: Mapping[str, Any]) -> tuple[AttachedOrder, ...]:
    return (*_leg(row, "tp", "Profit"), *_leg(row, "sl", "Stop"))


def _leg(row: Mapping[str, Any], leg: str, name: str) -> tuple[AttachedOrder, ...]:
    """A take profit or stop in a row. It has a limit if its own order type says so."""
    has_limit = word_in(row, f"{name.lower()}DelegateOrderType") == "LIMIT"
    return attached_order(
        leg,
        price_in(row, f"trigger{name}Price"),
        trigger_kind=_TRIGGER_KINDS.get(word_in(row, "triggerPriceType")),
        limit_price=price_in(row, f"{name.lower()}DelegatePrice") if has_limit else None,
    )


def position_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> PositionRow:
    """A row of the positions, with what the lists of margin calls and of active positions add to it."""
    size, side = amount(row, "positionSize"), position_side_in(row, "positionSide")
    if size is None or (side is None and size != 0):
        raise Garbled("positionSize or positionSide is missing")
    return PositionRow(
        size=size.copy_abs(),
        side=side or PositionSide.LONG,
        entry_price=price_or_unknown(row, "entryPrice"),
        mark_price=price_or_unknown(row, "calMarkPrice", "markPrice"),
        open_profit=amount_or_unknown(row, "floatingPL"),
        realised_profit=amount_or_unknown(row, "realizedProfit"),
        liquidation_price=price_or_unknown(row, "breakPrice"),
        leverage=price_or_unknown(row, "leverage"),
        margin_mode=_MARGIN_MODES.get(word_in(row, "positionType")),
    )


def ended_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> EndedRow:
    """How an order ended, by the words that ccxt does not know or calls rejected."""
    status, reason = _ENDINGS.get(word_in(row, "state"), (None, None))
    return EndedRow(status=status, reason=reason)


def _open_calls(list_name: str, params: Mapping[str, Any]) -> tuple[OrderCall, ...]:
    """Four lists with ten rows by default. ccxt drops the size for the last one, so it is a parameter."""
    paging = Paging(100, "page")
    return (
        OrderCall(ORDERS, list_name, params, limit=100, paging=paging, list_at=_ITEMS),
        OrderCall(TRIGGERS, list_name, {**params, "trigger": True}, limit=100, paging=paging, list_at=_ITEMS),
        OrderCall(
            TRIGGERS,
            f"{list_name}-tpsl",
            {**params, "stopLossTakeProfit": True},
            limit=100,
            paging=paging,
            list_at=_ITEMS,
        ),
        OrderCall(
            TRIGGERS, f"{list_name}-trailing", {**params, "trailing": True, "size": 100}, paging=paging, list_at=_ITEMS
        ),
    )


def _position_calls(market: str) -> tuple[Call, ...]:
    """Linear and inverse contracts have the same paths on two hosts."""
    base, group = "future/user/v1/position", ("private", market)
    return (
        Call("GET", f"{base}/list", group, 1, name=f"{market} positions"),
        Call("GET", f"{base}/break-list", group, 1, name=f"{market} margin calls"),
        Call("GET", base, group, 1, name=f"{market} active positions"),
    )


def _positions(contract_type: str) -> PositionsCall:
    return PositionsCall(
        contract_type,
        list_at=_RESULT,
        path=f"{contract_type} positions",
        details=tuple(
            RowDetails(f"{contract_type} {name}", ("symbol", "positionSide"), list_at=_RESULT)
            for name in ("margin calls", "active positions")
        ),
        market=contract_type,
    )


def _ended_calls(list_name: str, params: Mapping[str, Any]) -> tuple[EndedCall, ...]:
    """Lists of ended orders. Take profits and stops have one list per state, other orders have one list for all
    states.
    """
    tpsl, trailing = f"{list_name}-tpsl", f"{list_name}-trailing"
    lists: tuple[tuple[str, str, SourceKind, str, dict[str, Any]], ...] = (
        (list_name, "fetch_orders", ORDERS, list_name, {}),
        (f"{list_name}-plan", "fetch_orders", TRIGGERS, list_name, {"trigger": True}),
        (f"{tpsl}-triggered", "fetch_closed_orders", TRIGGERS, tpsl, {"stopLossTakeProfit": True}),
        (f"{tpsl}-revoked", "fetch_canceled_orders", TRIGGERS, tpsl, {"stopLossTakeProfit": True}),
        (trailing, "fetch_orders", TRIGGERS, trailing, {"trailing": True}),
    )
    return tuple(
        newest_first(name, method, kind, list_names, params={**params, **more}, list_at=_ITEMS)
        for name, method, kind, list_names, more in lists
    )


_TRIGGER: Mapping[str, Any] = {"trigger": True}


VENUE = Venue(
    open_orders=(
        OrderCall(ORDERS, "spot", {"type": "spot"}, list_at=_RESULT),
        *_open_calls("linear", LINEAR),
        *_open_calls("inverse", INVERSE),
    ),
    wallets=(
        WalletCall("spot", {"type": "spot"}, list_at=("result", "assets"), fields=_SPOT),
        WalletCall("linear", LINEAR, list_at=_RESULT, fields=_FUTURES),
        WalletCall("inverse", INVERSE, list_at=_RESULT, fields=_FUTURES),
    ),
    positions=(_positions("linear"), _positions("inverse")),
    position_row=position_row,
    order_names=PositionNames("positionType"),
    calls=(*_position_calls("linear"), *_position_calls("inverse")),
    unread_wallets=("spot margin", "earn"),
    fills=tuple(replace(call, until="endTime", list_at=_ITEMS) for call in (SPOT_FILLS, LINEAR_FILLS, INVERSE_FILLS)),
    ended_orders=(
        newest_first("spot", "fetch_orders", ORDERS, "spot", params={"type": "spot"}, list_at=_ITEMS),
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
    transfers=(deposits(list_at=_ITEMS), withdrawals(list_at=_ITEMS)),
    order_row=order_row,
    fill_row=fill_row,
    ended_row=ended_row,
)
