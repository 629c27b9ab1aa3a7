"""mercado: what is known of reading it."""

from exchanges.venues._shared.venue import Venue

VENUE = Venue(
    reads_and_acts_share_a_path=True,
)
