"""Reading any account through ccxt over HTTP: pages, wallets, symbols, and empty lists."""

import json
from decimal import Decimal
from typing import Any

import pytest

from domain.sources import Source, SourceKind
from exchanges.connection.errors import BadPayload, ExchangeError, Permanent, Temporary
from exchanges.contracts import AccountScope
from tests.exchanges.harness import Venue, reader_of, spot, swap
from tests.exchanges.payload_server import PayloadServer, Reply, Request
from tests.exchanges.unified.payloads import NOBODY, says
from tests.exchanges.venues import binance, bybit, okx, woo


def test_pages_of_orders_are_followed_to_the_last(server: PayloadServer) -> None:
    def pages(request: Request) -> Reply:
        cursor = request.query.get("cursor", [""])[0]
        numbers = range(50) if not cursor else range(50, 60)
        rows = [bybit.o(orderId=f"o-{number}") for number in numbers]
        return Reply(json.dumps(bybit.VENUE.wrap(rows) | {"result": {"list": rows, "nextPageCursor": "next"}}))

    server.answers[bybit.PATH] = pages
    rows = reader_of(bybit.VENUE, server.url).fetch(Source("orders:linear-usdt"), NOBODY).success.rows
    assert [order.key for order in rows] == [f"o-{number}" for number in range(60)]


def test_pages_that_are_numbered_are_followed_to_the_last(server: PayloadServer) -> None:
    def pages(request: Request) -> Reply:
        (number,) = request.query.get("page", ["1"])
        assert request.query["size"] == ["500"]
        rows = [woo.o(orderId=int(number) * 1000 + place) for place in range(500 if number == "1" else 7)]
        return Reply(json.dumps(woo.VENUE.wrap(rows)))

    server.answers["/v3/trade/orders"] = pages
    rows = reader_of(woo.VENUE, server.url).fetch(Source.ORDERS, NOBODY).success.rows
    assert len({order.key for order in rows}) == 507


def test_an_answer_without_a_list_is_not_an_empty_list(server: PayloadServer) -> None:
    path = "/api/v5/trade/orders-pending"
    reader = reader_of(okx.VENUE, server.url)
    says(server, path, {"code": "0", "msg": "", "data": []})
    assert reader.fetch(Source.ORDERS, NOBODY).success.rows == ()
    says(server, path, {"code": "0", "msg": ""})
    with pytest.raises(BadPayload, match="no list"):
        reader.fetch(Source.ORDERS, NOBODY)


def test_a_call_that_fails_stops_no_other(server: PayloadServer) -> None:
    """The algo orders are refused repeatedly. The book orders are still read."""
    reader = reader_of(binance.VENUE, server.url)
    says(server, "/fapi/v1/openOrders", [binance.f()])
    says(server, "/fapi/v1/openAlgoOrders", {"code": -2015, "msg": "Invalid API-key, IP, or permissions."}, 401)
    for _ in range(3):
        with pytest.raises(ExchangeError):
            reader.fetch(Source("triggers:linear"), NOBODY)
        assert len(reader.fetch(Source("orders:linear"), NOBODY).success.rows) == 1
    assert sum(request.path == "/fapi/v1/openAlgoOrders" for request in server.requests) == 1


def test_a_refused_wallet_is_unreadable_and_a_missing_wallet_is_empty(server: PayloadServer) -> None:
    """A refused key may hide something. Only an account that does not exist is empty, as isolated margin here."""
    reader = reader_of(binance.VENUE, server.url)
    held = {
        "balances": [{"asset": "BTC", "free": "1.5", "locked": "0.5"}, {"asset": "ETH", "free": "0", "locked": "0"}]
    }
    says(server, "/api/v3/account", held)
    for path in ("/sapi/v1/margin/account", "/fapi/v3/account", "/dapi/v1/account"):
        says(server, path, {"code": -2015, "msg": "Invalid API-key, IP, or permissions for action."}, 401)
    says(server, "/sapi/v1/margin/isolated/account", {"code": -11001, "msg": "Isolated margin account not exist."}, 400)
    says(server, "/sapi/v1/asset/get-funding-asset", [])
    says(server, "/sapi/v1/simple-earn/locked/position", {"rows": [], "total": 0})
    for _ in range(2):  # the second time the refused ones are not even asked
        success = reader.fetch(Source.BALANCES, NOBODY).success
        ((balance),) = success.rows
        assert (balance.key, balance.total, balance.locked) == ("spot/BTC", Decimal(2), Decimal("0.5"))
        assert {one.raw["wallet"] for one in success.unreadable} == {"margin", "linear", "inverse"}


def test_the_first_wallet_must_answer(server: PayloadServer) -> None:
    says(server, "/api/v3/account", {"code": -2015, "msg": "Invalid API-key, IP, or permissions for action."}, 401)
    with pytest.raises(Permanent):
        reader_of(binance.VENUE, server.url).fetch(Source.BALANCES, NOBODY)


def test_markets_that_cannot_be_loaded_are_a_passing_failure(server: PayloadServer) -> None:
    reader = reader_of(Venue("okx", (), list, ()), server.url)
    exchange = vars(vars(reader)["_gateway"])["_Gateway__exchange"]

    def fail(*_: Any) -> Any:
        raise Temporary("no answer")

    exchange.fetch_markets = fail
    with pytest.raises(Temporary, match="markets"):
        reader.fetch(Source.ORDERS, NOBODY)
    assert server.requests == []


def test_a_list_that_requires_symbols_is_requested_for_traded_symbols(server: PayloadServer) -> None:
    markets = [spot("BTC/USDT", "sBTCUSDT"), swap("BTC/USDT:USDT", "BTCUSDT"), swap("ETH/USDT:USDT", "ETHUSDT")]
    reader = reader_of(Venue("phemex", markets, list, ()), server.url)
    says(server, "/g-orders/activeList", {"code": 0, "msg": "", "data": {"rows": []}})
    reader.fetch(Source("orders:linear"), AccountScope(symbols=frozenset({"ETH/USDT:USDT"})))
    assert [request.query["symbol"] for request in server.requests] == [["ETHUSDT"]]


def test_unreadable_kinds_are_named_and_are_no_source(server: PayloadServer) -> None:
    kinds = {}
    for name in ("binance", "kraken", "bitso", "alpaca"):
        reader = reader_of(Venue(name, (), list, ()), server.url)
        kinds[name] = (reader.not_readable, any(source.kind is SourceKind.TRIGGERS for source in reader.sources))
    assert kinds == {
        "binance": (frozenset(), True),
        "kraken": (frozenset(), False),
        "bitso": (frozenset({SourceKind.TRIGGERS}), False),
        "alpaca": (frozenset({SourceKind.TRIGGERS}), False),
    }


def test_prices_are_read_for_held_assets_and_positions(server: PayloadServer) -> None:
    def tickers(request: Request) -> Reply:
        names = {"SPOT": ["BTC-USDT"], "SWAP": ["BTC-USDT-SWAP", "BTC-USD-SWAP"]}[request.query["instType"][0]]
        rows = [
            {"instId": n, "last": "60000", "bidPx": "59999", "askPx": "60001", "open24h": "50000", "ts": "1"}
            for n in names
        ]
        return Reply(json.dumps({"code": "0", "data": rows}))

    server.answers["/api/v5/market/tickers"] = tickers
    position = {
        "instId": "BTC-USDT-SWAP", "instType": "SWAP", "pos": "-50", "posSide": "net", "avgPx": "61000", "upl": "500",
        "markPx": "60000", "lever": "5", "mgnMode": "cross", "liqPx": "90000", "notionalUsd": "30000", "imr": "",
        "margin": "", "mgnRatio": "", "mmr": "1", "cTime": "1764000000000", "uTime": "1764000000000",
        "realizedPnl": "-12.5",
    }  # fmt: skip
    says(server, "/api/v5/account/positions", {"code": "0", "msg": "", "data": [position]})
    reader = reader_of(okx.VENUE, server.url)
    (held,) = reader.fetch(Source.POSITIONS, NOBODY).success.rows
    assert (held.side, str(held.amount), str(held.contracts)) == ("short", "0.50", "50")
    assert (str(held.entry_price), str(held.unrealised_pnl), held.symbol) == ("61000", "500", "BTC/USDT:USDT")
    assert str(held.realised_pnl) == "-12.5"
    wanted = AccountScope(assets=frozenset({"BTC"}), symbols=frozenset({held.symbol}))
    prices = reader.fetch(Source.PRICES, wanted).success.rows
    assert {price.symbol: str(price.last) for price in prices} == {"BTC/USDT": "60000", "BTC/USDT:USDT": "60000"}
    assert {str(price.change_24h) for price in prices} == {"0.20"}


def test_a_row_that_ccxt_cannot_parse_is_shown_beside_the_others(server: PayloadServer) -> None:
    """Ccxt's own loop over a list fails as a whole when one row does."""
    says(server, "/api/v3/openOrders", [binance.s(), 17, binance.s(orderId=2)])
    success = reader_of(binance.VENUE, server.url).fetch(Source("orders:spot"), NOBODY).success
    assert [order.key for order in success.rows] == ["BTCUSDT/9001", "BTCUSDT/2"]
    assert [one.raw for one in success.unreadable] == [{"row": 17}]
