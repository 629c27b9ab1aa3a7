"""coinmate: what is known of reading it."""

from exchanges.venues._shared.venue import Venue

VENUE = Venue(
    post_reads=(r"/api/(balances|openOrders|orderById|orderHistory|tradeHistory|transferHistory)",),
)
