"""CoinMate: its read-only POST paths. ccxt reads the rest."""

from exchanges.venues._shared.venue import Venue

VENUE = Venue(
    post_reads=(r"/api/(balances|openOrders|orderById|orderHistory|tradeHistory|transferHistory)",),
)
