"""HTX's orders: the spot book, and the book, trigger, take-profit/stop-loss and trailing orders of contracts."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from domain.orders import Contingency, OrderKind, Role, TrailingUnit, TriggerDirection, TriggerKind
from domain.positions import PositionSide
from domain.sources import SourceKind
from domain.transfers import TransferKind as K
from exchanges.connection.calls import Call
from exchanges.connection.exact import EXACT, text
from exchanges.connection.gateway import Gateway
from exchanges.contracts import Permissions
from exchanges.venues._shared.account_calls import (
    INVERSE_POSITIONS,
    INVERSE_WALLET,
    LINEAR_POSITIONS,
    LINEAR_WALLET,
    SPOT_WALLET,
)
from exchanges.venues._shared.ended_call import EndedCall
from exchanges.venues._shared.full_answers import Keeps
from exchanges.venues._shared.key_words import KeyWords, field_in, words_of
from exchanges.venues._shared.ledger_rows import LedgerWords, by_word
from exchanges.venues._shared.order_call import ORDERS, TRIGGERS, OrderCall, order_list, trigger_list
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
from exchanges.venues._shared.transfer_call import deposits, ledger, withdrawals
from exchanges.venues._shared.venue import Venue

_TRIGGER_KINDS = {"LAST": TriggerKind.LAST, "MARK": TriggerKind.MARK, "INDEX": TriggerKind.INDEX}
_DIRECTIONS = {
    "GE": TriggerDirection.RISES,
    "GTE": TriggerDirection.RISES,
    "LE": TriggerDirection.FALLS,
    "LTE": TriggerDirection.FALLS,
}
_PERCENT = Decimal(100)


def order_row(row: Mapping[str, Any], unified: Mapping[str, Any]) -> OrderRow:
    """What a row of the open orders, trigger, take-profit/stop-loss or trailing orders says."""
    if "contract_code" not in row:
        return _spot(row, str(unified.get("side")))
    if price_in(row, "callback_rate") is not None:
        return _trailing(row)
    if "tpsl_order_type" in row:
        return _inverse_tpsl(row)
    if "algo_id" in row and word_in(row, "type") in ("TP", "SL", "TPSL"):
        return _linear_tpsl(row)
    return _contract(row, str(unified.get("side")))


def fill_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> Mapping[str, Any]:
    """Inverse contracts and older rows say whether a side opened or closed ("both": the account holds one position)."""
    does, side = word_in(row, "offset"), word_in(row, "direction")
    if does not in ("OPEN", "CLOSE") or side not in ("BUY", "SELL"):
        return {}
    return {"positionSide": PositionSide.LONG if (side == "BUY") is (does == "OPEN") else PositionSide.SHORT}


def _spot(row: Mapping[str, Any], side: str) -> OrderRow:
    said, trigger = word_in(row, "type"), price_in(row, "stop-price")
    at_market = said.endswith("-MARKET")
    direction = _DIRECTIONS.get(word_in(row, "operator")) if trigger is not None else None
    return OrderRow(
        kind=_kind(at_market, trigger, direction, side),
        trigger_price=trigger,
        trigger_kind=TriggerKind.LAST if trigger is not None else None,
        trigger_direction=direction,
        amount=price_in(row, "amount"),
        in_quote=at_market and side == "buy",
        post_only=said.endswith("-LIMIT-MAKER"),
    )


def _contract(row: Mapping[str, Any], side: str) -> OrderRow:
    trigger = price_in(row, "trigger_price")
    priced = word_in(row, "order_price_type") or word_in(row, "type")
    direction = _DIRECTIONS.get(word_in(row, "trigger_type")) if trigger is not None else None
    # "optimal_5", "opponent" and their like take whatever the book offers.
    at_market = priced in ("MARKET", "OPPONENT", "LIGHTNING") or priced.startswith("OPTIMAL")
    return OrderRow(
        kind=_kind(at_market, trigger, direction, side),
        trigger_price=trigger,
        trigger_kind=_TRIGGER_KINDS.get(word_in(row, "trigger_price_type")) if trigger is not None else None,
        trigger_direction=direction,
        limit_price=price_in(row, "price", "order_price"),
        reduce_only=_closes(row),
        post_only=priced == "POST_ONLY" or word_in(row, "time_in_force") == "POST_ONLY",
        position_side=position_side_in(row, "position_side"),
        attached=_legs(row),
    )


def _linear_tpsl(row: Mapping[str, Any]) -> OrderRow:
    closes = True if price_in(row, "volume") is None else None
    legs = _legs(row)
    group = id_in(row, "algo_id") if len(legs) > 1 else None
    return OrderRow(
        legs=legs,
        group_id=group,
        contingency=Contingency.OCO if group else None,
        reduce_only=True,
        close_position=closes,
        position_side=position_side_in(row, "position_side"),
    )


def _inverse_tpsl(row: Mapping[str, Any]) -> OrderRow:
    is_profit = word_in(row, "tpsl_order_type") == "TP"
    limit = price_in(row, "order_price") if word_in(row, "order_price_type") == "LIMIT" else None
    if is_profit:
        kind = OrderKind.TAKE_PROFIT if limit is None else OrderKind.TAKE_PROFIT_LIMIT
    else:
        kind = OrderKind.STOP if limit is None else OrderKind.STOP_LIMIT
    return OrderRow(
        kind=kind,
        role=Role.TAKE_PROFIT if is_profit else Role.STOP_LOSS,
        trigger_price=price_in(row, "trigger_price"),
        trigger_direction=_DIRECTIONS.get(word_in(row, "trigger_type")),
        limit_price=limit,
        reduce_only=True,
    )


def _trailing(row: Mapping[str, Any]) -> OrderRow:
    rate = price_in(row, "callback_rate")
    return OrderRow(
        kind=OrderKind.TRAILING_STOP,
        trailing_distance=None if rate is None else EXACT.multiply(rate, _PERCENT),
        trailing_unit=TrailingUnit.PERCENT,
        activation_price=price_in(row, "active_price"),
        reduce_only=_closes(row),
        position_side=position_side_in(row, "position_side"),
    )


def _kind(at_market: bool, trigger: Decimal | None, direction: TriggerDirection | None, side: str) -> OrderKind:
    if trigger is None:
        return OrderKind.MARKET if at_market else OrderKind.LIMIT
    against = TriggerDirection.FALLS if side == "sell" else TriggerDirection.RISES
    if direction in (None, against):
        return OrderKind.STOP if at_market else OrderKind.STOP_LIMIT
    return OrderKind.TAKE_PROFIT if at_market else OrderKind.TAKE_PROFIT_LIMIT


def _closes(row: Mapping[str, Any]) -> bool | None:
    """Said as a flag, as 1 or 0, or by what the order does to a position."""
    if word_in(row, "offset") == "CLOSE":
        return True
    said = flag_in(row, "reduce_only")
    return {"1": True, "0": False}.get(word_in(row, "reduce_only")) if said is None else said


def _legs(row: Mapping[str, Any]) -> tuple[AttachedOrder, ...]:
    return (*_leg(row, "tp"), *_leg(row, "sl"))


def _leg(row: Mapping[str, Any], leg: str) -> tuple[AttachedOrder, ...]:
    """A take profit or stop, at market where its price is 0 or its type says so."""
    at_market = word_in(row, f"{leg}_type") == "MARKET"
    return attached_order(
        leg,
        price_in(row, f"{leg}_trigger_price"),
        trigger_kind=_TRIGGER_KINDS.get(word_in(row, f"{leg}_trigger_price_type")),
        limit_price=None if at_market else price_in(row, f"{leg}_order_price"),
    )


# Of inverse triggers, whose numbers say other things than those of the book.
_TRIGGERED = {"4": "triggered", "5": "rejected", "6": "canceled", "11": "expired"}


def ended_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> EndedRow:
    """What a row of an order history says. A trigger that has placed its order is "effective" or has a number of its
    own; without this ccxt would take one that was cancelled for filled."""
    said = word_in(row, "state") or word_in(row, "status")
    if id_in(row, "algo_id") is not None:
        return EndedRow({"EFFECTIVE": "triggered", "FAILED": "rejected"}.get(said))
    if "relation_order_id" not in row:
        return EndedRow()
    return EndedRow(
        _TRIGGERED.get(said, "open"),
        book_order_id=id_in(row, "relation_order_id"),
        reason=text(row, "fail_reason"),
    )


def _open_calls(part: str, **params: Any) -> tuple[OrderCall, ...]:
    return (
        order_list(part, **params),
        trigger_list(f"{part}-trigger", **params),
        OrderCall(TRIGGERS, f"{part}-tpsl", params | {"stopLossTakeProfit": True}),
        OrderCall(TRIGGERS, f"{part}-trailing", params | {"trailing": True}),
    )


def _linear() -> tuple[OrderCall, ...]:
    """Of linear contracts a take profit, a stop and both in one order are three types, each asked for by its name."""
    return (
        *(replace(call, limit=50, paging=Paging(50, "from", "id")) for call in _open_calls("linear", **LINEAR)),
        OrderCall(TRIGGERS, "linear-tp", LINEAR | {"takeProfit": True}, limit=50, paging=Paging(50, "from", "id")),
        OrderCall(TRIGGERS, "linear-sl", LINEAR | {"stopLoss": True}, limit=50, paging=Paging(50, "from", "id")),
    )


def _ended_linear(part: str, kind: SourceKind, **params: Any) -> tuple[EndedCall, ...]:
    """Orders on cross and on isolated margin are lists of their own."""
    return tuple(
        EndedCall(
            f"{part}-{mode}",
            "fetch_orders",
            {"marginMode": mode, **params},
            (kind,),
            (part,),
            market="linear",
            row={"margin_mode": mode.upper()},
            each_symbol=True,
            days=2,
            rows=50,
        )
        for mode in ("cross", "isolated")
    )


def _inverse(part: str, kind: SourceKind, **params: Any) -> EndedCall:
    return EndedCall(
        part,
        "fetch_orders",
        params,
        (kind,),
        (part,),
        market="inverse",
        each_symbol=True,
        named=None if kind is ORDERS else "contract_code",
        days=2,
        rows=50,
        is_timed=kind is ORDERS,
        paging=None if kind is ORDERS else Paging(50, "page_index"),
    )


_TRIGGER: Mapping[str, Any] = {"trigger": True}

_LEDGER_ROW: LedgerWords = {
    "trade": None,
    "etf": None,
    "transact-fee": None,
    "fee-deduction": None,
    "liquidation": None,
    "deposit": None,
    "withdraw": None,
    "withdraw-fee": None,  # a withdrawal tells its fee
    "transfer": K.INTERNAL,
    "credit": K.LOAN,
    "interest": K.INTEREST,
    "rebate": K.REBATE,
}

_KEY_PERMISSIONS = KeyWords(reads={"readonly"}, trades={"trade"}, withdraws={"withdraw"})


def _key_permissions(gateway: Gateway, key: str) -> Permissions:
    uid = field_in(gateway.ask("v2/user/uid"), "data")
    keys = field_in(gateway.ask("v2/user/api-key", {"uid": uid, "accessKey": key}), "data")
    listed = keys if isinstance(keys, list) else []
    mine = [one for one in listed if isinstance(one, Mapping) and one.get("accessKey") == key]
    return _KEY_PERMISSIONS.understood(words_of(mine[0].get("permission") if mine else None))


VENUE = Venue(
    open_orders=(
        OrderCall(ORDERS, "spot", {"type": "spot"}, limit=500),
        *_linear(),
        *(
            replace(call, each_symbol=True, market="inverse", limit=50, paging=Paging(50, "page_index"))
            for call in _open_calls("inverse", **INVERSE)
        ),
    ),
    wallets=(SPOT_WALLET, LINEAR_WALLET, INVERSE_WALLET),
    positions=(LINEAR_POSITIONS, INVERSE_POSITIONS),
    fills=(),
    ended_orders=(
        EndedCall("spot", "fetch_orders", {"type": "spot"}, (ORDERS,), ("spot",), each_symbol=True, days=2),
        *_ended_linear("linear", ORDERS),
        *_ended_linear("linear-trigger", TRIGGERS, trigger=True),
        *_ended_linear("linear-tpsl", TRIGGERS, stopLossTakeProfit=True),
        *_ended_linear("linear-tp", TRIGGERS, takeProfit=True),
        *_ended_linear("linear-sl", TRIGGERS, stopLoss=True),
        *_ended_linear("linear-trailing", TRIGGERS, trailing=True),
        _inverse("inverse", ORDERS),
        _inverse("inverse-trigger", TRIGGERS, trigger=True, create_date=7, page_size=50),
        _inverse("inverse-tpsl", TRIGGERS, stopLossTakeProfit=True, create_date=7, page_size=50),
        _inverse("inverse-trailing", TRIGGERS, trailing=True, create_date=7, page_size=50),
    ),
    order_by_id={
        "orders": {},
        "triggers:linear-trigger": _TRIGGER,
        "triggers:linear-tpsl": {"stopLossTakeProfit": True},
        "triggers:linear-tp": {"takeProfit": True},
        "triggers:linear-sl": {"stopLoss": True},
        "triggers:linear-trailing": {"trailing": True},
        "triggers": None,
    },
    # The newest hundred, whatever the stretch.
    transfers=(
        deposits(until=None, keeps=Keeps.NEWEST),
        withdrawals(until=None, keeps=Keeps.NEWEST),
        ledger(K.INTEREST, K.REBATE, rows=500),
    ),
    order_row=order_row,
    fill_row=fill_row,
    ended_row=ended_row,
    ledger_row=by_word(_LEDGER_ROW, "transferType"),
    key_permissions=_key_permissions,
    calls=(
        Call("GET", "v2/user/uid", ("spot", "private"), 1),
        Call("GET", "v2/user/api-key", ("spot", "private"), 1),
    ),
    post_reads=(
        r"/(linear-swap-api|swap-api|api)/v[13]/(swap_|contract_)(cross_)?"
        r"(openorders|order_info|order_detail|position_info|account_info|account_position_info|balance_valuation)",
        r"/(linear-swap-api|swap-api|api)/v[13]/(swap_|contract_)(cross_)?"
        r"(trigger|tpsl|track)_(openorders|hisorders)",
        r"/(linear-swap-api|swap-api|api)/v[13]/(swap_|contract_)(cross_)?"
        r"(hisorders|hisorders_exact|matchresults|matchresults_exact|financial_record|financial_record_exact)",
    ),
    get_reads=(r"/v1/query/deposit-withdraw", r"/(linear-)?swap-ex/market/detail/batch_merged"),
    fills_name_position=True,
    unread_triggers="conditional and trailing orders of spot",
)
