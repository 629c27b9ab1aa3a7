"""HashKey Global: spot and contract wallets, positions of all contracts, and orders, in the rows that Toobit has, too.

Documentation: hashkeyglobal-apidoc.readme.io. Get Account Information, Get Futures Balance, Get Futures Positions,
Query Open Futures Orders.
"""

from exchanges.connection.calls import Call
from exchanges.venues._shared.account_calls import SPOT_PARAMS, PositionsCall
from exchanges.venues._shared.order_call import ORDERS, TRIGGERS, OrderCall
from exchanges.venues._shared.parameters import LINEAR
from exchanges.venues._shared.venue import Venue
from exchanges.venues.toobit import POSITION, WALLETS, order_row

_POSITIONS = "api/v1/futures/positions"

VENUE = Venue(
    # Orders of contracts are listed for one symbol at a time.
    open_orders=(
        OrderCall(ORDERS, "spot", SPOT_PARAMS, limit=1000, list_at=()),
        OrderCall(ORDERS, "linear", LINEAR, each_symbol=True, market="linear", limit=500, list_at=()),
        OrderCall(
            TRIGGERS, "linear", LINEAR | {"trigger": True}, each_symbol=True, market="linear", limit=500, list_at=()
        ),
    ),
    wallets=WALLETS,
    # ccxt requests the positions of one symbol.
    positions=(PositionsCall("main", path=_POSITIONS, list_at=(), market="swap"),),
    position_row=POSITION.row_of,
    order_row=order_row,
    calls=(Call("GET", _POSITIONS, ("private",), 1),),
    get_reads=(r"/api/v1/account/withdrawOrders",),
    unread_triggers="take profits and stops that are set on a position",
)
