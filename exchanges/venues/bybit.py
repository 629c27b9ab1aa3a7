"""Bybit's orders (v5): book, conditional and take-profit/stop-loss orders of every category."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from domain.orders import OrderKind, Role, TrailingUnit, TriggerDirection, TriggerKind
from domain.positions import PositionSide
from domain.transfers import TransferKind as K
from exchanges.connection.calls import Call
from exchanges.connection.exact import amount, text
from exchanges.connection.gateway import Gateway
from exchanges.connection.rate_limits import Scope, per_window
from exchanges.contracts import Permissions
from exchanges.venues._shared.account_calls import (
    INVERSE_FILLS,
    LINEAR_FILLS,
    SPOT_FILLS,
    FillsCall,
    PositionsCall,
    WalletCall,
)
from exchanges.venues._shared.ended_call import EndedCall
from exchanges.venues._shared.execution_sides import closes_by
from exchanges.venues._shared.key_words import (
    MOVES,
    flag_at,
    object_in,
)
from exchanges.venues._shared.ledger_rows import LedgerRow, LedgerWords, by_word
from exchanges.venues._shared.order_call import ORDERS, TRIGGERS, OrderCall
from exchanges.venues._shared.order_rows import (
    AttachedOrder,
    EndedRow,
    OrderRow,
    attached_order,
    flag_in,
    price_in,
    word_in,
)
from exchanges.venues._shared.paging import Paging
from exchanges.venues._shared.parameters import INVERSE, LINEAR
from exchanges.venues._shared.transfer_call import deposits, ledger, withdrawals
from exchanges.venues._shared.venue import Venue

_TRIGGER_KINDS = {
    "LASTPRICE": TriggerKind.LAST,
    "MARKPRICE": TriggerKind.MARK,
    "INDEXPRICE": TriggerKind.INDEX,
}
_DIRECTIONS = {"1": TriggerDirection.RISES, "2": TriggerDirection.FALLS}
_SIDES = {"1": PositionSide.LONG, "2": PositionSide.SHORT}  # positionIdx; 0 is an account with one position
_STOPS = frozenset({"STOPLOSS", "PARTIALSTOPLOSS"})
_PROFITS = frozenset({"TAKEPROFIT", "PARTIALTAKEPROFIT"})


def order_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> OrderRow:
    """What a row of /v5/order/realtime says."""
    purpose, at_market = word_in(row, "stopOrderType"), word_in(row, "orderType") == "MARKET"
    trigger, trails = price_in(row, "triggerPrice"), purpose == "TRAILINGSTOP"
    direction = _DIRECTIONS.get(word_in(row, "triggerDirection"))
    return OrderRow(
        kind=_kind(purpose, at_market, trigger, direction, word_in(row, "side")),
        role=Role.TAKE_PROFIT if purpose in _PROFITS else Role.STOP_LOSS if purpose in _STOPS or trails else None,
        trigger_price=None if trails else trigger,
        trigger_kind=_TRIGGER_KINDS.get(word_in(row, "triggerBy")) if trigger is not None or trails else None,
        trigger_direction=direction,
        limit_price=price_in(row, "price"),
        trailing_distance=price_in(row, "trailingStop", "trailingValue") if trails else None,
        trailing_unit=TrailingUnit.PRICE if trails else None,
        activation_price=price_in(row, "activationPrice", "basePrice") if trails else None,
        amount=price_in(row, "qty"),
        reduce_only=flag_in(row, "reduceOnly"),
        post_only=word_in(row, "timeInForce") == "POSTONLY",
        # A quantity of 0 closes the whole position (documented: qty "0" with reduceOnly and closeOnTrigger).
        close_position=True if _closes_all(row) else None,
        position_side=_SIDES.get(word_in(row, "positionIdx")),
        attached=() if purpose in _STOPS | _PROFITS else _attached(row),
    )


def fill_row(row: Mapping[str, Any], unified: Mapping[str, Any]) -> Mapping[str, Any]:
    """The currency of the fee where the row names it: ccxt concludes it from the side. And how much closed a position,
    for which one it moved is not named."""
    fee, currency = unified.get("fee"), row.get("feeCurrency")
    told = {"closes": closes_by(row, "closedSize", "execQty")}
    return {**told, "fee": {**fee, "currency": currency}} if currency and isinstance(fee, Mapping) else told


def _kind(
    purpose: str, at_market: bool, trigger: Decimal | None, direction: TriggerDirection | None, side: str
) -> OrderKind:
    if purpose == "TRAILINGSTOP":
        return OrderKind.TRAILING_STOP
    if trigger is None:
        return OrderKind.MARKET if at_market else OrderKind.LIMIT
    # A conditional order that waits for a better price is what other exchanges call a take profit.
    against = TriggerDirection.FALLS if side == "SELL" else TriggerDirection.RISES
    is_stop = purpose in _STOPS or (purpose not in _PROFITS and direction in (None, against))
    if is_stop:
        return OrderKind.STOP if at_market else OrderKind.STOP_LIMIT
    return OrderKind.TAKE_PROFIT if at_market else OrderKind.TAKE_PROFIT_LIMIT


def _closes_all(row: Mapping[str, Any]) -> bool:
    return bool(flag_in(row, "closeOnTrigger")) and price_in(row, "qty") is None and bool(flag_in(row, "reduceOnly"))


def _attached(row: Mapping[str, Any]) -> tuple[AttachedOrder, ...]:
    """Take profit and stop that come into force once this order fills."""
    if row.get("takeProfit") in (None, "") and row.get("stopLoss") in (None, ""):
        return ()
    return (
        *attached_order(
            "tp",
            price_in(row, "takeProfit"),
            trigger_kind=_TRIGGER_KINDS.get(word_in(row, "tpTriggerBy")),
            limit_price=price_in(row, "tpLimitPrice"),
        ),
        *attached_order(
            "sl",
            price_in(row, "stopLoss"),
            trigger_kind=_TRIGGER_KINDS.get(word_in(row, "slTriggerBy")),
            limit_price=price_in(row, "slLimitPrice"),
        ),
    )


_PART = "PARTIALLYFILLEDCANCELED"
# Words that name no reason.
_NO_REASONS = frozenset({"", "UNKNOWN", "EC_NOERROR"})


def ended_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> EndedRow:
    """What a row of the order history says besides: why it was rejected or cancelled, also after a part of it filled,
    which ccxt calls closed."""
    said = word_in(row, "orderStatus")
    if said not in ("REJECTED", "CANCELLED", "DEACTIVATED", _PART):
        return EndedRow()
    words = (text(row, "rejectReason"), text(row, "cancelType"))
    reason = next((one for one in words if one and one.upper() not in _NO_REASONS), None)
    if said != _PART:
        return EndedRow(reason=reason)
    return EndedRow("canceled", filled=amount(row, "cumExecQty"), average=price_in(row, "avgPrice"), reason=reason)


def _open_calls(part: str, **params: Any) -> tuple[OrderCall, OrderCall]:
    paging = Paging(50, "cursor", "nextPageCursor", first=True)
    plain = {"orderFilter": "Order"}
    return (
        OrderCall(ORDERS, part, params | plain, limit=50, paging=paging),
        OrderCall(TRIGGERS, part, params | {"trigger": True}, limit=50, paging=paging),
    )


def _ended_calls(name: str, parts: tuple[str, ...], **params: Any) -> EndedCall:
    """All kinds of orders stand in one list of a category; a trigger keeps its id in the book."""
    return EndedCall(name, "fetch_canceled_and_closed_orders", params, parts=parts, rows=50)


_LEDGER_ROW: LedgerWords = {
    "TRANSFER_IN": K.INTERNAL,
    "TRANSFER_OUT": K.INTERNAL,
    "TRADE": None,
    "LIQUIDATION": None,
    "ADL": None,
    "DELIVERY": None,
    "INTEREST": K.INTEREST,
    "FEE_REFUND": K.REBATE,
}


def _ledger_row(row: Mapping[str, Any], own: str) -> LedgerRow | None:
    """A settlement is funding, or what contracts in USDC gained in a session, which their fills tell."""
    if text(row, "type") != "SETTLEMENT":
        return by_word(_LEDGER_ROW, "type")(row, own)
    paid = amount(row, "funding")
    return LedgerRow(K.FUNDING, paid) if paid else LedgerRow(K.SETTLEMENT)


def _key_permissions(gateway: Gateway, _key: str) -> Permissions:
    said = object_in(gateway.ask("v5/user/query-api"), "result")
    if flag_at(said, "readOnly"):
        return Permissions(True, False, False, "")
    lists = object_in(said, "permissions")
    wallet = [str(word).lower() for word in lists.get("Wallet") or ()]
    trades = any(words for name, words in lists.items() if name not in ("Wallet", "Affiliate"))
    moves = any("transfer" in word for word in wallet)
    return Permissions(True, trades, "withdraw" in wallet, MOVES if moves else "")


# https://bybit-exchange.github.io/docs/v5/rate-limit: each path has a limit of its own, which is 50 of ccxt's costs a
# second. An address has 600 requests in 5 seconds.
_RATE_LIMITS = (
    per_window(50, 1, Scope.ACCOUNT, "private", per_path=True),
    per_window(600, 5, Scope.ADDRESS, "public", ccxt_cost=0.2),
)

VENUE = Venue(
    open_orders=(
        *_open_calls("spot", type="spot"),
        OrderCall(
            TRIGGERS,
            "spot-tpsl",
            {"type": "spot", "orderFilter": "tpslOrder"},
            limit=50,
            paging=Paging(50, "cursor", "nextPageCursor", first=True),
        ),
        *_open_calls("linear-usdt", **LINEAR, settleCoin="USDT"),
        *_open_calls("linear-usdc", **LINEAR, settleCoin="USDC"),
        # ccxt fills in USDT where no coin to settle in is said; an empty one asks for all inverse contracts.
        *_open_calls("inverse", **INVERSE, settleCoin=""),
        OrderCall(ORDERS, "option", {"type": "option"}, limit=50, paging=Paging(50, "cursor", "nextPageCursor", True)),
    ),
    wallets=(WalletCall("trading"), WalletCall("funding", {"type": "funding"})),
    positions=(
        PositionsCall("linear-usdt", LINEAR | {"settleCoin": "USDT"}),
        PositionsCall("linear-usdc", LINEAR | {"settleCoin": "USDC"}),
        PositionsCall("inverse", INVERSE | {"settleCoin": ""}),
    ),
    fills=(SPOT_FILLS, LINEAR_FILLS, INVERSE_FILLS, FillsCall("option", {"type": "option"})),
    ended_orders=(
        _ended_calls("spot", ("spot", "spot-tpsl"), type="spot"),
        _ended_calls("linear", ("linear-usdt", "linear-usdc"), **LINEAR),
        _ended_calls("inverse", ("inverse",), **INVERSE),
        _ended_calls("option", ("option",), type="option"),
    ),
    # ccxt wants to be told that an order may be too old to be found.
    order_by_id={
        "orders": {"acknowledged": True},
        "triggers": {"acknowledged": True, "trigger": True},
        "triggers:spot-tpsl": {"acknowledged": True, "orderFilter": "tpslOrder"},
    },
    transfers=(
        deposits(rows=50),
        withdrawals(rows=50),
        ledger(K.FUNDING, K.INTEREST, K.REBATE, until="endTime", rows=50, fee_within=True),
    ),
    order_row=order_row,
    fill_row=fill_row,
    ended_row=ended_row,
    ledger_row=_ledger_row,
    key_permissions=_key_permissions,
    calls=(Call("GET", "v5/user/query-api", ("private",), 5),),
    rate_limits=_RATE_LIMITS,
)
