"""ccxt as a client of the simulated exchange."""

from decimal import Decimal

import ccxt
import pytest

from tests.simulator.exchange_process import Simulator


@pytest.fixture
def client(simulator: Simulator) -> ccxt.cryptocom:
    """ccxt, pointed at the simulator and keeping numbers as text."""
    exchange = ccxt.cryptocom({"apiKey": simulator.api_key, "secret": simulator.api_secret, "enableRateLimit": True})
    exchange.number = str
    for name, url in exchange.urls["api"].items():
        exchange.urls["api"][name] = (
            simulator.url + "/" + url.split("/", 3)[-1] if url.count("/") > 2 else simulator.url
        )
    return exchange


def test_ccxt_reads_everything_that_a_dashboard_needs(client: ccxt.cryptocom) -> None:
    markets = client.load_markets()
    assert {"BTC/USD", "BTC/USDT", "SHIB/USD", "BTC/USD:USD", "BTC/EUR"} <= set(markets)
    balance = client.fetch_balance()
    assert Decimal(balance["USD"]["total"]) < 0
    assert Decimal(balance["BTC"]["total"]) > 0
    (short,) = [position for position in client.fetch_positions() if position["side"] == "short"]
    assert short["symbol"] == "BTC/USD:USD"
    assert {order["status"] for order in client.fetch_open_orders()} == {"open"}
    assert len(client.fetch_tickers()) == len(markets)
    assert len(client.fetch_orders()) > 10
    trades = client.fetch_my_trades()
    assert all(Decimal(trade["fee"]["cost"]) > 0 for trade in trades)
    assert {deposit["status"] for deposit in client.fetch_deposits()} == {"ok"}
    assert client.fetch_withdrawals()[0]["type"] == "withdrawal"
    assert {entry["type"] for entry in client.fetch_ledger()} & {"trade", "fee", "settlement"}
    assert client.fetch_accounts()[0]["id"]


def test_ccxt_reads_the_candles_that_it_asks_for(client: ccxt.cryptocom) -> None:
    newest = client.fetch_ohlcv("BTC/USD", "1h", limit=30)
    assert len(newest) == 30
    since = newest[4][0]
    page = client.fetch_ohlcv("BTC/USD", "1h", since=since, limit=10)
    assert [candle[0] for candle in page] == [candle[0] for candle in newest[4:14]]


def test_ccxt_can_ask_for_the_advanced_orders_that_its_own_table_lacks(client: ccxt.cryptocom) -> None:
    answer = client.request("private/advanced/get-open-orders", ["v1", "private"], "POST", {})
    types = {row["order_type"] for row in answer["result"]["data"]}
    assert {"LIMIT", "STOP_LOSS", "TAKE_PROFIT", "STOP_LIMIT"} <= types


def test_ccxt_is_told_apart_the_errors_that_matter(client: ccxt.cryptocom, simulator: Simulator) -> None:
    client.load_markets()
    for kind, error in (
        ("unauthorized", ccxt.AuthenticationError),
        ("clock_skew", ccxt.InvalidNonce),
        ("rate_limit", ccxt.RateLimitExceeded),
    ):
        simulator.fault("private/user-balance", kind, times=1)
        with pytest.raises(error):
            client.fetch_balance()
    assert client.fetch_balance()["info"]["code"] == 0
