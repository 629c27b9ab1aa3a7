"""poloniex: what is known of reading it."""

from exchanges.venues._shared.venue import Venue

VENUE = Venue(
    fills_name_position=True,
)
