"""KuCoin Futures: the contracts of KuCoin under a name of its own."""

from exchanges.venues import kucoin
from exchanges.venues._kucoin_orders import swap_orders
from exchanges.venues._shared.account_calls import FillsCall
from exchanges.venues._shared.transfer_call import deposits, withdrawals

VENUE = kucoin.VENUE.sharing(
    "kucoin",
    open_orders=swap_orders(),
    wallets=kucoin.futures_wallets(),
    fills=(FillsCall("swap", {"type": "swap"}, list_at=("data", "items")),),
    ended_orders=kucoin.ended_swap_calls(),
    transfers=(deposits(), withdrawals()),
    ccxt_options={"uta": False},
    unread_wallets=(),
)
