"""Nado: not readable, because its reads and actions share a path."""

from exchanges.venues._shared.venue import Venue

VENUE = Venue(
    reads_and_acts_share_a_path=True,
)
