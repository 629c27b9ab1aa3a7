"""independentreserve: what is known of reading it."""

from exchanges.venues._shared.venue import Venue

VENUE = Venue(
    post_reads=(r"/Private/Get(Accounts|ClosedOrders|ClosedFilledOrders|OpenOrders|OrderDetails|Trades|Transactions)",),
)
