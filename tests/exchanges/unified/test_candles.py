"""Candles are complete, or visibly missing, on exchanges that limit or ignore the range of a request.

Each server follows the exchange's documentation of its endpoint.
"""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from domain.candles import Candle
from exchanges.contracts import AccountReader
from tests.exchanges.harness import Venue, reader_of, spot
from tests.exchanges.payload_server import PayloadServer, Reply, Request
from tests.exchanges.venues import bitget, bitget_unified, htx, kraken, phemex

QUARTER = timedelta(minutes=15)
LENGTHS = {"15min": 900, "1min": 60, "15m": 900, "1m": 60}
PART = 300


def old(days: int) -> datetime:
    """A full hour this many days ago."""
    return datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(days=days)


def bitget_candles(most: int, listed: datetime = datetime(2020, 1, 1, tzinfo=UTC)) -> Callable[[Request], Reply]:
    """Get History Candle Data: the newest `limit` candles before endTime, at most `most`."""

    def candles(request: Request) -> Reply:
        length = LENGTHS[request.query.get("granularity", request.query.get("interval", [""]))[0]] * 1000
        first, end = (int(request.query[name][0]) for name in ("startTime", "endTime"))
        first = max(first, int(listed.timestamp() * 1000))
        moments = range(-(-first // length) * length, end, length)
        limit = min(int(request.query["limit"][0]), most)
        rows = [[str(at), "1", "2", "0.5", "1.5", "10", "10", "10"] for at in moments][-limit:]
        return Reply(json.dumps({"code": "00000", "data": rows}))

    return candles


def htx_candles(request: Request) -> Reply:
    """Get Kline Data of contracts: with `size`, from and to are ignored."""
    length, now = LENGTHS[request.query["period"][0]], int(time.time())
    if "size" in request.query:
        newest = now // length * length
        moments = range(newest - (int(request.query["size"][0]) - 1) * length, newest + 1, length)
    else:
        first, last = (int(request.query[name][0]) for name in ("from", "to"))
        moments = range(first, min(last, now) + 1, length)
    rows = [{"id": at, "open": 1, "close": 1, "high": 1, "low": 1, "amount": 1} for at in moments]
    return Reply(json.dumps({"status": "ok", "data": rows}))


def kraken_candles(request: Request) -> Reply:
    """Get OHLC Data: the newest 720 candles since `since`. Older ones cannot be had."""
    length = int(request.query["interval"][0]) * 60
    newest = int(time.time()) // length * length
    moments = range(newest - 719 * length, newest + 1, length)
    since = int(request.query["since"][0])
    rows = [[at, "1", "2", "0.5", "1.5", "1", "10", 1] for at in moments if at > since]
    return Reply(json.dumps({"error": [], "result": {"XXBTZUSD": rows, "last": newest}}))


def phemex_candles(request: Request) -> Reply:
    """Query kline: the newest `limit` candles, and only these limits."""
    limit = int(request.query["limit"][0])
    if limit not in (5, 10, 50, 100, 500, 1000):
        return Reply(json.dumps({"code": 30018, "msg": "phemex.data.size.invalid", "data": None}))
    newest = int(time.time()) // 900 * 900
    rows = [[newest - n * 900, 900, 100000000, 100000000, 100000000, 100000000, 100000000, 1, 1] for n in range(limit)]
    return Reply(json.dumps({"code": 0, "msg": "OK", "data": {"total": -1, "rows": rows}}))


def bitbank_candles(request: Request) -> Reply:
    """Candlestick: the candles of the UTC day that ends the path."""
    midnight = datetime.strptime(request.path.rpartition("/")[2], "%Y%m%d").replace(tzinfo=UTC)
    rows = [["1", "2", "0.5", "1.5", "10", int((midnight + n * QUARTER).timestamp() * 1000)] for n in range(96)]
    candlestick = [{"type": "15min", "ohlcv": rows}]
    return Reply(json.dumps({"success": 1, "data": {"candlestick": candlestick, "timestamp": 1}}))


def read_part(reader: AccountReader, symbol: str, until: datetime) -> tuple[Candle, ...]:
    return reader.fetch_candles(symbol, "15m", until - PART * QUARTER, until)


def expected_before(until: datetime, count: int = PART) -> list[datetime]:
    return [until - n * QUARTER for n in range(count, 0, -1)]


@pytest.mark.parametrize(("most", "requests"), [(200, 2), (70, 6)])
def test_a_response_cut_at_its_front_is_completed(server: PayloadServer, most: int, requests: int) -> None:
    """Two pages of 200 candles, or those of an exchange that returns fewer rows than documented."""
    server.answers["/api/v2/spot/market/history-candles"] = bitget_candles(most)
    until = old(60)
    candles = read_part(reader_of(bitget.VENUE, server.url), "BTC/USDT", until)
    assert [candle.at for candle in candles] == expected_before(until)
    assert sum(request.path.endswith("candles") for request in server.requests) == requests


def test_a_unified_account_reads_a_hundred_candles_a_request(server: PayloadServer) -> None:
    server.answers["/api/v3/market/history-candles"] = bitget_candles(100)
    until = old(60)
    candles = read_part(reader_of(bitget_unified.VENUE, server.url), "BTC/USDT", until)
    assert [candle.at for candle in candles] == expected_before(until)
    assert len(server.requests) == 3


def test_the_candle_of_a_single_minute_is_read_although_the_response_ends_later(server: PayloadServer) -> None:
    server.answers["/api/v2/spot/market/history-candles"] = bitget_candles(100)
    at = old(40)
    reader = reader_of(bitget.VENUE, server.url)
    assert [c.at for c in reader.fetch_candles("BTC/USDT", "1m", at, at + timedelta(minutes=1))] == [at]


def test_candles_begin_where_the_market_was_listed(server: PayloadServer) -> None:
    until = old(60)
    listed = until - 50 * QUARTER
    server.answers["/api/v2/spot/market/history-candles"] = bitget_candles(200, listed)
    candles = read_part(reader_of(bitget.VENUE, server.url), "BTC/USDT", until)
    assert [candle.at for candle in candles] == expected_before(until, 50)


def test_contracts_that_ignore_the_range_beside_a_limit_are_read_without_one(server: PayloadServer) -> None:
    server.answers["/linear-swap-ex/market/history/kline"] = htx_candles
    until = old(10)
    candles = read_part(reader_of(htx.VENUE, server.url), "BTC/USDT:USDT", until)
    assert [candle.at for candle in candles] == expected_before(until)
    assert len(server.requests) == 1


def test_an_exchange_that_only_has_newer_candles_is_asked_once(server: PayloadServer) -> None:
    server.answers["/0/public/OHLC"] = kraken_candles
    reader = reader_of(kraken.VENUE, server.url)
    assert read_part(reader, "BTC/USD", old(30)) == ()
    assert len(server.requests) == 1
    newest = old(0)
    assert [candle.at for candle in read_part(reader, "BTC/USD", newest)] == expected_before(newest)


def test_a_limit_that_the_exchange_allows_is_sent(server: PayloadServer) -> None:
    server.answers["/exchange/public/md/v2/kline"] = phemex_candles
    newest = old(0)
    reader = reader_of(phemex.VENUE, server.url)
    assert [candle.at for candle in read_part(reader, "BTC/USDT", newest)] == expected_before(newest)
    assert {request.query["limit"][0] for request in server.requests} == {"1000"}
    cut = newest - 900 * QUARTER  # the newest 1,000 candles begin within this part
    candles = read_part(reader, "BTC/USDT", cut)
    assert 90 < len(candles) < 110
    assert candles[-1].at == cut - QUARTER


def test_an_exchange_with_a_file_for_each_day_is_read_day_by_day(server: PayloadServer) -> None:
    server.fallback = bitbank_candles
    bitbank = Venue("bitbank", [spot("BTC/USDT", "btc_usdt")], wrap=list, cases=())
    until = old(10)
    candles = read_part(reader_of(bitbank, server.url), "BTC/USDT", until)
    assert [candle.at for candle in candles] == expected_before(until)
    assert len(server.requests) in (4, 5)
