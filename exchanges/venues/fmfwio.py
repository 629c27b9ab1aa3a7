"""FMFW.io: the API of HitBTC."""

from exchanges.venues.hitbtc import VENUE as HITBTC

VENUE = HITBTC.sharing("hitbtc")
