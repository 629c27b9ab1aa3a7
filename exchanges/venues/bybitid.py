"""Bybit for one region: the API of Bybit."""

from exchanges.venues import bybit

VENUE = bybit.VENUE.sharing("bybit")
