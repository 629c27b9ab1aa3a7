"""CEX.IO: its read-only POST paths. ccxt reads the rest."""

from exchanges.venues._shared.venue import Venue

VENUE = Venue(
    post_reads=(
        r"/api/spot/rest-public/get_(pairs_info|server_time|ticker|currencies_info|candles)",
        r"/api/spot/rest/get_my_(funding_history|orders|transaction_history|wallet_balance|account_status_v3)",
    ),
)
