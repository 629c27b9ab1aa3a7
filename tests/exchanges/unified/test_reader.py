"""Reading any account through ccxt over HTTP: pages, wallets, symbols, empty lists, and a history without gaps."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.endings import Ending
from domain.sources import Source, SourceKind
from domain.transfers import TransferKind
from exchanges.connection import retries as retries_module
from exchanges.connection.errors import BadPayload, ExchangeError, Permanent, Temporary
from exchanges.contracts import AccountReader, AccountScope, HistoryReader
from tests.exchanges.harness import Venue, reader_of, spot, swap
from tests.exchanges.payload_server import PayloadServer, Reply, Request, serving
from tests.exchanges.venues import binance, bybit, okx, woo

NOBODY = AccountScope()
NOON = datetime(2025, 11, 24, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[PayloadServer]:
    monkeypatch.setattr(retries_module, "FIRST_PAUSE", 0.01)
    with serving() as payloads:
        yield payloads


def says(server: PayloadServer, path: str, payload: Any, status: int = 200) -> None:
    server.answers[path] = Reply(json.dumps(payload), status)


def past_of(reader: AccountReader) -> HistoryReader:
    assert reader.history is not None
    return reader.history


def milliseconds(at: datetime) -> int:
    return round(at.timestamp() * 1000)


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


def test_a_wallet_that_was_never_opened_is_told_as_unreadable(server: PayloadServer) -> None:
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


def test_an_exchange_that_wants_symbols_gets_those_that_are_dealt_in(server: PayloadServer) -> None:
    markets = [spot("BTC/USDT", "sBTCUSDT"), swap("BTC/USDT:USDT", "BTCUSDT"), swap("ETH/USDT:USDT", "ETHUSDT")]
    reader = reader_of(Venue("phemex", markets, list, ()), server.url)
    says(server, "/g-orders/activeList", {"code": 0, "msg": "", "data": {"rows": []}})
    reader.fetch(Source("orders:linear"), AccountScope(symbols=frozenset({"ETH/USDT:USDT"})))
    assert [request.query["symbol"] for request in server.requests] == [["ETHUSDT"]]


def test_what_cannot_be_read_is_named_and_no_source_pretends(server: PayloadServer) -> None:
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


_TOLD_ONLY = "the exchange limits the rows of one response"


def fill(number: int, at: datetime) -> dict[str, Any]:
    return {
        "symbol": "BTCUSDT", "id": number, "orderId": 5, "price": "60000", "qty": "0.1", "quoteQty": "6000",
        "commission": "-0.5", "commissionAsset": "BNB", "time": milliseconds(at), "isBuyer": True, "isMaker": False,
    }  # fmt: skip


def test_fills_come_in_pages_without_a_gap_and_without_a_double(server: PayloadServer) -> None:
    """The exchange tells a thousand at most: a window that comes back full is halved."""
    everything = [fill(number, NOON + number * timedelta(milliseconds=7001)) for number in range(1, 2501)]

    def trades(request: Request) -> Reply:
        start, end = (int(request.query[name][0]) for name in ("startTime", "endTime"))
        found = [row for row in everything if start <= row["time"] <= end]
        return Reply(json.dumps(found[-1000:]))

    server.answers["/api/v3/myTrades"] = trades
    past = past_of(reader_of(binance.VENUE, server.url))
    (source,) = past.calls(SourceKind.FILLS, AccountScope(symbols=frozenset({"BTC/USDT"})))
    until = NOON + timedelta(hours=12)
    pages = list(past.fetch_fills(source, NOON, until))
    assert [page.since for page in pages[1:]] == [page.until for page in pages[:-1]]
    assert (pages[0].since, pages[-1].until) == (NOON, until)
    fills = [one for page in pages for one in page.rows]
    assert [one.key for one in fills] == [f"BTCUSDT/{number}" for number in range(1, 2501)]
    assert (str(fills[0].fee), fills[0].fee_currency, fills[0].is_maker) == ("-0.5", "BNB", False)


def test_executions_that_are_told_of_single_orders_alone_are_not_asked_for(server: PayloadServer) -> None:
    markets = [swap("BTC/USDT:USDT", "BTC-USDT"), swap("BTC/USD:BTC", "BTC-USD")]
    past = past_of(reader_of(Venue("bingx", markets, list, ()), server.url))
    asked = past.calls(SourceKind.FILLS, AccountScope(symbols=frozenset({"BTC/USDT:USDT", "BTC/USD:BTC"})))
    assert asked == ("fills:BTC/USDT:USDT",)


def test_more_fills_in_a_moment_than_a_page_holds_are_never_left_out_silently(server: PayloadServer) -> None:
    says(server, "/api/v3/myTrades", [fill(number, NOON) for number in range(1, 1001)])
    past = past_of(reader_of(binance.VENUE, server.url))
    pages = past.fetch_fills(Source("fills:BTC/USDT"), NOON, NOON + MINUTE)
    crowded = next(pages)
    assert (len(crowded.rows), [odd.error[: len(_TOLD_ONLY)] for odd in crowded.unreadable]) == (1000, [_TOLD_ONLY])
    with pytest.raises(BadPayload, match="left out"):
        list(pages)


def test_deposits_and_withdrawals_have_signs(server: PayloadServer) -> None:
    at = milliseconds(NOON)
    says(server, "/sapi/v1/capital/deposit/hisrec", [
        {"amount": "2", "coin": "BTC", "status": 1, "txId": "abc", "insertTime": at, "id": "d1"},
    ])  # fmt: skip
    withdrawn = {"id": "w1", "amount": "0.5", "transactionFee": "0.004", "coin": "BTC", "status": 6}
    says(server, "/sapi/v1/capital/withdraw/history", [withdrawn | {"applyTime": "2025-11-24 12:00:00"}])
    past = past_of(reader_of(binance.VENUE, server.url))
    moved = [
        one
        for part in ("deposits", "withdrawals")
        for page in past.fetch_transfers(Source(f"transfers:{part}"), NOON, NOON + MINUTE)
        for one in page.rows
    ]
    assert [(one.kind, str(one.amount), str(one.fee)) for one in moved] == [
        (TransferKind.DEPOSIT, "2", "None"),
        (TransferKind.WITHDRAWAL, "-0.5", "0.004"),
    ]


def test_one_order_is_asked_for_by_its_id(server: PayloadServer) -> None:
    reader = reader_of(binance.VENUE, server.url)
    says(server, "/api/v3/openOrders", [binance.s()])
    (order,) = reader.fetch(Source("orders:spot"), NOBODY).success.rows
    says(server, "/api/v3/order", binance.s(status="CANCELED", executedQty="0.2", cummulativeQuoteQty="12000"))
    ended = past_of(reader).fetch_order(order)
    assert ended is not None
    assert (ended.ending, str(ended.filled), ended.order_id) == (Ending.CANCELLED, "0.2", "9001")


def test_an_order_that_the_exchange_does_not_know_is_no_failure(server: PayloadServer) -> None:
    reader = reader_of(binance.VENUE, server.url)
    says(server, "/api/v3/openOrders", [binance.s()])
    (order,) = reader.fetch(Source("orders:spot"), NOBODY).success.rows
    says(server, "/api/v3/order", {"code": -2013, "msg": "Order does not exist."}, 400)
    for asked in range(1, 8):
        assert past_of(reader).fetch_order(order) is None
        assert sum(request.path == "/api/v3/order" for request in server.requests) == asked, (
            "and it is never asked gently for that"
        )


def test_a_leg_that_has_no_id_there_is_not_asked_for(server: PayloadServer) -> None:
    reader = reader_of(bybit.VENUE, server.url)
    says(server, bybit.PATH, bybit.VENUE.wrap([bybit.o(takeProfit="70000", tpTriggerBy="MarkPrice")]))
    rows = reader.fetch(Source("orders:linear-usdt"), NOBODY).success.rows
    (leg,) = (order for order in rows if order.key == "e1-f2/tp")
    server.requests.clear()
    assert past_of(reader).fetch_order(leg) is None
    assert server.requests == []


def test_bybit_is_asked_for_one_order(server: PayloadServer) -> None:
    """ccxt wants to be told that an order may be too old to be found."""
    reader = reader_of(bybit.VENUE, server.url)
    for path, said in (
        ("/v5/user/query-api", {"unified": 1, "uta": 1}),
        ("/v5/account/info", {"unifiedMarginStatus": 5}),
    ):
        says(server, path, {"retCode": 0, "retMsg": "OK", "result": said, "time": 1})
    says(server, bybit.PATH, bybit.VENUE.wrap([bybit.o()]))
    order = reader.fetch(Source("orders:linear-usdt"), NOBODY).success.rows[0]
    says(server, bybit.PATH, bybit.VENUE.wrap([bybit.o(orderStatus="Cancelled")]))
    ended = past_of(reader).fetch_order(order)
    assert ended is not None
    assert ended.ending is Ending.CANCELLED


def test_a_failing_past_holds_up_no_open_orders(server: PayloadServer) -> None:
    reader = reader_of(binance.VENUE, server.url)
    says(server, "/api/v3/myTrades", {"code": -2015, "msg": "Invalid API-key, IP, or permissions for action."}, 401)
    says(server, "/api/v3/openOrders", [binance.s()])
    for symbol in ("BTC/USDT", "BTC/USDT", "BTC/USDT", "BTC/USDT:USDT", "BTC/USD:BTC"):
        with pytest.raises(ExchangeError):
            list(past_of(reader).fetch_fills(Source.of(SourceKind.FILLS, symbol), NOON, NOON + MINUTE))
    assert [order.key for order in reader.fetch(Source("orders:spot"), NOBODY).success.rows] == ["BTCUSDT/9001"]
    gateways = {id(vars(one)["_gateway"]) for one in (reader, reader.history)}
    assert len(gateways) == 2
    reader.close()


def test_prices_and_positions_are_those_of_what_is_held(server: PayloadServer) -> None:
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
