"""bitbns: what is known of reading it."""

from exchanges.venues._shared.venue import Venue

VENUE = Venue(
    post_reads=(
        r"/api/trade/v1/(currentCoinBalance|depositHistory|listExecutedOrders|orderStatus|withdrawHistory)/\w+",
    ),
)
