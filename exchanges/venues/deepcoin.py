"""deepcoin: what is known of reading it."""

from exchanges.venues._shared.venue import Venue

VENUE = Venue(
    get_reads=(r"/deepcoin/asset/withdraw-list",),
    fills_name_position=True,
)
