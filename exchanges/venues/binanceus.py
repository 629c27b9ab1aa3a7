"""Binance.US: the spot part of the API of Binance. It states nothing about a key."""

from exchanges.connection.rate_limits import Scope, per_window
from exchanges.venues import binance

# https://docs.binance.us/#rate-limits-rest: a weight of 1,200 a minute and address.
_RATE_LIMITS = (per_window(1200, 60, Scope.ADDRESS),)

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
    rate_limits=_RATE_LIMITS,
)
