"""Deepcoin: spot and contract wallets, and positions. Its orders are read as ccxt describes them.

Documentation: deepcoin.com/docs. DeepCoinAccount: Get account balance, Account positions.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from exchanges.venues._shared.account_calls import SPOT_PARAMS, SWAP_PARAMS, PositionsCall, WalletCall
from exchanges.venues._shared.balance_rows import BalanceFields
from exchanges.venues._shared.order_rows import id_in, word_in
from exchanges.venues._shared.position_names import PositionNames
from exchanges.venues._shared.position_rows import PositionFields, PositionRow
from exchanges.venues._shared.venue import Venue

_POSITION = PositionFields(
    size="pos", side="posSide", entry=("avgPx",), profit=("unrealizedProfit",), liquidation=("liqPx",),
    leverage=("lever",), mode="mgnMode",
)  # fmt: skip


def position_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> PositionRow:
    """A row of positions. In split mode (`mrgPosition` split, else merge) a market has several of one side, each with
    an id (`posId`). Orders that close one name it when they are placed (`closePosId`, Place order), and no list of
    orders is known to state it. So a stop of one side leaves all of that side unknown.
    """
    is_split = word_in(row, "mrgPosition") == "SPLIT"
    return replace(_POSITION.row_of(row), split_id=id_in(row, "posId") if is_split else None)


_BALANCE = BalanceFields(asset="ccy", wallet_balance=("bal",), free="availBal", locked=("frozenBal",))
_ROWS = ("data",)

VENUE = Venue(
    wallets=(
        WalletCall("main", SPOT_PARAMS, list_at=_ROWS, fields=_BALANCE),
        WalletCall("swap", SWAP_PARAMS, list_at=_ROWS, fields=_BALANCE),
    ),
    positions=(PositionsCall("main", list_at=_ROWS, market="swap"),),
    position_row=position_row,
    order_names=PositionNames("tdMode"),
    get_reads=(r"/deepcoin/asset/withdraw-list",),
    fills_name_position=True,
    unread_wallets=("copy trading", "earn"),
)
