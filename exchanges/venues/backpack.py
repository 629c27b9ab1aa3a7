"""Backpack: balances, lending and borrowing, positions, and one list of resting and trigger orders.

Sources: docs.backpack.exchange, pages "Get balances" (available + locked + staked, without lent coins), "Get borrow
lend positions" (netQuantity is negative for borrowed coins), "Get open positions", "Get open orders" (a trigger acts in
either direction, depending on the current price, and triggerQuantity is an amount or a share of the position), and the
types of the exchange's own client.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from domain.orders import OrderKind, TriggerKind
from domain.positions import PositionSide
from exchanges.connection.calls import Call
from exchanges.connection.exact import Garbled, amount, required_amount, text
from exchanges.venues._shared.account_calls import FillsCall, PositionsCall, WalletCall
from exchanges.venues._shared.balance_rows import BalanceFields, BalanceRow
from exchanges.venues._shared.ended_call import newest_first
from exchanges.venues._shared.order_call import ORDERS, OrderCall
from exchanges.venues._shared.order_rows import (
    AttachedOrder,
    EndedRow,
    OrderRow,
    attached_order,
    flag_in,
    price_in,
    word_in,
)
from exchanges.venues._shared.position_rows import PositionRow, amount_or_unknown, price_or_unknown
from exchanges.venues._shared.venue import Venue
from exchanges.venues._shared.wallet_rows import plain_list

_TRIGGER_KINDS = {"LASTPRICE": TriggerKind.LAST, "MARKPRICE": TriggerKind.MARK, "INDEXPRICE": TriggerKind.INDEX}
_BOOK = {"LIMIT": OrderKind.LIMIT, "MARKET": OrderKind.MARKET}
_HUNDRED = Decimal(100)
_SHARE = "triggerShare"  # share of the position, as opposed to an amount
_CAPITAL = BalanceFields(None, ("available", "locked", "staked"), free="available", locked=("locked",))


def _with_share(row: Any) -> tuple[Any]:
    """The row with a share of the position in a field of its own: ccxt takes every triggerQuantity for an amount."""
    quantity = row.get("triggerQuantity") if isinstance(row, Mapping) else None
    if not isinstance(quantity, str) or not quantity.strip().endswith("%"):
        return (row,)
    return ({**row, "triggerQuantity": None, _SHARE: quantity.strip().removesuffix("%")},)


def order_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> OrderRow:
    """Parse a row of /api/v1/orders."""
    kind = _BOOK.get(word_in(row, "orderType"), OrderKind.UNKNOWN)
    limit, trigger = price_in(row, "price"), price_in(row, "triggerPrice")
    waits = trigger is not None and row.get("triggeredAt") in (None, "", 0, "0")
    if waits:
        kind = OrderKind.STOP if kind is OrderKind.MARKET else OrderKind.STOP_LIMIT
    share = amount(row, _SHARE)
    return OrderRow(
        kind=kind,
        trigger_price=trigger if waits else None,
        trigger_kind=_TRIGGER_KINDS.get(word_in(row, "triggerBy")) if waits else None,
        limit_price=limit,
        amount=price_in(row, "quantity", "triggerQuantity"),
        reduce_only=flag_in(row, "reduceOnly"),
        post_only=flag_in(row, "postOnly"),
        close_fraction=None if share is None else share / _HUNDRED,
        attached=_attached(row),
        kind_tells_direction=False,
    )


def _attached(row: Mapping[str, Any]) -> tuple[AttachedOrder, ...]:
    return (
        *attached_order(
            "tp",
            price_in(row, "takeProfitTriggerPrice"),
            trigger_kind=_TRIGGER_KINDS.get(word_in(row, "takeProfitTriggerBy")),
            limit_price=price_in(row, "takeProfitLimitPrice"),
        ),
        *attached_order(
            "sl",
            price_in(row, "stopLossTriggerPrice"),
            trigger_kind=_TRIGGER_KINDS.get(word_in(row, "stopLossTriggerBy")),
            limit_price=price_in(row, "stopLossLimitPrice"),
        ),
    )


def _lent(row: Mapping[str, Any], _key: str | None) -> BalanceRow:
    """The lent amount of a coin, or the debt."""
    asset, net = text(row, "symbol"), amount(row, "netQuantity")
    if asset is None or net is None:
        raise Garbled("symbol or netQuantity is missing")
    return BalanceRow(asset, max(net, Decimal(0)), debt=max(-net, Decimal(0)))


def position_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> PositionRow:
    """A row of the positions, in coins. Margin is shared, and no position has a leverage of its own."""
    size = required_amount(row, "netQuantity")
    return PositionRow(
        size=size.copy_abs(),
        side=PositionSide.SHORT if size < 0 else PositionSide.LONG,
        entry_price=price_or_unknown(row, "entryPrice"),
        mark_price=price_or_unknown(row, "markPrice"),
        open_profit=amount_or_unknown(row, "pnlUnrealized"),
        realised_profit=amount_or_unknown(row, "pnlRealized"),
        liquidation_price=price_or_unknown(row, "estLiquidationPrice"),
    )


def ended_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> EndedRow:
    """Parse a row of the order history. A trigger order keeps its id in the book."""
    return EndedRow(
        status="expired" if word_in(row, "status") == "EXPIRED" else None,
        filled=amount(row, "executedQuantity"),
        reason=text(row, "expiryReason"),
    )


VENUE = Venue(
    open_orders=(OrderCall(ORDERS, path="api/v1/orders", list_at=(), orders_in=_with_share),),
    wallets=(
        WalletCall("main", list_at=(), fields=_CAPITAL),
        WalletCall("borrow-lend", path="api/v1/borrowLend/positions", rows=plain_list, row=_lent),
    ),
    positions=(PositionsCall("main", list_at=(), market="swap"),),
    position_row=position_row,
    calls=(
        Call("GET", "api/v1/orders", ("private",), 1),
        Call("GET", "api/v1/borrowLend/positions", ("private",), 1),
    ),
    unread_wallets=("vaults",),
    fills=(FillsCall("all", list_at=()),),
    ended_orders=(newest_first("all", "fetch_orders", rows=1000, list_at=()),),
    order_row=order_row,
    ended_row=ended_row,
    triggers_among_orders=True,
)
