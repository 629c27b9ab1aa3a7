"""BingX's orders: spot, linear and inverse books, which hold trigger orders too, and TWAP orders."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from domain.orders import OrderKind, Role, TrailingUnit, TriggerKind
from exchanges.connection.calls import Call
from exchanges.connection.exact import EXACT, amount, exact_json
from exchanges.connection.gateway import Gateway
from exchanges.contracts import Permissions
from exchanges.venues._shared.account_calls import (
    INVERSE_POSITIONS,
    INVERSE_WALLET,
    LINEAR_POSITIONS,
    LINEAR_WALLET,
    SPOT_WALLET,
)
from exchanges.venues._shared.ended_call import newest_first
from exchanges.venues._shared.key_words import (
    KeyWords,
    object_in,
    words_of,
)
from exchanges.venues._shared.order_call import ORDERS, order_list
from exchanges.venues._shared.order_rows import (
    AttachedOrder,
    EndedRow,
    OrderRow,
    attached_order,
    flag_in,
    position_side_in,
    price_in,
    word_in,
)
from exchanges.venues._shared.parameters import INVERSE, LINEAR
from exchanges.venues._shared.transfer_call import deposits, funding, withdrawals
from exchanges.venues._shared.venue import Venue

_KINDS = {
    "LIMIT": OrderKind.LIMIT,
    "MARKET": OrderKind.MARKET,
    "STOP": OrderKind.STOP_LIMIT,
    "STOP_MARKET": OrderKind.STOP,
    "TAKE_PROFIT": OrderKind.TAKE_PROFIT_LIMIT,
    "TAKE_PROFIT_MARKET": OrderKind.TAKE_PROFIT,
    "TRIGGER_LIMIT": OrderKind.STOP_LIMIT,
    "TRIGGER_MARKET": OrderKind.STOP,
    # Of spot: a plain conditional order, to take a profit or to stop a loss.
    "TAKE_STOP_LIMIT": OrderKind.STOP_LIMIT,
    "TAKE_STOP_MARKET": OrderKind.STOP,
    "STOP_LIMIT": OrderKind.STOP_LIMIT,
    "TRAILING_STOP_MARKET": OrderKind.TRAILING_STOP,
    "TRAILING_TP_SL": OrderKind.TRAILING_STOP,
}
# Either may wait for a rise or for a fall, and the row does not say for which.
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
_ENDINGS = {"FAILED": "rejected", "EXPIRED": "expired"}


def order_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> OrderRow:
    """What a row of the open orders of any market, or of the TWAP orders, says."""
    return _sliced(row) if "amountPerOrder" in row else _order(row)


def fill_row(row: Mapping[str, Any], unified: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a fee cost, negative where it was given back: ccxt leaves out the sign (minus: paid)."""
    fee, said = unified.get("fee"), amount(row, "commission")
    return {} if said is None or not isinstance(fee, Mapping) else {"fee": {**fee, "cost": str(said.copy_negate())}}


def _sliced(row: Mapping[str, Any]) -> OrderRow:
    """A TWAP order: so much, piece by piece, at no worse than its price."""
    return OrderRow(
        kind=OrderKind.LIMIT,
        trigger_price=None,
        limit_price=price_in(row, "triggerPrice"),
        position_side=position_side_in(row, "positionSide"),
    )


def _order(row: Mapping[str, Any]) -> OrderRow:
    said = word_in(row, "type")
    kind = _KINDS.get(said, OrderKind.UNKNOWN)
    trails = kind is OrderKind.TRAILING_STOP
    trigger = None if trails else price_in(row, "stopPrice", "StopPrice")
    rate, spread = price_in(row, "trailingStopRate", "priceRate"), price_in(row, "trailingStopDistance")
    percent = None if rate is None else EXACT.multiply(rate, _PERCENT)
    is_contract = "positionSide" in row
    closes = flag_in(row, "closePosition") if is_contract else None
    return OrderRow(
        kind=kind,
        role=_ROLES.get(said) if is_contract else None,
        trigger_price=trigger,
        trigger_kind=_trigger_kind(row, is_contract) if trigger is not None or trails else None,
        limit_price=None if trails else price_in(row, "price"),
        trailing_distance=(spread if percent is None else percent) if trails else None,
        trailing_unit=_unit(percent, spread) if trails else None,
        activation_price=price_in(row, "activationPrice", "stopPrice") if trails else None,
        in_quote=not is_contract and price_in(row, "origQty") is None,
        reduce_only=flag_in(row, "reduceOnly"),
        post_only=flag_in(row, "postOnly") or word_in(row, "timeInForce") == "POSTONLY",
        close_position=True if closes else None,
        position_side=position_side_in(row, "positionSide"),
        attached=_hanging(row) if said in ("LIMIT", "MARKET", "TRIGGER_LIMIT", "TRIGGER_MARKET") else (),
        kind_tells_direction=said not in _UNDIRECTED,
    )


def _trigger_kind(row: Mapping[str, Any], is_contract: bool) -> TriggerKind | None:
    return _TRIGGER_KINDS.get(word_in(row, "workingType")) if is_contract else TriggerKind.LAST


def _unit(percent: Decimal | None, spread: Decimal | None) -> TrailingUnit | None:
    if percent is not None:
        return TrailingUnit.PERCENT
    return TrailingUnit.PRICE if spread is not None else None


def _hanging(row: Mapping[str, Any]) -> tuple[AttachedOrder, ...]:
    return (*_leg("tp", row.get("takeProfit")), *_leg("sl", row.get("stopLoss")))


def _leg(leg: str, said: Any) -> tuple[AttachedOrder, ...]:
    """A take profit or stop that hangs on an order: an object, or the text of one."""
    if isinstance(said, str):
        try:
            said = exact_json(said)
        except (ValueError, RecursionError):
            return ()
    if not isinstance(said, Mapping):
        return ()
    at_market = word_in(said, "type").endswith("_MARKET")
    return attached_order(
        leg,
        price_in(said, "stopPrice"),
        trigger_kind=_TRIGGER_KINDS.get(word_in(said, "workingType")),
        limit_price=None if at_market else price_in(said, "price"),
        amount=price_in(said, "quantity"),
    )


def ended_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> EndedRow:
    """How an order ended, by the words that ccxt does not know or calls cancelled."""
    return EndedRow(status=_ENDINGS.get(word_in(row, "status") or word_in(row, "orderStatus")))


_KEY_PERMISSIONS = KeyWords(reads={"2"}, trades={"1", "3", "4", "7"}, withdraws={"5"})


def _key_permissions(gateway: Gateway, _key: str) -> Permissions:
    said = object_in(gateway.ask("account/apiPermissions"))
    inner = said.get("data")
    return _KEY_PERMISSIONS.understood(words_of((inner if isinstance(inner, Mapping) else said).get("permissions")))


VENUE = Venue(
    open_orders=(
        order_list("spot", type="spot"),
        order_list("linear", **LINEAR),
        order_list("linear-twap", **LINEAR, twap=True),
        order_list("inverse", **INVERSE),
    ),
    wallets=(SPOT_WALLET, LINEAR_WALLET, INVERSE_WALLET),
    positions=(LINEAR_POSITIONS, INVERSE_POSITIONS),
    ended_orders=(
        newest_first("spot", "fetch_canceled_and_closed_orders", ORDERS, "spot", params={"type": "spot"}),
        newest_first(
            "linear",
            "fetch_canceled_and_closed_orders",
            ORDERS,
            "linear",
            params={**LINEAR, "limit": 1000},
            rows=1000,
        ),
        newest_first(
            "linear-twap",
            "fetch_canceled_and_closed_orders",
            ORDERS,
            "linear-twap",
            params={**LINEAR, "twap": True},
        ),
        newest_first(
            "inverse",
            "fetch_canceled_and_closed_orders",
            ORDERS,
            "inverse",
            params={**INVERSE, "limit": 1000},
            rows=1000,
        ),
    ),
    order_by_id={"orders": {}, "orders:linear-twap": {"twap": True}},
    transfers=(deposits(), withdrawals(), funding(params=LINEAR)),
    order_row=order_row,
    fill_row=fill_row,
    ended_row=ended_row,
    key_permissions=_key_permissions,
    calls=(Call("GET", "account/apiPermissions", ("account", "v1", "private"), 5),),
    fills_name_position=True,
    inverse_fills_unread=True,
    triggers_among_orders=True,
)
