"""Binance.US: the spot part of the API of Binance. It states nothing about a key."""

from exchanges.venues import binance

VENUE = binance.VENUE.sharing(
    "binance",
    open_orders=(binance.SPOT_ORDERS,),
    wallets=(binance.SPOT_WALLET,),
    ended_orders=binance.ended_calls("spot"),
    transfers=(binance.DEPOSITS, binance.WITHDRAWALS),
    key_permissions=None,
    asset_name=None,
    unread_wallets=("staking",),
    triggers_among_orders=True,
)
