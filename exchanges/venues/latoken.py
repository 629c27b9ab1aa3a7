"""latoken: what is known of reading it."""

from exchanges.venues._shared.venue import Venue

VENUE = Venue(
    get_reads=(r"/v2/auth/stopOrder",),
)
