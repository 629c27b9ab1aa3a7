"""Mode Trade: the API of WOOFi Pro, both of the Orderly network."""

from exchanges.venues import woofipro

VENUE = woofipro.VENUE.sharing("woofipro")
