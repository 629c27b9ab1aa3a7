"""BitTrade: a read-only path named like an action. ccxt reads the rest."""

from exchanges.venues._shared.venue import Venue

VENUE = Venue(
    get_reads=(r"/v1/query/deposit-withdraw",),
)
