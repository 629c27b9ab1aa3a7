"""dYdX: the equity of the main subaccount. ccxt reads the rest.

Documentation: docs.dydx.xyz, Indexer, HTTP, Get Subaccount (equity, freeCollateral).
"""

from collections.abc import Mapping
from typing import Any

from exchanges.connection.exact import amount, required_amount
from exchanges.venues._shared.account_calls import WalletCall
from exchanges.venues._shared.balance_rows import BalanceRow
from exchanges.venues._shared.venue import Venue
from exchanges.venues._shared.wallet_rows import one_row


def _balance(row: Mapping[str, Any], _key: str | None) -> BalanceRow:
    """The equity, in dollars, with the open profit of all positions. ccxt reads the free collateral alone."""
    equity = required_amount(row, "equity")
    return BalanceRow("USDC", equity, free=amount(row, "freeCollateral"), includes_open_profit=True)


VENUE = Venue(
    wallets=(WalletCall("main", rows=one_row(("subaccount",)), row=_balance),),
    unread_wallets=("further subaccounts, of isolated markets", "staking", "vaults"),
)
