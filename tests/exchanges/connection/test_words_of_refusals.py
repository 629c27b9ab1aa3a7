"""An exchange's refusal is told in words that a person can act on."""

import json

import pytest

from exchanges.connection.errors import BadPayload, ExchangeError, Permanent
from exchanges.contracts import AccountConnection
from tests.exchanges.harness import gateway_of, spot
from tests.exchanges.payload_server import Reply, serving

# Binance, https://developers.binance.com/docs/binance-spot-api-docs/errors and .../usds-margined-futures/error-code
LATE = {"code": -1021, "msg": "Timestamp for this request is outside of the recvWindow."}
TOO_OLD = {"code": -4166, "msg": "Search window is restricted to recent 90 days only."}
ELSEWHERE = {"code": 0, "msg": "Service unavailable from a restricted location according to 'b. Eligibility'"}


def refused(exchange: str, status: int, payload: object, method: str = "fetch_balance") -> ExchangeError:
    """How a unified call fails on an exchange that answers everything so."""
    with serving() as server:
        server.fallback = Reply(json.dumps(payload), status)
        gateway = gateway_of(AccountConnection("main", exchange, "key", "c2VjcmV0", "pass", base_url=server.url))
        behind = vars(gateway)["_Gateway__exchange"]
        behind.enableRateLimit = False
        behind.set_markets([spot("BTC/USDT", "BTCUSDT")])
        with pytest.raises(ExchangeError) as caught:
            gateway.call(method, *(["BTC/USDT"] if method == "fetch_my_trades" else []))
        gateway.close()
    return caught.value


@pytest.mark.parametrize("exchange", ["binance", "bybit", "kraken", "okx", "cryptocom"])
def test_http_451_is_explained_as_a_restricted_location(exchange: str) -> None:
    method = "fetch_markets" if exchange == "cryptocom" else "fetch_balance"
    error = refused(exchange, 451, ELSEWHERE, method)
    assert type(error) is Permanent
    assert "does not serve this place" in str(error)
    assert "HTTP 451" in str(error)


@pytest.mark.parametrize("exchange", ["binance", "binanceusdm", "binancecoinm"])
def test_a_late_request_to_binance_names_the_receive_window_and_not_a_minute(exchange: str) -> None:
    error = refused(exchange, 400, LATE)
    assert type(error) is Permanent
    for words in ("receive window", "5 s by default", "1 s ahead", "this computer's clock", "-1021"):
        assert words in str(error)
    assert "60 s" not in str(error)


def test_fills_beyond_the_search_range_of_binance_cannot_be_read() -> None:
    error = refused("binance", 400, TOO_OLD, "fetch_my_trades")
    assert type(error) is Permanent
    assert "older fills cannot be read" in str(error)


def test_error_texts_do_not_require_a_code_in_every_response() -> None:
    """Crypto.com states a code in every response, Binance in its refusals alone."""
    with serving() as server:
        server.fallback = Reply("[]")
        gateway = gateway_of(AccountConnection("main", "binance", "key", "c2VjcmV0", base_url=server.url))
        behind = vars(gateway)["_Gateway__exchange"]
        behind.enableRateLimit = False
        behind.set_markets([spot("BTC/USDT", "BTCUSDT")])
        assert gateway.call("fetch_open_orders", None, None, None, {"type": "spot"}) == []
    assert type(refused("cryptocom", 200, {"result": {"data": []}}, "fetch_markets")) is BadPayload
