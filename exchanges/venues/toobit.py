"""toobit: what is known of reading it."""

from exchanges.venues._shared.ended_call import EndedCall
from exchanges.venues._shared.parameters import LINEAR
from exchanges.venues._shared.venue import Venue

VENUE = Venue(
    # ccxt asks spot and contracts by calls of two names.
    ended_orders=(
        EndedCall("spot", "fetch_orders", {"type": "spot"}, market="spot"),
        EndedCall("linear", "fetch_closed_orders", LINEAR, market="linear"),
    ),
    get_reads=(r"/api/v1/account/withdrawOrders",),
)
