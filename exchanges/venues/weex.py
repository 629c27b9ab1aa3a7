"""weex: what is known of reading it."""

from exchanges.venues._shared.venue import Venue

VENUE = Venue(
    post_reads=(r"/api/v3/account/bills", r"/capi/v3/account/income"),
    fills_name_position=True,
)
