"""Aster: its fills name the position. ccxt reads the rest."""

from exchanges.venues._shared.venue import Venue

VENUE = Venue(
    fills_name_position=True,
)
