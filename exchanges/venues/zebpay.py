"""ZebPay: spot and futures wallets, and positions. Its orders are read as ccxt describes them.

Documentation: github.com/zebpay/zebpay-api-references. Spot: Get account balance. Futures: Get Wallet Balance,
Get Positions, Data models.
"""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from exchanges.connection.exact import EXACT, Garbled, amount, text
from exchanges.venues._shared.account_calls import SPOT_PARAMS, SWAP_PARAMS, PositionsCall, WalletCall
from exchanges.venues._shared.balance_rows import BalanceRow
from exchanges.venues._shared.order_rows import word_in
from exchanges.venues._shared.position_rows import PositionFields, PositionRow
from exchanges.venues._shared.venue import Venue


def _balance(row: Mapping[str, Any], key: str | None) -> BalanceRow:
    """A row with its currency, or one whose key is the asset."""
    currency, total = text(row, "currency") or key, amount(row, "total")
    if currency is None or total is None:
        raise Garbled("the currency or the total is missing")
    return BalanceRow(currency, total, amount(row, "free"), amount(row, "used"))


_POSITION = PositionFields(
    size="contracts", side="side", entry=("entryPrice",), liquidation=("liquidationPrice",), leverage=("leverage",),
    mode="marginMode",
)  # fmt: skip


def position_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> PositionRow:
    """A row of positions. A contract is `contractSize` of the base asset. The list may hold closed ones."""
    position = _POSITION.row_of(row)
    is_open = word_in(row, "status") in ("", "OPEN")
    size = EXACT.multiply(position.size, amount(row, "contractSize") or Decimal(1))
    return replace(position, size=size if is_open else Decimal(0), is_in_base=True)


VENUE = Venue(
    wallets=(
        WalletCall("main", SPOT_PARAMS, list_at=("data",), row=_balance),
        WalletCall("swap", SWAP_PARAMS, list_at=("data",), row=_balance),
    ),
    positions=(PositionsCall("main", list_at=("data",), market="swap"),),
    position_row=position_row,
    post_reads=(r"/api/v1/market/klines",),
)
