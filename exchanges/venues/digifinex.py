"""DigiFinex: spot and contract wallets, positions of margin and contracts. Its orders are read as ccxt describes them.

Documentation: docs.digifinex.com. Spot V3: Spot Account Assets, Margin Positions. Swap V2: Account Balance, Positions.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from domain.positions import PositionSide
from domain.sources import SourceKind
from exchanges.connection.exact import EXACT, Garbled, amount, text
from exchanges.venues._shared.account_calls import SPOT_PARAMS, SWAP_PARAMS, PositionsCall, WalletCall
from exchanges.venues._shared.balance_rows import BalanceFields, BalanceRow
from exchanges.venues._shared.order_rows import word_in
from exchanges.venues._shared.position_names import PositionNames
from exchanges.venues._shared.position_rows import PositionFields, PositionRow
from exchanges.venues._shared.venue import Venue
from exchanges.venues._shared.wallet_rows import equity_of_rows


def _spot(row: Mapping[str, Any], _key: str | None) -> BalanceRow:
    currency, total, free = text(row, "currency"), amount(row, "total"), amount(row, "free")
    if currency is None or total is None:
        raise Garbled("currency or total is missing")
    return BalanceRow(currency, total, free, locked=None if free is None else EXACT.subtract(total, free))


_CONTRACT = BalanceFields(
    asset="currency",
    equity="equity",
    open_profit=("unrealized_pnl",),
    free="avail_balance",
    locked=("margin", "frozen_margin"),
)
_SWAP = PositionFields(
    size="position", side="side", entry=("avg_cost",), mark=("mark_price", "last"), profit=("unrealized_pnl",),
    realised=("realized_pnl",), liquidation=("liquidation_price",), leverage=("leverage",), mode="margin_mode",
)  # fmt: skip
_MARGIN = PositionFields(
    size="amount", entry=("entry_price",), profit=("unrealized_pnl",), liquidation=("liquidation_price",),
    leverage=("leverage_ratio",),
)  # fmt: skip
_SIDES = {"GO_LONG": PositionSide.LONG, "GO_SHORT": PositionSide.SHORT}


def position_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> PositionRow:
    """A row of contract positions, in contracts, or of margin positions, in the base currency.

    Contracts have a setting of the position mode (account/position_mode). The rows are known from one of its modes
    alone, in which each states its side and margin mode.
    """
    if "instrument_id" in row:
        return _SWAP.row_of(row)
    side = _SIDES.get(word_in(row, "side"))
    if side is None:
        raise Garbled("the side is missing")
    return replace(_MARGIN.row_of(row), side=side, is_in_base=True)


VENUE = Venue(
    wallets=(
        WalletCall("main", SPOT_PARAMS, list_at=("list",), row=_spot),
        WalletCall(
            "swap",
            SWAP_PARAMS,
            list_at=("data",),
            fields=_CONTRACT,
            equity=equity_of_rows(("data",), "currency", "equity"),
        ),
    ),
    positions=(
        PositionsCall("margin", {"type": "margin"}, list_at=("positions",)),
        PositionsCall("swap", SWAP_PARAMS, list_at=("data",)),
    ),
    position_row=position_row,
    order_names=PositionNames("margin_mode"),
    unread_wallets=("margin",),
    every={SourceKind.BALANCES: 10.0, SourceKind.POSITIONS: 10.0},
)
