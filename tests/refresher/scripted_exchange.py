"""An exchange with scripted answers, for tests that a moving market would disturb."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.exchanges.payload_server import PayloadServer, serving
from tests.exchanges.wire_payloads import account_row, asset_row, order_row, ticker_row, trigger_row

BALANCES = "private/user-balance"
POSITIONS = "private/get-positions"
ORDERS = "private/get-open-orders"
TRIGGERS = "private/advanced/get-open-orders"
TICKERS = "public/get-tickers"


@contextmanager
def scripted_exchange() -> Iterator[PayloadServer]:
    """Ten SOL, a limit order and a stop. A test can replace every answer."""
    with serving() as exchange:
        exchange.lists(BALANCES, account_row(asset_row(), asset_row(instrument_name="USD", market_value="500.00")))
        exchange.lists(POSITIONS)
        exchange.lists(ORDERS, order_row())
        exchange.lists(TRIGGERS, trigger_row())
        exchange.lists(TICKERS, ticker_row(i="SOL_USD", a="100.00"))
        yield exchange
