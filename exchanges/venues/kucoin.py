"""KuCoin's orders: the books of spot and futures, and stop orders of each."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from domain.markets import Side
from domain.orders import OrderKind, TriggerDirection, TriggerKind
from domain.transfers import TransferKind as K
from exchanges.connection.calls import Call
from exchanges.connection.exact import moment, text
from exchanges.connection.gateway import Gateway
from exchanges.contracts import Permissions
from exchanges.venues._shared.account_calls import SWAP_WALLET, WalletCall
from exchanges.venues._shared.ended_call import EndedCall, newest_first
from exchanges.venues._shared.key_words import (
    KeyWords,
    object_in,
    words_of,
)
from exchanges.venues._shared.ledger_rows import LedgerWords, by_word
from exchanges.venues._shared.order_call import ORDERS, TRIGGERS, OrderCall
from exchanges.venues._shared.order_rows import EndedRow, OrderRow, flag_in, id_in, position_side_in, price_in, word_in
from exchanges.venues._shared.paging import Paging
from exchanges.venues._shared.transfer_call import (
    deposits,
    ledger,
    withdrawals,
)
from exchanges.venues._shared.venue import Venue

_TRIGGER_KINDS = {"TP": TriggerKind.LAST, "MP": TriggerKind.MARK, "IP": TriggerKind.INDEX}
# Futures say which way the price goes; on spot "loss" waits for a fall and "entry" for a rise, whatever the side.
_DIRECTIONS = {
    "UP": TriggerDirection.RISES,
    "DOWN": TriggerDirection.FALLS,
    "ENTRY": TriggerDirection.RISES,
    "LOSS": TriggerDirection.FALLS,
}
_STOPS = {"new": "open", "cancelled": "canceled", "fail": "rejected"}


def order_row(row: Mapping[str, Any], unified: Mapping[str, Any]) -> OrderRow:
    """What a row of the active orders or of the stop orders says."""
    at_market, trigger = word_in(row, "type") == "MARKET", price_in(row, "stopPrice")
    direction = _DIRECTIONS.get(word_in(row, "stop"))
    waits = trigger is not None and not flag_in(row, "stopTriggered")
    is_futures = "closeOrder" in row
    closes = is_futures and bool(flag_in(row, "closeOrder"))
    size = price_in(row, "size")
    return OrderRow(
        kind=_kind(at_market, direction, str(unified.get("side"))) if waits else _plain(at_market),
        trigger_price=trigger,
        trigger_kind=(_TRIGGER_KINDS.get(word_in(row, "stopPriceType")) if is_futures else TriggerKind.LAST)
        if waits
        else None,
        trigger_direction=direction if waits else None,
        amount=size,
        in_quote=size is None and price_in(row, "funds") is not None,
        reduce_only=True if closes else flag_in(row, "reduceOnly"),
        post_only=flag_in(row, "postOnly"),
        close_position=True if closes and size is None else None,
        position_side=position_side_in(row, "positionSide"),
    )


def _plain(at_market: bool) -> OrderKind:
    return OrderKind.MARKET if at_market else OrderKind.LIMIT


def _kind(at_market: bool, direction: TriggerDirection | None, side: str) -> OrderKind:
    against = TriggerDirection.FALLS if side == Side.SELL else TriggerDirection.RISES
    if direction in (None, against):
        return OrderKind.STOP if at_market else OrderKind.STOP_LIMIT
    return OrderKind.TAKE_PROFIT if at_market else OrderKind.TAKE_PROFIT_LIMIT


def ended_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> EndedRow:
    """What a row of the orders done says of its end, or a stop order of spot, which ccxt calls cancelled once it has
    triggered. A stop of futures keeps its id in the book, one of spot does not."""
    is_stop_of_spot = "stopTriggered" not in row and id_in(row, "stop") is not None and "status" in row
    said = (text(row, "status") or "").lower()
    return EndedRow(
        status=_STOPS.get(said, said) if is_stop_of_spot else None,
        ended_at=moment(row, "endAt") or moment(row, "lastUpdatedAt"),
    )


def swap_orders() -> tuple[OrderCall, ...]:
    base, paging = {"type": "swap", "uta": False, "pageSize": 100}, Paging(100, "currentPage")
    return (
        OrderCall(ORDERS, "swap", base, paging=paging),
        OrderCall(TRIGGERS, "swap", base | {"trigger": True}, paging=paging),
    )


_SPOT = (
    # Every account trades in the fast engine by now, which tells its open orders for one symbol at a time.
    OrderCall(ORDERS, "spot", {"hf": True, "uta": False}, each_symbol=True, market="spot"),
    OrderCall(
        TRIGGERS,
        "spot",
        {"type": "spot", "hf": False, "uta": False, "trigger": True, "pageSize": 100},
        paging=Paging(100, "currentPage"),
    ),
)

# Else ccxt would ask for the unified account of an account that is none.
_NOT_UNIFIED = {"uta": False}


def ended_swap_calls() -> tuple[EndedCall, ...]:
    """A stop of futures keeps its id when it triggers, and stands in the same list."""
    params = {**_NOT_UNIFIED, "type": "swap", "pageSize": 1000}
    return (newest_first("swap", "fetch_closed_orders", None, "swap", params=params, rows=1000),)


_LEDGER_ROW: LedgerWords = {
    "TRADE_EXCHANGE": None,
    "RETURNED_FEES": None,
    "DEDUCTION_FEES": None,
    "TRANSFER": K.INTERNAL,
    "SUB_TRANSFER": K.DEPOSIT,
    "SUB_TO_SUB_TRANSFER": K.DEPOSIT,
    "SPOT_EXCHANGE_REBATE": K.REBATE,
    "LIABILITY_INTEREST": K.INTEREST,
}

# "Transfer" is what older keys are called that may withdraw; "InnerTransfer" only moves between own accounts.
_KEY_PERMISSIONS = KeyWords(
    reads={"general"},
    trades={"spot", "margin", "futures", "trade", "earn", "innertransfer", "flexibletransfers"},
    withdraws={"transfer", "withdraw", "withdrawal"},
)


def _key_permissions(gateway: Gateway, _key: str) -> Permissions:
    return _KEY_PERMISSIONS.understood(words_of(object_in(gateway.ask("user/api-key"), "data").get("permission")))


VENUE = Venue(
    open_orders=(*_SPOT, *swap_orders()),
    wallets=(WalletCall("trade", {"type": "trade"}), WalletCall("main", {"type": "main"}), SWAP_WALLET),
    fills=(),
    fill_rows=100,
    ended_orders=(
        # The fast engine heeds a size of its own name. Stop orders that are over stand in no list.
        newest_first(
            "spot",
            "fetch_closed_orders",
            ORDERS,
            "spot",
            params={**_NOT_UNIFIED, "hf": True, "limit": 100},
            market="spot",
            each_symbol=True,
        ),
        *ended_swap_calls(),
    ),
    order_by_id={
        "orders:spot": {"uta": False, "hf": True},
        "triggers:spot": {"uta": False, "hf": False, "trigger": True},
        "orders:swap": {"uta": False},
        "triggers:swap": {"uta": False},
    },
    transfers=(deposits(), withdrawals(), ledger(K.INTEREST, K.REBATE, longest=timedelta(days=1), fee_within=True)),
    order_row=order_row,
    ended_row=ended_row,
    ledger_row=by_word(_LEDGER_ROW, "bizType"),
    key_permissions=_key_permissions,
    calls=(Call("GET", "user/api-key", ("private",), 20),),
    get_reads=(r"/api/v1/stop-order", r"/api/v3/hf/margin/stop-orders?", r"/api/v1/stopOrders"),
    # Every account trades in the fast engine by now, whose calls ccxt makes only on request.
    ccxt_options={"hf": True},
    unread_triggers="OCO orders of spot, stop orders on margin",
)
