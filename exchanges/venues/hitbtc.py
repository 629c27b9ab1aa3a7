"""HitBTC: the wallets of spot, derivatives and the account itself, and every position of a futures account.

Documentation: api.hitbtc.com. Get spot trading balance, Get futures balance, Wallet balance, Get futures margin
accounts.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from exchanges.connection.calls import Call
from exchanges.venues._shared.account_calls import SPOT_PARAMS, SWAP_PARAMS, PositionsCall, WalletCall
from exchanges.venues._shared.balance_rows import BalanceFields
from exchanges.venues._shared.position_rows import PositionFields
from exchanges.venues._shared.venue import Venue
from exchanges.venues._shared.wallet_rows import plain_list

# A margin account takes its collateral out of the available balance: it is reserved.
_BALANCE = BalanceFields(
    asset="currency",
    wallet_balance=("available", "reserved", "reserved_margin"),
    free="available",
    locked=("reserved", "reserved_margin"),
    optional=("reserved_margin",),
)
# The sign of the quantity is the side. No field states the open profit.
_POSITION = PositionFields(
    size="quantity", entry=("price_entry",), liquidation=("price_liquidation",), leverage=("leverage",), mode="type"
)


def _positions_in(account: Any) -> Iterator[Any]:
    """The positions of a margin account, each with the account's type and leverage. A cross account has several."""
    if not isinstance(account, Mapping):
        yield account
        return
    for position in account.get("positions") or ():
        yield {"type": account.get("type"), "leverage": account.get("leverage"), **position}


_ACCOUNTS = "futures/account"

VENUE = Venue(
    wallets=(
        WalletCall("main", SPOT_PARAMS, rows=plain_list, fields=_BALANCE),
        WalletCall("wallet", {"type": "funding"}, rows=plain_list, fields=_BALANCE),
        WalletCall("swap", SWAP_PARAMS, rows=plain_list, fields=_BALANCE),
    ),
    positions=(PositionsCall("main", path=_ACCOUNTS, list_at=(), positions_in=_positions_in, market="swap"),),
    position_row=_POSITION.row_of,
    calls=(Call("GET", _ACCOUNTS, ("private",), 1),),
    unread_wallets=("positions of spot margin", "earn"),
)
