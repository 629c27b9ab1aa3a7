"""BingX: wallets and positions, the books of spot, linear and inverse contracts with their triggers, and TWAP orders.

Sources: bingx-api.github.io/docs-v3, pages Spot "Query Assets", "Query Fund Account Assets", "Current Open Orders",
Swap "Query account data" (equity = balance + unrealizedProfit), "Query position data", "Current All Open Orders"
(priceRate, actPrice or activationPrice), Coin-M "Query Account Assets", "Query warehouse" (positionAmt in contracts).
"""

from collections.abc import Mapping
from typing import Any

from exchanges.connection.calls import Call
from exchanges.connection.exact import required_amount
from exchanges.connection.gateway import Gateway
from exchanges.connection.list_paths import list_in, rows_in
from exchanges.contracts import Permissions
from exchanges.venues._bingx_orders import ended_row, fill_row, order_row
from exchanges.venues._shared.account_calls import PositionsCall, WalletCall
from exchanges.venues._shared.balance_rows import BalanceFields
from exchanges.venues._shared.ended_call import newest_first
from exchanges.venues._shared.key_words import (
    KeyWords,
    object_in,
    words_of,
)
from exchanges.venues._shared.order_call import ORDERS, TRIGGERS, OrderCall
from exchanges.venues._shared.order_rows import flag_in, id_in
from exchanges.venues._shared.paging import Paging
from exchanges.venues._shared.parameters import INVERSE, LINEAR
from exchanges.venues._shared.position_names import PositionNames
from exchanges.venues._shared.position_rows import PositionRow, amount_or_unknown, price_or_unknown, side_of
from exchanges.venues._shared.transfer_call import deposits, funding, withdrawals
from exchanges.venues._shared.venue import Venue
from exchanges.venues._shared.wallet_rows import equity_of_rows

_DATA, _ORDERS, _LIST = ("data",), ("data", "orders"), ("data", "list")
_SPOT = BalanceFields("asset", ("free", "locked"), free="free", locked=("locked",))
_CONTRACTS = BalanceFields("asset", ("balance",), free="availableMargin", locked=("usedMargin", "freezedMargin"))
_EQUITY = equity_of_rows(_DATA, "asset", "equity")


def position_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> PositionRow:
    """A row of the positions: coins of linear contracts, contracts of inverse ones."""
    size = required_amount(row, "positionAmt")
    is_isolated = flag_in(row, "isolated")
    return PositionRow(
        size=size.copy_abs(),
        side=side_of(row, "positionSide", size),
        entry_price=price_or_unknown(row, "avgPrice"),
        mark_price=price_or_unknown(row, "markPrice"),
        open_profit=amount_or_unknown(row, "unrealizedProfit"),
        realised_profit=amount_or_unknown(row, "realisedProfit"),
        liquidation_price=price_or_unknown(row, "liquidationPrice"),
        leverage=price_or_unknown(row, "leverage"),
        margin_mode=None if is_isolated is None else "isolated" if is_isolated else "cross",
        position_id=id_in(row, "positionId"),
    )


def _fund_rows(response: Any) -> list[tuple[str | None, Any]]:
    """The documentation names the list balances, responses name it assets."""
    data = list_in(response, _DATA)
    name = "assets" if isinstance(data, Mapping) and "assets" in data else "balances"
    return rows_in(response, ("data", name))


_KEY_PERMISSIONS = KeyWords(reads={"2"}, trades={"1", "3", "4", "7"}, withdraws={"5"})


def _key_permissions(gateway: Gateway, _key: str) -> Permissions:
    permissions = object_in(gateway.request("account/apiPermissions"))
    inner = permissions.get("data")
    return _KEY_PERMISSIONS.permissions_of(
        words_of((inner if isinstance(inner, Mapping) else permissions).get("permissions"))
    )


VENUE = Venue(
    open_orders=(
        OrderCall(ORDERS, "spot", {"type": "spot"}, list_at=_ORDERS),
        OrderCall(
            TRIGGERS,
            "spot-oco",
            {"pageIndex": 1, "pageSize": 100},
            path="oco/openOrderList",
            is_direct=True,
            market="spot",
            paging=Paging(100, "pageIndex"),
            list_at=_DATA,
        ),
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
    order_names=PositionNames(position_id="positionID"),
    ended_orders=(
        newest_first(
            "spot", "fetch_canceled_and_closed_orders", ORDERS, "spot", params={"type": "spot"}, list_at=_ORDERS
        ),
        newest_first(
            "spot-oco",
            "oco/historyOrderList",
            TRIGGERS,
            "spot-oco",
            params={"pageIndex": 1, "pageSize": 100},
            direct="spot",
            paging=Paging(100, "pageIndex"),
            list_at=_DATA,
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
    order_by_id={"orders": {}, "triggers": None, "orders:linear-twap": {"twap": True}},
    transfers=(deposits(), withdrawals(), funding(params=LINEAR)),
    order_row=order_row,
    fill_row=fill_row,
    ended_row=ended_row,
    key_permissions=_key_permissions,
    calls=(
        Call("GET", "account/apiPermissions", ("account", "v1", "private"), 5),
        Call("GET", "oco/openOrderList", ("spot", "v1", "private"), 5),
        Call("GET", "oco/historyOrderList", ("spot", "v1", "private"), 5),
    ),
    fills_name_position=True,
    inverse_fills_unread=True,
    triggers_among_orders=True,
    unread_wallets=("standard futures", "earn", "copy trading"),
)
