"""BYDFi: spot, funding and contract wallets, and positions. Its orders are read as ccxt describes them.

Documentation: developers.bydfi.com. Account: Asset inquiry. Futures: Asset query (W001 is the main contract wallet),
Positions query.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from exchanges.venues._shared.account_calls import SPOT_PARAMS, SWAP_PARAMS, PositionsCall, WalletCall
from exchanges.venues._shared.balance_rows import BalanceFields
from exchanges.venues._shared.position_rows import PositionFields, PositionRow
from exchanges.venues._shared.venue import Venue

_ASSET = BalanceFields(asset="asset", wallet_balance=("total",), free="available", locked=("frozen",))
# availableBalance = balance + open profit - frozen - positionMargin: the balance holds no profit.
_CONTRACT = BalanceFields(
    asset="asset", wallet_balance=("balance",), free="availableBalance", locked=("frozen", "positionMargin")
)
_POSITION = PositionFields(
    size="volume", side="side", entry=("avgPrice",), mark=("markPrice",), profit=("unPnl",), liquidation=("liqPrice",)
)


def position_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> PositionRow:
    """A row of positions. Its volume is in units of the base asset."""
    return replace(_POSITION.row_of(row), is_in_base=True)


_ROWS = ("data",)

VENUE = Venue(
    wallets=(
        WalletCall("main", SPOT_PARAMS, list_at=_ROWS, fields=_ASSET),
        WalletCall("funding", {"type": "funding"}, list_at=_ROWS, fields=_ASSET),
        WalletCall("swap", {**SWAP_PARAMS, "wallet": "W001"}, list_at=_ROWS, fields=_CONTRACT),
    ),
    positions=(PositionsCall("main", list_at=_ROWS, market="swap"),),
    position_row=position_row,
    get_reads=(r"/api/v1/spot/withdraw_records",),
    unread_wallets=("further contract wallets", "coin-margined contracts", "copy trading", "grid trading"),
)
