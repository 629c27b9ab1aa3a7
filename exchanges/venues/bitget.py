"""Bitget's orders: book, plan and take-profit/stop-loss orders of spot and futures, and those of a unified account."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from domain.markets import Side
from domain.orders import Contingency, OrderKind, OrderStatus, Role, TrailingUnit, TriggerKind
from domain.positions import PositionSide
from domain.sources import SourceKind
from domain.transfers import TransferKind as K
from exchanges.connection.calls import Call
from exchanges.connection.exact import amount, text
from exchanges.connection.gateway import Gateway
from exchanges.connection.rate_limits import Scope, per_window
from exchanges.contracts import Permissions
from exchanges.venues._shared.account_calls import SPOT_WALLET, PositionsCall, WalletCall
from exchanges.venues._shared.ended_call import EndedCall
from exchanges.venues._shared.key_words import (
    KeyWords,
    object_in,
    words_of,
)
from exchanges.venues._shared.ledger_rows import LedgerWords, by_word
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
from exchanges.venues._shared.parameters import CLASSIC
from exchanges.venues._shared.transfer_call import deposits, ledger, withdrawals
from exchanges.venues._shared.venue import Venue

_TRIGGER_KINDS = {
    "FILL_PRICE": TriggerKind.LAST,
    "MARKET": TriggerKind.LAST,  # a unified account's word for the last price
    "MARK_PRICE": TriggerKind.MARK,
    "MARK": TriggerKind.MARK,
    "INDEX_PRICE": TriggerKind.INDEX,
}
_PROFITS = frozenset({"PROFIT_PLAN", "POS_PROFIT"})
_STOPS = frozenset({"LOSS_PLAN", "POS_LOSS"})
_TRAILING = frozenset({"TRACK_PLAN", "MOVING_PLAN"})
_YES = {"YES": True, "NO": False}


def order_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> OrderRow:
    """What a row of the pending, plan, spot, margin or unified account's lists says."""
    if "category" in row:
        return _of_unified_account(row)
    return _futures(row) if "posSide" in row or "marginCoin" in row else _spot(row)


def fill_row(row: Mapping[str, Any], unified: Mapping[str, Any]) -> Mapping[str, Any]:
    """What an execution says otherwise: its side in hedge mode, and its fee.

    A unified account says a fee that was paid as a positive number, which ccxt turns round.
    """
    if word_in(row, "posMode") == "HEDGE_MODE":
        return _hedged(row)
    fee = unified.get("fee")
    if "execId" not in row or not isinstance(fee, Mapping) or (cost := amount(fee, "cost")) is None:
        return {}
    return {"fee": {**fee, "cost": format(cost.copy_negate(), "f")}}


def _hedged(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """In hedge mode `side` names the position that was opened or closed, and so do "reduce_close_long" and its like."""
    does = word_in(row, "tradeSide")
    named = position_side_in({"side": does.rpartition("_CLOSE_")[2]}, "side")
    position = named or {"BUY": PositionSide.LONG, "SELL": PositionSide.SHORT}.get(word_in(row, "side"))
    if position is None or (named is None and does not in ("OPEN", "CLOSE")):
        return {}
    opens = does == "OPEN"
    return {"side": Side.BUY if (position is PositionSide.LONG) is opens else Side.SELL, "positionSide": position}


def _spot(row: Mapping[str, Any]) -> OrderRow:
    at_market, trigger = word_in(row, "orderType") == "MARKET", price_in(row, "triggerPrice")
    waits = trigger is not None
    # A market buy, and a plan of so much "total", count the money to spend.
    in_quote = word_in(row, "planType") == "TOTAL" or (at_market and word_in(row, "side") == "BUY")
    return OrderRow(
        kind=_plain(at_market, trigger),
        trigger_price=trigger,
        trigger_kind=_TRIGGER_KINDS.get(word_in(row, "triggerType"), TriggerKind.LAST) if waits else None,
        in_quote=in_quote,
        attached=_legs(row, "presetTakeProfitPrice", "executeTakeProfitPrice", "", "presetStopLossPrice",
                       "executeStopLossPrice", ""),
        kind_tells_direction=False,
    )  # fmt: skip


def _futures(row: Mapping[str, Any]) -> OrderRow:
    plan, trigger = word_in(row, "planType"), price_in(row, "triggerPrice")
    trails = plan in _TRAILING
    return OrderRow(
        kind=_kind(plan, _at_market(row, plan), trigger),
        role=Role.TAKE_PROFIT if plan in _PROFITS else Role.STOP_LOSS if plan in _STOPS else None,
        side=_side(row),
        trigger_price=None if trails else trigger,
        trigger_kind=_TRIGGER_KINDS.get(word_in(row, "triggerType")) if trigger is not None else None,
        limit_price=price_in(row, "executePrice", "price"),
        trailing_distance=price_in(row, "callbackRatio") if trails else None,
        trailing_unit=TrailingUnit.PERCENT if trails else None,
        activation_price=trigger if trails else None,
        amount=price_in(row, "size"),
        reduce_only=True if plan in _PROFITS | _STOPS else _YES.get(word_in(row, "reduceOnly")),
        post_only=word_in(row, "force") == "POST_ONLY",
        close_position=True if plan in ("POS_PROFIT", "POS_LOSS") and price_in(row, "size") is None else None,
        position_side=position_side_in(row, "posSide"),
        attached=_hanging(row) if plan in ("", "NORMAL_PLAN") else (),
        kind_tells_direction=plan != "NORMAL_PLAN",
    )


def _at_market(row: Mapping[str, Any], plan: str) -> bool:
    """A take profit or stop without a price to execute at executes at market, whatever its order type says."""
    said = word_in(row, "orderType")
    if plan in _PROFITS | _STOPS:
        return said == "MARKET" or price_in(row, "executePrice", "price") is None
    return said == "MARKET"


def _kind(plan: str, at_market: bool, trigger: Decimal | None) -> OrderKind:
    if plan in _TRAILING:
        return OrderKind.TRAILING_STOP
    if plan in _PROFITS:
        return OrderKind.TAKE_PROFIT if at_market else OrderKind.TAKE_PROFIT_LIMIT
    return _plain(at_market, trigger)


def _plain(at_market: bool, trigger: Decimal | None) -> OrderKind:
    if trigger is None:
        return OrderKind.MARKET if at_market else OrderKind.LIMIT
    return OrderKind.STOP if at_market else OrderKind.STOP_LIMIT


def _side(row: Mapping[str, Any]) -> Side | None:
    """In hedge mode `side` names the position (buy for a long one), also of an order that closes it."""
    position = position_side_in(row, "posSide")
    if word_in(row, "posMode") != "HEDGE_MODE" or position is None:
        return {"BUY": Side.BUY, "SELL": Side.SELL}.get(word_in(row, "side"))
    return Side.BUY if (position is PositionSide.LONG) is (word_in(row, "tradeSide") == "OPEN") else Side.SELL


def _hanging(row: Mapping[str, Any]) -> tuple[AttachedOrder, ...]:
    """What comes into force once this order fills; book orders and plans name it differently."""
    return (
        *_legs(row, "presetStopSurplusPrice", "presetStopSurplusExecutePrice", "presetStopSurplusType",
               "presetStopLossPrice", "presetStopLossExecutePrice", "presetStopLossType"),
        *_legs(row, "stopSurplusTriggerPrice", "stopSurplusExecutePrice", "stopSurplusTriggerType",
               "stopLossTriggerPrice", "stopLossExecutePrice", "stopLossTriggerType"),
    )  # fmt: skip


def _legs(row: Mapping[str, Any], *fields: str, **values: Any) -> tuple[AttachedOrder, ...]:
    """The take profit and the stop in six fields: trigger, limit and kind of price of the one, and of the other."""
    profit, profit_limit, profit_kind, stop, stop_limit, stop_kind = fields
    return (
        *attached_order("tp", price_in(row, profit), limit_price=price_in(row, profit_limit),
                  trigger_kind=_TRIGGER_KINDS.get(word_in(row, profit_kind)), **values),
        *attached_order("sl", price_in(row, stop), limit_price=price_in(row, stop_limit),
                  trigger_kind=_TRIGGER_KINDS.get(word_in(row, stop_kind)), **values),
    )  # fmt: skip


def _of_unified_account(row: Mapping[str, Any]) -> OrderRow:
    legs = _legs(row, "takeProfit", "tpLimitPrice", "tpTriggerBy", "stopLoss", "slLimitPrice", "slTriggerBy")
    common: dict[str, Any] = {
        "position_side": position_side_in(row, "posSide"),
        "reduce_only": _YES.get(word_in(row, "reduceOnly"), flag_in(row, "reduceOnly")),
        "amount": price_in(row, "qty"),
    }
    trigger = price_in(row, "triggerPrice")
    if "orderType" in row or trigger is not None:
        at_market = word_in(row, "orderType") == "MARKET"
        return OrderRow(
            kind=_plain(at_market, trigger),
            # A strategy order says no status: it is listed because it waits.
            status=OrderStatus.PENDING if trigger is not None and "orderStatus" not in row else None,
            trigger_price=trigger,
            trigger_kind=_TRIGGER_KINDS.get(word_in(row, "triggerBy")) if trigger is not None else None,
            limit_price=price_in(row, "price"),
            in_quote=word_in(row, "category") != "USDT-FUTURES" and at_market and word_in(row, "side") == "BUY",
            post_only=word_in(row, "timeInForce") == "POST_ONLY",
            attached=legs,
            kind_tells_direction=False,
            **common,
        )
    # A take profit or stop of a position, or both: the row names the position alone, and closes it.
    position = common["position_side"]
    group = id_in(row, "orderId") if len(legs) > 1 else None
    return OrderRow(
        legs=legs,
        side={PositionSide.LONG: Side.SELL, PositionSide.SHORT: Side.BUY}.get(position),
        group_id=group,
        contingency=Contingency.OCO if group else None,
        close_position=True if common["amount"] is None else None,
        **(common | {"reduce_only": True}),
    )


def ended_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> EndedRow:
    """What a row of the past says besides: what a plan became in the book, what one of a unified account filled at,
    and why one was cancelled."""
    return EndedRow(
        book_order_id=id_in(row, "executeOrderId"),
        average=price_in(row, "avgPrice"),
        reason=text(row, "cancelReason"),
    )


def _open_calls(part: str, product: str) -> tuple[OrderCall, ...]:
    base = CLASSIC | {"type": "swap", "productType": product}
    paging = Paging(100, "idLessThan", "orderId")
    return (
        OrderCall(ORDERS, part, base, limit=100, paging=paging),
        *(
            OrderCall(TRIGGERS, f"{part}-{name}", base | {"planType": plan} | extra, limit=100, paging=paging)
            for name, plan, extra in (
                ("plan", "normal_plan", {"trigger": True}),
                ("tpsl", "profit_loss", {"trigger": True}),
                ("trailing", "track_plan", {"trailing": True}),
            )
        ),
    )


def _open_spot(kind: SourceKind, part: str, **params: Any) -> OrderCall:
    paging = Paging(100, "idLessThan", "orderId")
    return OrderCall(kind, part, CLASSIC | {"type": "spot"} | params, limit=100, paging=paging)


def _ended_calls(name: str, kind: SourceKind, part: str, **params: Any) -> EndedCall:
    return EndedCall(name, "fetch_canceled_and_closed_orders", params, (kind,), (part,), days=30)


def _mix(part: str, product: str) -> tuple[EndedCall, ...]:
    base = CLASSIC | {"type": "swap", "productType": product}
    return (
        _ended_calls(part, ORDERS, part, **base),
        _ended_calls(f"{part}-plan", TRIGGERS, f"{part}-plan", **base, trigger=True, planType="normal_plan"),
        _ended_calls(f"{part}-tpsl", TRIGGERS, f"{part}-tpsl", **base, trigger=True, planType="profit_loss"),
        _ended_calls(f"{part}-trailing", TRIGGERS, f"{part}-trailing", **base, trailing=True, planType="track_plan"),
    )


_TRANSFERS_CALLS = tuple(
    ledger(K.FUNDING, name=f"ledger-{name}", params={"type": "swap", "productType": product}, fee_within=True)
    for name, product in (("usdt", "USDT-FUTURES"), ("usdc", "USDC-FUTURES"), ("coin", "COIN-FUTURES"))
)

_LEDGER_ROW: LedgerWords = {
    "contract_settle_fee": K.FUNDING,
    "CONTRACT_MAIN_SETTLE_FEE_USER_IN": K.FUNDING,
    "CONTRACT_MAIN_SETTLE_FEE_USER_OUT": K.FUNDING,
    "INTEREST_SETTLEMENT_OUT": K.INTEREST,
    "INTEREST_REPAYMENT": K.INTEREST,
    "BORROW": K.LOAN,
    "REPAYMENT": K.LOAN,
    "deposit": None,
    "withdraw": None,
}

_KEY_PERMISSIONS = KeyWords(
    reads={"readonly", "read-only", "read_only"},
    trades={"trade", "transfer", "stow", "coow", "cpow", "smow", "wtow"},
    withdraws={"withdraw", "wwow"},
    is_reading=lambda word: len(word) == 4 and word.endswith("r"),  # "stor" reads what "stow" writes
)


def _key_permissions(gateway: Gateway, _key: str) -> Permissions:
    return _KEY_PERMISSIONS.understood(
        words_of(object_in(gateway.ask("v2/spot/account/info"), "data").get("authorities"))
    )


def _unified(part: str, **params: Any) -> tuple[OrderCall, ...]:
    base, paging = {"uta": True, **params}, Paging(100, "cursor", "orderId")
    return (
        OrderCall(ORDERS, part, base, limit=100, paging=paging),
        OrderCall(TRIGGERS, part, base | {"trigger": True}, limit=100),
    )


def _ended_unified(part: str, **params: Any) -> tuple[EndedCall, ...]:
    base = {"uta": True, **params}
    return (
        _ended_calls(f"unified-{part}", ORDERS, part, **base),
        _ended_calls(f"unified-{part}-plan", TRIGGERS, part, **base, trigger=True),
    )


_PRODUCTS: tuple[tuple[str, dict[str, Any]], ...] = tuple(
    (name, {"type": "swap", "productType": product})
    for name, product in (("usdt", "USDT-FUTURES"), ("usdc", "USDC-FUTURES"), ("coin", "COIN-FUTURES"))
)


# https://www.bitget.com/api-doc/common/intro: each path has a limit of its own, which is 20 of ccxt's costs a second.
_RATE_LIMITS = (
    per_window(20, 1, Scope.ACCOUNT, "private", per_path=True),
    per_window(20, 1, Scope.ADDRESS, "public", per_path=True),
)

_CLASSIC_ACCOUNT = Venue(
    open_orders=(
        _open_spot(ORDERS, "spot"),
        _open_spot(TRIGGERS, "spot", trigger=True),
        _open_spot(TRIGGERS, "spot-tpsl", tpslType="tpsl"),
        *_open_calls("usdt", "USDT-FUTURES"),
        *_open_calls("usdc", "USDC-FUTURES"),
        *_open_calls("coin", "COIN-FUTURES"),
    ),
    wallets=(SPOT_WALLET, *(WalletCall(name, params) for name, params in _PRODUCTS)),
    positions=tuple(PositionsCall(name, params) for name, params in _PRODUCTS),
    ended_orders=(
        _ended_calls("spot", ORDERS, "spot", **CLASSIC, type="spot"),
        # ccxt forgets the end of a stretch there, unless it is said in the exchange's own word.
        replace(
            _ended_calls("spot-plan", TRIGGERS, "spot", **CLASSIC, type="spot", trigger=True),
            each_symbol=True,
            until="endTime",
        ),
        _ended_calls("spot-tpsl", TRIGGERS, "spot-tpsl", **CLASSIC, type="spot", tpslType="tpsl"),
        *_mix("usdt", "USDT-FUTURES"),
        *_mix("usdc", "USDC-FUTURES"),
        *_mix("coin", "COIN-FUTURES"),
    ),
    order_by_id={"orders": CLASSIC, "triggers": None},
    transfers=(
        deposits(),
        withdrawals(),
        ledger(K.INTEREST, K.REBATE, params={"type": "spot"}, fee_within=True),
        *_TRANSFERS_CALLS,
    ),
    order_row=order_row,
    fill_row=fill_row,
    ended_row=ended_row,
    ledger_row=by_word(_LEDGER_ROW, "businessType", "type"),
    key_permissions=_key_permissions,
    calls=(Call("GET", "v2/spot/account/info", ("private", "spot"), 20),),
    rate_limits=_RATE_LIMITS,
)

VENUE = replace(
    _CLASSIC_ACCOUNT,
    # Accounts whose options say {"uta": true}.
    unified_account=replace(
        _CLASSIC_ACCOUNT,
        open_orders=(
            *_unified("spot", type="spot"),
            *_unified("margin", type="spot", marginMode="cross"),
            *_unified("usdt", type="swap", productType="USDT-FUTURES"),
            *_unified("usdc", type="swap", productType="USDC-FUTURES"),
            *_unified("coin", type="swap", productType="COIN-FUTURES"),
        ),
        ended_orders=(
            # Without a symbol ccxt wants to be told the kind of product, also of spot.
            *_ended_unified("spot", type="spot", productType="SPOT"),
            *_ended_unified("margin", type="spot", productType="SPOT", marginMode="cross"),
            *_ended_unified("usdt", type="swap", productType="USDT-FUTURES"),
            *_ended_unified("usdc", type="swap", productType="USDC-FUTURES"),
            *_ended_unified("coin", type="swap", productType="COIN-FUTURES"),
        ),
        order_by_id={"orders": {"uta": True}, "triggers": None},
    ),
)
