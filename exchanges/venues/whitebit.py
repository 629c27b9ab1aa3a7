"""WhiteBIT: three balances (main, trade, collateral), positions of margin and futures, orders and conditional orders.

Documentation: docs.whitebit.com. concepts/balances: what each balance holds. Collateral trading: Collateral account
balance summary, Open positions, Query unexecuted conditional orders. Spot trading: Query unexecuted orders.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from domain.orders import Contingency, OrderKind, TriggerDirection, TriggerKind
from domain.positions import PositionSide
from exchanges.connection.calls import Call
from exchanges.connection.exact import Garbled, amount, text
from exchanges.venues._shared.account_calls import SPOT_PARAMS, FillsCall, PositionsCall, WalletCall
from exchanges.venues._shared.balance_rows import BalanceFields, BalanceRow
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
from exchanges.venues._shared.parameters import INVERSE, LINEAR
from exchanges.venues._shared.position_rows import PositionRow, amount_or_unknown, price_or_unknown
from exchanges.venues._shared.venue import Venue
from exchanges.venues._shared.wallet_rows import plain_list, rows_by_asset

_KINDS = {
    "LIMIT": OrderKind.LIMIT,
    "MARKET": OrderKind.MARKET,
    "STOCK MARKET": OrderKind.MARKET,
    "STOP LIMIT": OrderKind.STOP_LIMIT,
    "STOP MARKET": OrderKind.STOP,
    "TRIGGER-STOP MARKET": OrderKind.STOP,
}
# An activated stop is in the order book, or executes.
_ACTIVATED = {OrderKind.STOP_LIMIT: OrderKind.LIMIT, OrderKind.STOP: OrderKind.MARKET}
_DIRECTIONS = {"GTE": TriggerDirection.RISES, "LTE": TriggerDirection.FALLS}


def order_row(row: Mapping[str, Any], unified: Mapping[str, Any]) -> OrderRow:
    """A row of orders, or a leg of conditional-orders. Orders on the collateral balance are of a "margin" type.

    A buying stop waits for a rise, a selling one for a fall. Spot orders that buy at market count the money to spend.
    """
    word = word_in(row, "type")
    kind = _KINDS.get(word.removeprefix("MARGIN "), OrderKind.UNKNOWN)
    if text(row, "activated") == "1":
        kind = _ACTIVATED.get(kind, kind)
    is_stop = kind in _ACTIVATED
    is_collateral = word.startswith("MARGIN ") or ":" in str(unified.get("symbol"))
    group = id_in(row, "ocoId")
    return OrderRow(
        kind=kind,
        on_margin=word.startswith("MARGIN ") and ":" not in str(unified.get("symbol")),
        group_id=group,
        contingency=Contingency.OCO if group else None,
        trigger_price=price_in(row, "activation_price", "activationPrice") if is_stop else None,
        trigger_kind=TriggerKind.LAST if is_stop else None,
        trigger_direction=_DIRECTIONS.get(word_in(row, "activationCondition") or word_in(row, "activation_condition")),
        limit_price=price_in(row, "price"),
        amount=price_in(row, "amount"),
        in_quote=word in ("MARKET", "STOP MARKET") and word_in(row, "side") == "BUY" and not is_collateral,
        reduce_only=flag_in(row, "reduceOnly"),
        position_side=position_side_in(row, "positionSide"),
        attached=_attached(row),
    )


def _attached(row: Mapping[str, Any]) -> tuple[AttachedOrder, ...]:
    """The attached take profit and stop of an OTO group, placed once the order is filled."""
    oto = row.get("oto")
    if not isinstance(oto, Mapping):
        return ()
    return (*attached_order("tp", price_in(oto, "takeProfit")), *attached_order("sl", price_in(oto, "stopLoss")))


def _conditional(row: Any) -> Iterator[Any]:
    """The orders in a record of conditional-orders: both legs of an OCO, or the order on which others hang."""
    if not isinstance(row, Mapping):
        yield row
        return
    if isinstance(row.get("conditionalOrder"), Mapping):
        hanging = {"takeProfit": row.get("takeProfitPrice"), "stopLoss": row.get("stopLossPrice")}
        yield {**row["conditionalOrder"], "oto": {"otoId": row.get("id"), **hanging}}
        return
    legs = [row.get(name) for name in ("stopLoss", "takeProfit", "stop_loss", "take_profit")]
    legs_found: list[Any] = [{**leg, "ocoId": row.get("id")} for leg in legs if isinstance(leg, Mapping)]
    yield from legs_found or [row]


def ended_row(row: Mapping[str, Any], unified: Mapping[str, Any]) -> EndedRow:
    """Parse a row of trade-account/order/history with its own status word. Older rows have none."""
    if "CANCEL" not in word_in(row, "status"):
        return EndedRow()
    return EndedRow("canceled", filled=amount(row, "dealStock"), average=price_in(unified, "average"))


def position_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> PositionRow:
    """Parse a row of positions/open, in units of the base asset. A short has a negative amount, or its side in hedge
    mode.

    A null amount is a position whose order has not acted yet. `unrealizedPnl` is the open profit and `pnl` the profit
    realised by partial closes. Without `unrealizedPnl`, `pnl` is the open profit, as the older documentation says.
    """
    if "amount" not in row:
        raise Garbled("the amount is missing")
    size = amount(row, "amount") or Decimal(0)
    side = position_side_in(row, "positionSide") or PositionSide.LONG
    profit = amount_or_unknown(row, "unrealizedPnl")
    realised = amount_or_unknown(row, "pnl")
    return PositionRow(
        size=size.copy_abs(),
        side=PositionSide.SHORT if size < 0 else side,
        entry_price=price_or_unknown(row, "basePrice"),
        open_profit=realised if profit is None else profit,
        realised_profit=None if profit is None else realised,
        liquidation_price=price_or_unknown(row, "liquidationPrice"),
        is_in_base=True,
    )


def _collateral(row: Mapping[str, Any], _key: str | None) -> BalanceRow:
    """A row of balance-summary. The balance holds no open profit. A negative one is the debt that it states."""
    asset, balance, owed = text(row, "asset"), amount(row, "balance"), amount(row, "borrow")
    if asset is None or balance is None or owed is None:
        raise Garbled("the asset, the balance or the debt is missing")
    free = amount_or_unknown(row, "availableWithoutBorrow")
    if balance < 0:
        return BalanceRow(asset, Decimal(0), free, debt=-balance)
    return BalanceRow(asset, balance, free, debt=owed.copy_abs())


def _fixed_earn(row: Mapping[str, Any], _key: str | None) -> BalanceRow | None:
    """A row of smart/investments. Its plan names the asset. Status 1 is active."""
    plan = row.get("plan")
    asset, invested = text(plan, "ticker") if isinstance(plan, Mapping) else None, amount(row, "amount")
    return _invested(asset, invested) if text(row, "status") == "1" else None


def _flexible_earn(row: Mapping[str, Any], _key: str | None) -> BalanceRow | None:
    """A row of smart-flex/investments."""
    return _invested(text(row, "currency"), amount(row, "invested")) if text(row, "status") == "1" else None


def _invested(asset: str | None, quantity: Decimal | None) -> BalanceRow:
    if asset is None or quantity is None:
        raise Garbled("the asset or the amount is missing")
    return BalanceRow(asset, quantity, locked=quantity)


def _next_page(response: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The offset of the next page, where this one is full."""
    rows = response.get("records", response.get("data"))
    is_full = isinstance(rows, list) and len(rows) >= _PAGE
    return {"offset": int(amount(response, "offset") or 0) + _PAGE} if is_full else None


_PAGE = 100
_TRADE = BalanceFields(asset=None, wallet_balance=("available", "freeze"), free="available", locked=("freeze",))
_MAIN = BalanceFields(asset=None, wallet_balance=("main_balance",))


def _orders(list_name: str, params: Mapping[str, Any], *others: str) -> OrderCall:
    """The list of all markets. This source keeps the orders of one type."""
    paging = Paging(_PAGE, "offset", step=_PAGE)
    return OrderCall(ORDERS, list_name, params, limit=_PAGE, paging=paging, other_types=frozenset(others), list_at=())


_FIXED, _FLEXIBLE = "main-account/smart/investments", "main-account/smart-flex/investments"
_CONDITIONAL, _SUMMARY = "conditional-orders", "collateral-account/balance-summary"

VENUE = Venue(
    open_orders=(
        _orders("spot", SPOT_PARAMS, "linear", "inverse"),
        _orders("linear", LINEAR, "spot", "inverse"),
        _orders("inverse", INVERSE, "spot", "linear"),
        OrderCall(
            TRIGGERS,
            "conditional",
            {"limit": _PAGE},
            paging=Paging(_PAGE, "offset", step=_PAGE),
            list_at=("records",),
            path=_CONDITIONAL,
            orders_in=_conditional,
        ),
    ),
    wallets=(
        WalletCall("trade", SPOT_PARAMS, rows=rows_by_asset("available", "freeze"), fields=_TRADE),
        WalletCall("main", {"account": "main"}, rows=rows_by_asset("main_balance"), fields=_MAIN),
        WalletCall("collateral", path=_SUMMARY, rows=plain_list, row=_collateral, market="swap"),
        WalletCall(
            "earn-fixed",
            {"status": 1, "limit": _PAGE},
            path=_FIXED,
            list_at=("records",),
            row=_fixed_earn,
            next_page=_next_page,
            adds_up="id",
        ),
        WalletCall(
            "earn-flexible",
            {"investmentStatus": 1, "limit": _PAGE},
            path=_FLEXIBLE,
            list_at=("data",),
            row=_flexible_earn,
            next_page=_next_page,
            adds_up="id",
        ),
    ),
    positions=(PositionsCall("main", list_at=(), market="swap"),),
    position_row=position_row,
    # Query executed order history: all markets, 50 rows unless a request states a limit. ccxt sends no range.
    fills=(FillsCall("all", {"limit": 500}, until="endDate", in_seconds=True, since="startDate", rows=500, late=999),),
    # Executed and cancelled orders of all markets. ccxt's list of all orders is this list plus the open ones.
    ended_orders=(newest_first("all", "fetch_closed_orders", paging=Paging(100, "offset", step=100)),),
    order_row=order_row,
    ended_row=ended_row,
    calls=tuple(Call("POST", path, ("v4", "private"), 1) for path in (_CONDITIONAL, _SUMMARY, _FIXED, _FLEXIBLE)),
    post_reads=(
        r"/api/v4/(collateral-account|trade-account|main-account)/balance",
        r"/api/v4/collateral-account/(balance-summary|funding-history|positions/open|positions/history)",
        r"/api/v4/collateral-account/(conditional-orders|oco-orders)",
        r"/api/v4/main-account/(smart|smart-flex)/investments",
        r"/api/v4/(main-account/history|orders|trade-account/executed-history|trade-account/order/history)",
        r"/api/v4/(trade-account/order|oco-orders|conditional-orders)",
    ),
    triggers_among_orders=True,
    unread_triggers="take profits and stops that are set on a position",
)
