"""Independent Reserve: its read-only POST paths. ccxt reads the rest."""

from exchanges.venues._shared.venue import Venue

VENUE = Venue(
    post_reads=(r"/Private/Get(Accounts|ClosedOrders|ClosedFilledOrders|OpenOrders|OrderDetails|Trades|Transactions)",),
)
