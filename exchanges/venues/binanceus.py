"""Binance.US: the spot part of the API of Binance. It states nothing about a key."""

from exchanges.connection.rate_limits import Scope, per_window
from exchanges.venues import binance
from exchanges.venues._shared.account_calls import SPOT_WALLET
from exchanges.venues._shared.order_call import order_list
from exchanges.venues._shared.transfer_call import deposits, withdrawals

# https://docs.binance.us/#rate-limits-rest: a weight of 1,200 a minute and address.
_RATE_LIMITS = (per_window(1200, 60, Scope.ADDRESS),)

VENUE = binance.VENUE.sharing(
    "binance",
    open_orders=(order_list("spot", type="spot"),),
    wallets=(SPOT_WALLET,),
    ended_orders=binance.ended_calls("spot"),
    transfers=(deposits(), withdrawals(until="endTime")),
    key_permissions=None,
    triggers_among_orders=True,
    rate_limits=_RATE_LIMITS,
)
