"""p2b: its read-only POST paths. ccxt reads the rest."""

from exchanges.venues._shared.venue import Venue

VENUE = Venue(
    post_reads=(r"/api/v2/account/(balances|market_deal_history|order_history)", r"/api/v2/orders"),
)
