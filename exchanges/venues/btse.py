"""BTSE: spot and futures wallets, and positions. Its orders are read as ccxt describes them.

Documentation: docs.btse.com. Wallet: Get User Assets. Futures: Query Wallet Balance (all wallets where none is named),
Get Positions.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from exchanges.connection.calls import Call
from exchanges.connection.exact import EXACT, Garbled, amount, text
from exchanges.connection.list_paths import check_list, rows_in
from exchanges.venues._shared.account_calls import SPOT_PARAMS, PositionsCall, WalletCall
from exchanges.venues._shared.balance_rows import BalanceRow
from exchanges.venues._shared.order_rows import id_in, word_in
from exchanges.venues._shared.position_names import PositionNames
from exchanges.venues._shared.position_rows import PositionFields, PositionRow
from exchanges.venues._shared.venue import Venue

_CROSS = "CROSS@"


def _spot(row: Mapping[str, Any], _key: str | None) -> BalanceRow:
    asset, total, free = text(row, "asset"), amount(row, "totalAmount"), amount(row, "availableAmount")
    if asset is None or total is None:
        raise Garbled("asset or totalAmount is missing")
    return BalanceRow(asset, total, free, locked=None if free is None else EXACT.subtract(total, free))


def _futures_rows(response: Any) -> Iterator[tuple[None, Any]]:
    """The currencies in each wallet, with what of them is in use. Isolated wallets are named "ISOLATED@<market>"."""
    check_list(response, ())
    for wallet in response:
        in_use = wallet.get("assetsInUse") if isinstance(wallet, Mapping) else None
        used = {str(row.get("currency")): row.get("balance") for row in in_use or () if isinstance(row, Mapping)}
        for _, row in rows_in(wallet, ("assets",)):
            name = text(wallet, "wallet")
            yield None, {**row, "wallet": None if name == _CROSS else name, "used": used.get(str(row.get("currency")))}


def _futures(row: Mapping[str, Any], _key: str | None) -> BalanceRow:
    """A quantity of coins. The profit of positions is a figure of the wallet, not of a coin."""
    currency, balance = text(row, "currency"), amount(row, "balance")
    if currency is None or balance is None:
        raise Garbled("currency or balance is missing")
    return BalanceRow(currency, balance, locked=amount(row, "used") or Decimal(0), wallet=text(row, "wallet"))


_POSITION = PositionFields(
    size="size", side="positionDirection", entry=("entryPrice",), mark=("markPrice",), profit=("unrealizedProfitLoss",),
    liquidation=("liquidationPrice",), leverage=("isolatedLeverage", "currentLeverage"), mode="marginType",
    modes={"91": "cross", "92": "isolated"},
)  # fmt: skip
_ONE_WAY = replace(_POSITION, side="side")


def position_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> PositionRow:
    """A row of positions. In one-way mode `side` states the side. A market may have several isolated positions, whose
    ids end in a part of their own ("BTC-PERP-USDT|1").

    The modes are ONE_WAY, HEDGE and ISOLATED (Create new order, positionMode). The documentation has a row of the first
    one only. Rows of the others are read by the field `positionDirection`, which is empty there.
    """
    fields = _POSITION if word_in(row, "positionDirection") in ("LONG", "SHORT") else _ONE_WAY
    _, _, identity = (text(row, "positionId") or "").partition("|")
    return replace(fields.row_of(row), split_id=identity or None, position_id=id_in(row, "positionId"))


_WALLET = "futures/api/v2.3/user/wallet"

VENUE = Venue(
    wallets=(
        WalletCall("main", SPOT_PARAMS, list_at=("data",), row=_spot),
        WalletCall("swap", path=_WALLET, rows=_futures_rows, row=_futures, market="swap"),
    ),
    positions=(PositionsCall("main", list_at=(), market="swap"),),
    position_row=position_row,
    order_names=PositionNames(position_id="positionId"),
    calls=(Call("GET", _WALLET, ("private",), 5),),
    unread_wallets=("earn",),
)
