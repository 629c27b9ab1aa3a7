"""zebpay: what is known of reading it."""

from exchanges.venues._shared.venue import Venue

VENUE = Venue(
    post_reads=(r"/api/v1/market/klines",),
)
