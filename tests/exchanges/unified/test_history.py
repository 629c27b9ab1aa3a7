"""The history of any account through ccxt over HTTP: fills without a gap, transfers, and how an order ended."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.endings import Ending
from domain.sources import Source, SourceKind
from domain.transfers import TransferKind
from exchanges.connection.errors import BadPayload, ExchangeError
from exchanges.contracts import AccountReader, AccountScope, HistoryReader
from tests.exchanges.harness import Venue, reader_of, swap
from tests.exchanges.payload_server import PayloadServer, Reply, Request
from tests.exchanges.unified.payloads import NOBODY, says
from tests.exchanges.venues import binance, bybit

NOON = datetime(2025, 11, 24, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
_TOLD_ONLY = "the exchange limits the rows of one response"


def past_of(reader: AccountReader) -> HistoryReader:
    assert reader.history is not None
    return reader.history


def milliseconds(at: datetime) -> int:
    return round(at.timestamp() * 1000)


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


def test_executions_available_only_by_order_are_not_requested(server: PayloadServer) -> None:
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


def test_an_order_is_requested_by_its_id(server: PayloadServer) -> None:
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


def test_a_leg_without_an_id_on_the_exchange_is_not_requested(server: PayloadServer) -> None:
    reader = reader_of(bybit.VENUE, server.url)
    says(server, bybit.PATH, bybit.VENUE.wrap([bybit.o(takeProfit="70000", tpTriggerBy="MarkPrice")]))
    rows = reader.fetch(Source("orders:linear-usdt"), NOBODY).success.rows
    (leg,) = (order for order in rows if order.key == "e1-f2/tp")
    server.requests.clear()
    assert past_of(reader).fetch_order(leg) is None
    assert server.requests == []


def test_a_single_order_is_requested_from_bybit(server: PayloadServer) -> None:
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


def test_failing_history_does_not_stop_open_orders(server: PayloadServer) -> None:
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
