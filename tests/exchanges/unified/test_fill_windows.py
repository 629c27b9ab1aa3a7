"""Executions of exchanges that say a stretch of time in a way of their own: none is left out, none is told twice."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest

from domain.sources import Source, SourceKind
from exchanges.connection.errors import BadPayload
from exchanges.contracts import AccountScope
from tests.exchanges.harness import Venue, reader_of, spot
from tests.exchanges.payload_server import Reply, Request, serving
from tests.exchanges.venues import (
    binance,
    bitfinex,
    bitstamp,
    coinbase,
    deribit,
    hyperliquid,
    kraken,
    krakenfutures,
    whitebit,
)

BEGIN = datetime(2025, 11, 24, 16, 0, tzinfo=UTC)
T = 1764000000000
END = BEGIN + timedelta(hours=1)
# Seconds after the beginning at which something was bought: closer together towards the end.
SECONDS = sorted({round(3599 * (1 - (n / 260) ** 2)) for n in range(260)})


def _iso(second: int) -> str:
    return (BEGIN + timedelta(seconds=second)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _milliseconds(said: str) -> int:
    return round(datetime.fromisoformat(said).timestamp() * 1000)


def _form(request: Request) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(request.body).items()}


def of_kraken(request: Request) -> Any:
    """Fifty at most, the newest first. Rows at the start itself are left out."""
    said = _form(request)
    asked = [s for s in SECONDS if int(said["start"]) < T // 1000 + s <= int(said["end"])]
    told = [kraken.trade(key=f"T{s}", time=T // 1000 + s) for s in reversed(asked)][:50]
    return {"error": [], "result": {"trades": {row.pop("key"): row for row in told}, "count": len(asked)}}


def of_krakenfutures(request: Request) -> Any:
    """The hundred before a moment, whatever else is asked."""
    before = _milliseconds(request.query["lastFillTime"][0])
    asked = [s for s in SECONDS if T + 1000 * s < before]
    told = [krakenfutures.fill(fill_id=str(s), fillTime=_iso(s)) for s in reversed(asked)][:100]
    return {"result": "success", "fills": told}


def of_coinbase(request: Request) -> Any:
    """As many as are asked for, the newest first."""
    since, until = (_milliseconds(request.query[f"{end}_sequence_timestamp"][0]) for end in ("start", "end"))
    asked = [s for s in SECONDS if since <= T + 1000 * s <= until]
    told = [coinbase.fill(trade_id=str(s), trade_time=_iso(s)) for s in reversed(asked)]
    return {"fills": told[: int(request.query["limit"][0])], "cursor": ""}


def of_hyperliquid(request: Request) -> Any:
    said = json.loads(request.body)
    return [
        hyperliquid.fill(tid=s, time=T + 1000 * s)
        for s in SECONDS
        if said["startTime"] <= T + 1000 * s <= said["endTime"]
    ][:2000]


def of_deribit(request: Request) -> Any:
    """Both ends must be said."""
    since, until = (int(request.query[f"{end}_timestamp"][0]) for end in ("start", "end"))
    asked = [s for s in SECONDS if since <= T + 1000 * s <= until]
    told = [deribit.fill(trade_id=str(s), timestamp=T + 1000 * s) for s in asked][: int(request.query["count"][0])]
    return {"result": {"trades": told, "has_more": len(told) < len(asked)}}


def of_bitfinex(request: Request) -> Any:
    """The newest first."""
    said = json.loads(request.body)
    asked = [s for s in SECONDS if said["start"] <= T + 1000 * s <= said["end"]]
    told = [[s, "tBTCUSD", T + 1000 * s, 1, 0.5, 60000, "LIMIT", 60000, 1, -3, "USD", 1] for s in reversed(asked)]
    return told[:150]


def of_bitstamp(request: Request) -> Any:
    """Up to a limit from a second on, deposits among them: there is no saying where it ends."""
    said = _form(request)
    rows = [
        row
        for s in SECONDS
        if T // 1000 + s >= int(said["since_timestamp"])
        for row in (
            bitstamp.trade(id=s, datetime=_iso(s).replace("T", " ").replace("Z", "000")),
            {"id": 10**6 + s, "type": "0", "datetime": _iso(s).replace("T", " "), "usd": "5", "fee": "0"},
        )
    ]
    assert said["sort"] == "asc"
    return rows[: min(int(said["limit"]), 150)]


def of_whitebit(request: Request) -> Any:
    """Query executed order history: a range in seconds, by market, 50 rows unless a limit is said."""
    said = json.loads(request.body)
    asked = [s for s in SECONDS if int(said["startDate"]) <= T // 1000 + s <= int(said["endDate"])]
    row = {
        "clientOrderId": "",
        "side": "sell",
        "role": 2,
        "amount": "0.1",
        "price": "61000",
        "deal": "6100",
        "fee": "6.1",
    }
    told = [{**row, "id": s, "time": T / 1000 + s, "orderId": 7, "feeAsset": "USDT"} for s in reversed(asked)]
    return {"BTC_USDT": told[: min(int(said.get("limit", 50)), 150)]}


VENUES: Sequence[tuple[Venue, str, str, Callable[[Request], Any], int | None]] = (
    (kraken.VENUE, "all", "/0/private/TradesHistory", of_kraken, None),
    (krakenfutures.VENUE, "all", "/derivatives/api/v3/fills", of_krakenfutures, None),
    (coinbase.VENUE, "all", "/api/v3/brokerage/orders/historical/fills", of_coinbase, None),
    (hyperliquid.VENUE, "all", "/info", of_hyperliquid, None),
    (deribit.VENUE, "btc", "/api/v2/private/get_user_trades_by_currency_and_time", of_deribit, None),
    (bitfinex.VENUE, "all", "/v2/auth/r/trades/hist", of_bitfinex, 150),
    (bitstamp.VENUE, "all", "/api/v2/user_transactions/", of_bitstamp, 150),
    (whitebit.VENUE, "all", "/api/v4/trade-account/executed-history", of_whitebit, 150),
)


@pytest.mark.parametrize(
    ("venue", "part", "path", "answer", "rows"), VENUES, ids=[venue.exchange for venue, *_ in VENUES]
)
def test_every_execution_of_an_hour_is_returned_once(
    venue: Venue, part: str, path: str, answer: Callable[[Request], Any], rows: int | None
) -> None:
    """`rows` is a smaller page than the exchange's own, so that the test needs no thousands of them."""
    with serving() as server:
        server.answers[path] = lambda request: Reply(json.dumps(answer(request)))
        reader = reader_of(venue, server.url)
        past = vars(reader)["history"]
        if rows is not None:
            fills = vars(past)["_fills"]
            fills[part] = replace(fills[part], rows=rows)
        pages = list(past.fetch_fills(Source.of(SourceKind.FILLS, part), BEGIN, END))
        reader.close()
    assert [page.since for page in pages[1:]] == [page.until for page in pages[:-1]]
    assert (pages[0].since, pages[-1].until) == (BEGIN, END)
    assert [round((fill.at - BEGIN).total_seconds()) for page in pages for fill in page.rows] == SECONDS
    assert [odd for page in pages for odd in page.unreadable] == []


def generic(heeds: frozenset[str], keeps: str) -> Callable[[Request], Reply]:
    """A hundred at most of whatever stretch is heeded, though the library says a thousand."""

    def answer(request: Request) -> Reply:
        said = {name: int(values[0]) for name, values in request.query.items() if name in ("from", "until", "limit")}
        since, until = (said[name] if name in heeds else bound for name, bound in (("from", 0), ("until", 10**14)))
        asked = [s for s in SECONDS if since <= T + 1000 * s <= until]
        size = min(said["limit"], 100)
        told = asked[:size] if keeps == "oldest" else asked[-size:]
        row = {"symbol": "BTCUSDT", "side": "sell", "quantity": "0.002", "price": "60000", "fee": "0.1", "taker": True}
        return Reply(json.dumps([{**row, "id": s, "orderId": 7, "timestamp": _iso(s)} for s in told]))

    return answer


@pytest.mark.parametrize("keeps", ["oldest", "newest"])
@pytest.mark.parametrize("heeds", [("from", "until"), ("from",), ("until",), ()], ids=" ".join)
def test_an_undeclared_exchange_reports_missing_executions(heeds: tuple[str, ...], keeps: str) -> None:
    """Readable rows are returned, and missing ones are reported. No range is skipped silently."""
    with serving() as server:
        server.answers["/api/3/spot/history/trade"] = generic(frozenset(heeds), keeps)
        reader = reader_of(Venue("hitbtc", [spot("BTC/USDT", "BTCUSDT")], list, ()), server.url)
        told, cut, failure = [], [], None
        try:
            for page in vars(reader)["history"].fetch_fills(Source("fills:spot"), BEGIN, END):
                told += [round((fill.at - BEGIN).total_seconds()) for fill in page.rows]
                cut += [(page.since, page.until) for odd in page.unreadable if "cannot be read" in odd.error]
        except BadPayload as error:
            failure = str(error)
        reader.close()
    newest = [s for s in SECONDS if s >= SECONDS[-100]]
    if len(heeds) == 2 or (heeds, keeps) in ((("from",), "oldest"), (("until",), "newest")):
        assert (told, cut, failure) == (SECONDS, [], None)
    elif keeps == "newest":
        assert (told, failure) == (newest, None)
        assert cut == [(BEGIN, BEGIN + timedelta(seconds=newest[0], milliseconds=1))]
    else:
        assert told == SECONDS[:100]
        assert "left out" in (failure or "")


def test_a_list_of_only_the_newest_deposits_is_marked_as_truncated() -> None:
    """Movements are read by the same rules: binance's list made to heed no beginning and no end."""
    rows = [
        {"amount": "2", "coin": "BTC", "status": 1, "txId": f"t{s}", "insertTime": T + 1000 * s, "id": f"d{s}"}
        for s in SECONDS
    ]

    def newest(request: Request) -> Reply:
        return Reply(json.dumps(rows[-min(int(request.query["limit"][0]), 100) :]))

    with serving() as server:
        server.answers["/sapi/v1/capital/deposit/hisrec"] = newest
        reader = reader_of(binance.VENUE, server.url)
        pages = list(vars(reader)["history"].fetch_transfers(Source("transfers:deposits"), BEGIN, END))
        reader.close()
    assert [row.key for page in pages for row in page.rows] == [f"deposit/d{s}" for s in SECONDS[-100:]]
    assert [bool(page.unreadable) for page in pages] == [True, False]


def test_the_orders_of_coinbase_are_read_to_the_last_page() -> None:
    """A hundred per page, followed by the cursor."""
    rows = [coinbase.limit(order_id=f"c{n}") for n in range(230)]

    def answer(request: Request) -> Reply:
        at = int(request.query.get("cursor", ["0"])[0])
        size = int(request.query["limit"][0])
        onward = str(at + size) if at + size < len(rows) else ""
        return Reply(json.dumps({"orders": rows[at : at + size], "has_next": bool(onward), "cursor": onward}))

    with serving() as server:
        server.answers[coinbase.PATH] = answer
        reader = reader_of(coinbase.VENUE, server.url)
        success = reader.fetch(Source.ORDERS, AccountScope()).success
        reader.close()
    assert [order.key for order in success.rows] == [f"c{n}" for n in range(230)]
