"""OKX for one region: the API of OKX."""

from exchanges.venues import okx

VENUE = okx.VENUE.sharing("okx")
