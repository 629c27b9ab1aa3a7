"""Derive: its read-only POST paths. ccxt reads the rest."""

from exchanges.venues._shared.venue import Venue

VENUE = Venue(
    post_reads=(
        r"/v3/public/get_(all_instruments|all_currencies|ticker|time|tradingview_chart_data)",
        r"/v3/private/get_(all_portfolios|open_orders|trigger_orders|orders|order|positions|trade_history)",
        r"/v3/private/get_(subaccounts|subaccount|deposit_history|withdrawal_history|funding_history)",
    ),
)
