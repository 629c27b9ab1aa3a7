"""KuCoin Futures: the contracts of KuCoin under a name of its own."""

from exchanges.venues import kucoin
from exchanges.venues._shared.account_calls import SWAP_FILLS, SWAP_WALLET
from exchanges.venues._shared.transfer_call import deposits, withdrawals

VENUE = kucoin.VENUE.sharing(
    "kucoin",
    open_orders=kucoin.swap_orders(),
    wallets=(SWAP_WALLET,),
    fills=(SWAP_FILLS,),
    ended_orders=kucoin.ended_swap_calls(),
    transfers=(deposits(), withdrawals()),
    ccxt_options={},
    unread_triggers=None,
)
