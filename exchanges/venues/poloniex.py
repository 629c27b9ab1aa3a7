"""Poloniex: spot and contract wallets, and positions. Its orders are read as ccxt describes them.

Documentation: api-docs.poloniex.com. Spot: All Account Balances. Futures V3: Get Account Balance, Get Current Position.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from exchanges.connection.exact import EXACT, Garbled, amount, text
from exchanges.connection.list_paths import check_list, rows_in
from exchanges.venues._shared.account_calls import SPOT_PARAMS, SWAP_PARAMS, PositionsCall, WalletCall
from exchanges.venues._shared.balance_rows import BalanceFields, BalanceRow
from exchanges.venues._shared.order_rows import word_in
from exchanges.venues._shared.position_names import PositionNames
from exchanges.venues._shared.position_rows import PositionFields, PositionRow
from exchanges.venues._shared.venue import Venue
from exchanges.venues._shared.wallet_rows import equity_of_rows


def _spot_rows(response: Any) -> Iterator[tuple[None, Any]]:
    """The balances of each account in the response."""
    check_list(response, ())
    for account in response:
        for _, row in rows_in(account, ("balances",)):
            yield None, row


def _contract(row: Mapping[str, Any], _key: str | None) -> BalanceRow:
    """One currency of the contract account. Its equity holds the profit of cross positions. Isolated positions have an
    equity of their own: isoEq = isoAvail + isoUpl + isoHold. `im` is tied up in cross positions and orders."""
    currency, equity = text(row, "ccy"), amount(row, "eq")
    if currency is None or equity is None:
        raise Garbled("ccy or eq is missing")
    profit, isolated, isolated_profit = amount(row, "upl"), amount(row, "isoEq"), amount(row, "isoUpl")
    if profit is None or isolated is None or isolated_profit is None:
        raise Garbled("upl, isoEq or isoUpl is missing: the equity cannot be separated from the open profit")
    cross, isolated = EXACT.subtract(equity, profit), EXACT.subtract(isolated, isolated_profit)
    return BalanceRow(currency, EXACT.add(cross, isolated), locked=amount(row, "im"))


_POSITION = PositionFields(
    size="qty", side="posSide", entry=("openAvgPx",), mark=("markPx",), profit=("upl",), realised=("pnl",),
    liquidation=("liqPx",), leverage=("lever",), mode="mgnMode",
)  # fmt: skip
_ONE_WAY = replace(_POSITION, side="side")


def position_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> PositionRow:
    """Parse a row of position/opens. In one-way mode `posSide` is BOTH, and `side` states the direction."""
    fields = _POSITION if word_in(row, "posSide") in ("LONG", "SHORT") else _ONE_WAY
    return fields.row_of(row)


_SPOT = BalanceFields(asset="currency", wallet_balance=("available", "hold"), free="available", locked=("hold",))
_DETAILS = ("data", "details")

VENUE = Venue(
    wallets=(
        WalletCall("main", SPOT_PARAMS, rows=_spot_rows, fields=_SPOT),
        WalletCall(
            "swap", SWAP_PARAMS, list_at=_DETAILS, row=_contract, equity=equity_of_rows(_DETAILS, "ccy", "eq", "isoEq")
        ),
    ),
    positions=(PositionsCall("main", list_at=("data",), market="swap"),),
    position_row=position_row,
    order_names=PositionNames("mgnMode"),
    fills_name_position=True,
    unread_wallets=("margin",),
)
