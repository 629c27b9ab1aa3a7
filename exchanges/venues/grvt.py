"""GRVT: its read-only POST paths. ccxt reads the rest."""

from exchanges.venues._shared.venue import Venue

VENUE = Venue(
    post_reads=(
        r"/full/v1/(all_instruments|instrument|kline|ticker|mini)",
        r"/full/v1/(open_orders|order_history|order|fill_history|positions|account_summary|funding_account_summary)",
        r"/full/v1/(deposit_history|withdrawal_history|transfer_history|funding_payment_history)",
    ),
)
