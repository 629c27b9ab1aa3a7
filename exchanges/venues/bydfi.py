"""bydfi: what is known of reading it."""

from exchanges.venues._shared.venue import Venue

VENUE = Venue(
    get_reads=(r"/api/v1/spot/withdraw_records",),
)
