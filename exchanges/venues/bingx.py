"""BingX: wallets and positions, the books of spot, linear and inverse contracts with their triggers, and TWAP orders.

Sources: bingx-api.github.io/docs-v3, pages Spot "Query Assets", "Query Fund Account Assets", "Current Open Orders";
Swap "Query account data" (equity = balance + unrealizedProfit), "Query position data", "Current All Open Orders"
(priceRate, actPrice or activationPrice); Coin-M "Query Account Assets", "Query warehouse" (positionAmt in contracts).
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from domain.orders import OrderKind, Role, TrailingUnit, TriggerKind
from domain.positions import PositionSide
from exchanges.connection.calls import Call
from exchanges.connection.exact import EXACT, Garbled, amount, exact_json
from exchanges.connection.gateway import Gateway
from exchanges.connection.list_paths import list_in, rows_in
from exchanges.contracts import Permissions
from exchanges.venues._shared.account_calls import PositionsCall, WalletCall
from exchanges.venues._shared.balance_rows import BalanceFields
from exchanges.venues._shared.ended_call import newest_first
from exchanges.venues._shared.key_words import (
    KeyWords,
    object_in,
    words_of,
)
from exchanges.venues._shared.order_call import ORDERS, OrderCall
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
from exchanges.venues._shared.position_rows import PositionRow, amount_or_unknown, price_or_unknown
from exchanges.venues._shared.transfer_call import deposits, funding, withdrawals
from exchanges.venues._shared.venue import Venue
from exchanges.venues._shared.wallet_rows import equity_of_rows

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
_DATA, _ORDERS, _LIST = ("data",), ("data", "orders"), ("data", "list")
_SPOT = BalanceFields("asset", ("free", "locked"), free="free", locked=("locked",))
_CONTRACTS = BalanceFields("asset", ("balance",), free="availableMargin", locked=("usedMargin", "freezedMargin"))
_EQUITY = equity_of_rows(_DATA, "asset", "equity")
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
        role=_ROLES.get(said) if is_contract and not _opens(row) else None,
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
        attached=_hanging(row) if said in ("LIMIT", "MARKET", "TRIGGER_LIMIT", "TRIGGER_MARKET") else (),
        kind_tells_direction=said not in _UNDIRECTED,
    )


def _opens(row: Mapping[str, Any]) -> bool:
    """Whether an order opens one of two positions in hedge mode."""
    return (word_in(row, "side"), word_in(row, "positionSide")) in (("BUY", "LONG"), ("SELL", "SHORT"))


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


def position_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> PositionRow:
    """A row of the positions: coins of linear contracts, contracts of inverse ones."""
    size = amount(row, "positionAmt")
    if size is None:
        raise Garbled("positionAmt is missing")
    is_isolated = flag_in(row, "isolated")
    return PositionRow(
        size=size.copy_abs(),
        side=position_side_in(row, "positionSide") or (PositionSide.SHORT if size < 0 else PositionSide.LONG),
        entry_price=price_or_unknown(row, "avgPrice"),
        mark_price=price_or_unknown(row, "markPrice"),
        open_profit=amount_or_unknown(row, "unrealizedProfit"),
        realised_profit=amount_or_unknown(row, "realisedProfit"),
        liquidation_price=price_or_unknown(row, "liquidationPrice"),
        leverage=price_or_unknown(row, "leverage"),
        margin_mode=None if is_isolated is None else "isolated" if is_isolated else "cross",
    )


def _fund_rows(response: Any) -> list[tuple[str | None, Any]]:
    """The documentation names the list balances, responses name it assets."""
    data = list_in(response, _DATA)
    name = "assets" if isinstance(data, Mapping) and "assets" in data else "balances"
    return rows_in(response, ("data", name))


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
        OrderCall(ORDERS, "spot", {"type": "spot"}, list_at=_ORDERS),
        OrderCall(ORDERS, "linear", LINEAR, list_at=_ORDERS),
        OrderCall(ORDERS, "linear-twap", {**LINEAR, "twap": True}, list_at=_LIST),
        OrderCall(ORDERS, "inverse", INVERSE, list_at=_ORDERS),
    ),
    wallets=(
        WalletCall("spot", {"type": "spot"}, list_at=("data", "balances"), fields=_SPOT),
        WalletCall("linear", LINEAR, list_at=_DATA, fields=_CONTRACTS, equity=_EQUITY),
        WalletCall("inverse", INVERSE, list_at=_DATA, fields=_CONTRACTS, equity=_EQUITY),
        WalletCall("fund", {"type": "funding"}, rows=_fund_rows, fields=_SPOT),
    ),
    positions=(PositionsCall("linear", LINEAR, list_at=_DATA), PositionsCall("inverse", INVERSE, list_at=_DATA)),
    position_row=position_row,
    ended_orders=(
        newest_first(
            "spot", "fetch_canceled_and_closed_orders", ORDERS, "spot", params={"type": "spot"}, list_at=_ORDERS
        ),
        newest_first(
            "linear",
            "fetch_canceled_and_closed_orders",
            ORDERS,
            "linear",
            params={**LINEAR, "limit": 1000},
            rows=1000,
            list_at=_ORDERS,
        ),
        newest_first(
            "linear-twap",
            "fetch_canceled_and_closed_orders",
            ORDERS,
            "linear-twap",
            params={**LINEAR, "twap": True},
            list_at=_LIST,
        ),
        newest_first(
            "inverse",
            "fetch_canceled_and_closed_orders",
            ORDERS,
            "inverse",
            params={**INVERSE, "limit": 1000},
            rows=1000,
            list_at=_ORDERS,
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
    unread_wallets=("standard futures", "earn", "copy trading"),
)
