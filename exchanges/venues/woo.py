"""WOO X (v3): the wallets of one list, positions, the book, and algo orders with their child orders.

Sources: developer.woox.io, pages "Get balances" (holding is the trading wallet without open profit, negative for a
debt, and staked, vault and earn are separate), "Get positions" (holding is negative when short, and the open profit
follows from averageOpenPrice and markPrice), "Get algo orders" (a STOP acts when the price comes from either side,
isActivated of a trailing stop), "Futures info" (the only list of prices, of contracts).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from domain.markets import Side
from domain.orders import Contingency, OrderKind, Role, TrailingUnit, TriggerKind
from domain.positions import PositionSide
from exchanges.connection.exact import EXACT, Garbled, amount, required_amount, text
from exchanges.connection.list_paths import rows_in
from exchanges.venues._shared.account_calls import FillsCall, PositionsCall, WalletCall
from exchanges.venues._shared.balance_rows import BalanceRow
from exchanges.venues._shared.ended_call import newest_first
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
from exchanges.venues._shared.position_rows import PositionRow, amount_or_unknown, price_or_unknown, side_of
from exchanges.venues._shared.transfer_call import (
    deposits,
    funding,
    ledger,
    withdrawals,
)
from exchanges.venues._shared.venue import Venue

_BOOK = {
    "LIMIT": OrderKind.LIMIT,
    "POST_ONLY": OrderKind.LIMIT,
    "IOC": OrderKind.LIMIT,
    "FOK": OrderKind.LIMIT,
    "RPI": OrderKind.LIMIT,
    "ASK": OrderKind.LIMIT,
    "BID": OrderKind.LIMIT,
    "MARKET": OrderKind.MARKET,
}
_AT_MARKET = frozenset({"MARKET", "CLOSE_POSITION"})
_TRIGGER_KINDS = {"MARKET_PRICE": TriggerKind.LAST, "LAST_PRICE": TriggerKind.LAST, "MARK_PRICE": TriggerKind.MARK}
_SIDES = {"BUY": Side.BUY, "SELL": Side.SELL}
_PROFIT, _STOP = "TAKE_PROFIT", "STOP_LOSS"
_PERCENT = 100
_BEING_CANCELLED = frozenset({"CANCEL_SENT", "CANCEL_ALL_SENT"})


def order_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> OrderRow:
    """Parse a row of /v3/trade/orders or /v3/trade/algoOrders."""
    return _algo(row) if "algoType" in row else _book(row)


def _book(row: Mapping[str, Any]) -> OrderRow:
    return OrderRow(
        kind=_BOOK.get(word_in(row, "type"), OrderKind.UNKNOWN),
        limit_price=price_in(row, "price"),
        reduce_only=flag_in(row, "reduceOnly"),
        post_only=word_in(row, "type") == "POST_ONLY",
        position_side=position_side_in(row, "positionSide"),
    )


def _algo(row: Mapping[str, Any]) -> OrderRow:
    algo_type, at_market = word_in(row, "algoType"), word_in(row, "type") in _AT_MARKET
    root = id_in(row, "rootAlgoOrderId")
    common: dict[str, Any] = {
        "order_id": id_in(row, "algoOrderId"),
        "group_id": root if root != id_in(row, "algoOrderId") else None,
        "reduce_only": flag_in(row, "reduceOnly"),
        "close_position": True if word_in(row, "type") == "CLOSE_POSITION" else None,
        "position_side": position_side_in(row, "positionSide"),
    }
    trigger: dict[str, Any] = {
        "trigger_price": price_in(row, "triggerPrice"),
        "trigger_kind": _TRIGGER_KINDS.get(word_in(row, "triggerPriceType")),
        "limit_price": None if at_market else price_in(row, "price"),
    }
    legs = tuple(_legs(row))
    match algo_type:
        case "TAKE_PROFIT":
            kind = OrderKind.TAKE_PROFIT if at_market else OrderKind.TAKE_PROFIT_LIMIT
            return OrderRow(kind=kind, role=Role.TAKE_PROFIT, **trigger, **common)
        case "STOP_LOSS":
            kind = OrderKind.STOP if at_market else OrderKind.STOP_LIMIT
            return OrderRow(kind=kind, role=Role.STOP_LOSS, **trigger, **common)
        case "STOP":
            kind = OrderKind.STOP if at_market else OrderKind.STOP_LIMIT
            return OrderRow(kind=kind, kind_tells_direction=False, **trigger, **common)
        case "TRAILING_STOP":
            return _trailing(row, common)
        case "BRACKET":
            kind = _BOOK.get(word_in(row, "type"), OrderKind.UNKNOWN)
            return OrderRow(kind=kind, limit_price=trigger["limit_price"], attached=legs, **common)
    if not legs:
        return OrderRow(kind=OrderKind.UNKNOWN, **common)
    several = len(legs) > 1
    common["group_id"] = common["order_id"] if several else common["group_id"]
    common["close_position"] = True if algo_type == "POSITIONAL_TP_SL" else common["close_position"]
    return OrderRow(legs=legs, side=_side_of(row), contingency=Contingency.OCO if several else None, **common)


def _trailing(row: Mapping[str, Any], common: dict[str, Any]) -> OrderRow:
    rate, value = price_in(row, "callbackRate"), price_in(row, "callbackValue")
    return OrderRow(
        kind=OrderKind.TRAILING_STOP,
        trigger_price=price_in(row, "triggerPrice"),
        trigger_kind=_TRIGGER_KINDS.get(word_in(row, "triggerPriceType")),
        trailing_distance=value if rate is None else rate * _PERCENT,
        trailing_unit=TrailingUnit.PRICE if rate is None else TrailingUnit.PERCENT,
        activation_price=price_in(row, "activatedPrice"),
        is_active=flag_in(row, "isActivated"),
        **common,
    )


def _children(row: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The take profits and stops below a row, however deep a bracket keeps them."""
    for name in ("childOrders", "childAlgoOrders"):
        listed = row.get(name)
        for child in listed if isinstance(listed, list) else ():
            if not isinstance(child, Mapping):
                continue
            if word_in(child, "algoType") in (_PROFIT, _STOP):
                yield child
            else:
                yield from _children(child)


def _legs(row: Mapping[str, Any]) -> Iterator[AttachedOrder]:
    for child in _children(row):
        yield from attached_order(
            "tp" if word_in(child, "algoType") == _PROFIT else "sl",
            price_in(child, "triggerPrice"),
            trigger_kind=_TRIGGER_KINDS.get(word_in(child, "triggerPriceType")),
            limit_price=None if word_in(child, "type") in _AT_MARKET else price_in(child, "price"),
            amount=price_in(child, "quantity"),
        )


def _side_of(row: Mapping[str, Any]) -> Side | None:
    """The side of the child orders. The parent of position take profits and stops names none."""
    return next((side for child in _children(row) if (side := _SIDES.get(word_in(child, "side")))), None)


def ended_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> EndedRow:
    """Parse how an order ended, and which of several orders in the row triggered. A pending cancellation is no
    ending.
    """
    acted = [word_in(child, "algoType") for child in _children(row) if flag_in(child, "isTriggered")]
    return EndedRow(
        status="open" if (word_in(row, "status") or word_in(row, "algoStatus")) in _BEING_CANCELLED else None,
        leg=("tp" if acted[0] == _PROFIT else "sl") if len(acted) == 1 else None,
        filled=amount(row, "totalExecutedQuantity"),
    )


_TRIGGER: Mapping[str, Any] = {"trigger": True}
_ROWS = ("data", "rows")
# The wallets in one row, and the field that holds each.
_WALLETS = {"main": "holding", "staked": "staked", "unbonding": "unbonding", "vault": "vault", "earn": "earn"}


def _wallet_rows(response: Any) -> Iterator[tuple[str | None, Any]]:
    """Each row once for every wallet in it."""
    for _, row in rows_in(response, ("data", "holding")):
        yield from ((wallet, row) for wallet in _WALLETS)


def _balance(row: Mapping[str, Any], wallet: str | None) -> BalanceRow | None:
    asset, field = text(row, "token"), _WALLETS[wallet or "main"]
    balance = amount(row, field)
    if wallet != "main":
        return None if asset is None or balance is None else BalanceRow(asset, balance, wallet=wallet)
    if asset is None or balance is None:
        raise Garbled("token or holding is missing")
    return BalanceRow(asset, balance, amount(row, "availableBalance"), amount(row, "frozen"))


def position_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> PositionRow:
    """A row of the positions, in coins. It states no open profit, and both prices that make it.

    `positionSide` is LONG or SHORT in hedge mode, and BOTH else (developer.woox.io, Futures, Get positions). No
    documentation says if the holding of a short position in hedge mode is negative.
    """
    holding = required_amount(row, "holding")
    side = side_of(row, "positionSide", holding)
    size = holding.copy_abs() if side is PositionSide.LONG else EXACT.minus(holding.copy_abs())
    entry, mark = price_or_unknown(row, "averageOpenPrice"), price_or_unknown(row, "markPrice")
    profit = None if entry is None or mark is None else EXACT.multiply(size, EXACT.subtract(mark, entry))
    return PositionRow(
        size=size.copy_abs(),
        side=side,
        entry_price=entry,
        mark_price=mark,
        open_profit=profit,
        liquidation_price=price_or_unknown(row, "estLiqPrice"),
        leverage=amount_or_unknown(row, "leverage"),
        margin_mode={"CROSS": "cross", "ISOLATED": "isolated"}.get(word_in(row, "marginMode")),
    )


VENUE = Venue(
    # The list of algo orders includes trailing ones. Without a size it returns 25 rows.
    open_orders=(
        OrderCall(ORDERS, None, limit=500, paging=Paging(500, "page"), list_at=_ROWS),
        OrderCall(TRIGGERS, "algo", {"trigger": True}, limit=500, paging=Paging(500, "page"), list_at=_ROWS),
    ),
    wallets=(WalletCall("main", rows=_wallet_rows, row=_balance),),
    positions=(PositionsCall("main", list_at=("data", "positions"), market="swap"),),
    position_row=position_row,
    fills=(FillsCall("all", {"size": 500}, rows=500, list_at=_ROWS),),
    # The list of completed orders holds cancelled and rejected ones too.
    ended_orders=(
        newest_first("book", "fetch_closed_orders", ORDERS, rows=500, list_at=_ROWS),
        newest_first("algo", "fetch_closed_orders", TRIGGERS, params={"trigger": True}, rows=500, list_at=_ROWS),
    ),
    order_by_id={"orders": {}, "triggers": _TRIGGER},
    transfers=(deposits(list_at=_ROWS), withdrawals(list_at=_ROWS), ledger(list_at=_ROWS), funding(list_at=_ROWS)),
    prices_of_contracts_alone=True,
    order_row=order_row,
    ended_row=ended_row,
)
