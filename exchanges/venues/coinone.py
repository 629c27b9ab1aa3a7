"""CoinOne: its read-only POST paths. ccxt reads the rest."""

from exchanges.venues._shared.venue import Venue

VENUE = Venue(
    post_reads=(r"/v2/account/balance", r"/v2(\.1)?/order/(open_orders|complete_orders|query_order)"),
)
