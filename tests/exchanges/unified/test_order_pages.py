"""Long lists of orders are read page by page, however an exchange counts its pages."""

import json
from dataclasses import replace

import pytest

from domain.sources import Source, SourceKind
from exchanges.connection.errors import BadPayload
from exchanges.contracts import AccountScope
from exchanges.unified.venue_calls import order_calls, unreadable_kinds
from exchanges.venues.registry import venue_of
from tests.exchanges.harness import Case, Venue, exchange_that_says, reader_of
from tests.exchanges.payload_server import Reply, Request
from tests.exchanges.venues import _gate_rows as gate_rows
from tests.exchanges.venues import bitget, bitget_unified, coinbase, deepcoin, gate, kucoin
from tests.exchanges.venues._gate_account import API


@pytest.mark.parametrize(
    ("venue", "case", "param", "second"),
    [
        (gate.VENUE, Case("", "triggers:swap-usdt", f"{API}/futures/usdt/price_orders", [gate_rows.p()], ()),
         "offset", "100"),
        (gate.VENUE, Case("", "orders:swap-usdt", f"{API}/futures/usdt/orders", [gate_rows.f()], ()),
         "last_id", "1099"),
        (gate.VENUE, Case("", "orders:spot", f"{API}/spot/open_orders", [gate_rows.s()], (), wrap=gate.by_pair),
         "page", "2"),
        (kucoin.VENUE, Case("", "triggers:swap", kucoin.FUTURES_STOPS, [kucoin.fs()], ()), "currentPage", "2"),
        (bitget.VENUE, Case("", "orders:usdt", bitget.MIX, [bitget.m()], (), wrap=bitget.entrusted),
         "idLessThan", "1099"),
    ],
)  # fmt: skip
def test_a_full_page_is_followed_by_the_next(venue: Venue, case: Case, param: str, second: str) -> None:
    rows = [row | {"id": str(1000 + n), "orderId": str(1000 + n)} for n in range(101) for row in case.says]
    wrap = case.wrap or venue.wrap

    def answer(request: Request) -> Reply:
        is_second = request.query.get(param) == [second]
        return Reply(json.dumps(wrap(rows[100:] if is_second else rows[:100])))

    with exchange_that_says(venue, case) as server:
        server.answers[case.path] = answer
        reader = reader_of(venue, server.url)
        success = reader.fetch(Source(case.source), AccountScope()).success
        reader.close()
    assert [order.order_id for order in success.rows] == [str(1000 + n) for n in range(101)]
    assert success.unreadable == ()
    assert sum(request.path == case.path for request in server.requests) == 2


@pytest.mark.parametrize(
    ("venue", "case"),
    [
        (gate.VENUE, Case("", "triggers:swap-usdt", f"{API}/futures/usdt/price_orders", [gate_rows.p()], ())),
        (gate.VENUE, Case("", "orders:swap-usdt", f"{API}/futures/usdt/orders", [gate_rows.f()], ())),
        (bitget_unified.VENUE, Case("", "triggers:usdt", bitget_unified.STRATEGY, [bitget_unified.st()], ())),
    ],
    ids=["a place in the list that is not heeded", "a last id that is not heeded", "a list without pages"],
)  # fmt: skip
def test_a_possibly_truncated_order_list_is_marked(venue: Venue, case: Case) -> None:
    """Missing rows prove nothing unprotected, and the returned rows are shown."""
    rows = [row | {"id": str(1000 + n), "orderId": str(1000 + n)} for n in range(100) for row in case.says]
    with exchange_that_says(venue, replace(case, says=rows)) as server:
        reader = reader_of(venue, server.url)
        success = reader.fetch(Source(case.source), AccountScope()).success
        reader.close()
    assert len(success.rows) == 100
    assert [row.error for row in success.unreadable] == [
        "the exchange returned 100 orders of this list: there may be more"
    ]
    assert sum(request.path == case.path for request in server.requests) <= 2


def test_a_cursor_that_stands_in_the_first_row_is_found_whatever_the_order_of_the_rows() -> None:
    """Coinbase's rows come newest first, and ccxt sorts the oldest to the front once it put the cursor in the first."""
    rows = [
        coinbase.limit(order_id=f"c-{n}", created_time=f"2025-11-24T16:{n // 60:02}:{n % 60:02}Z")
        for n in range(100, -1, -1)
    ]

    def answer(request: Request) -> Reply:
        is_second = request.query.get("cursor") == ["onward"]
        page = rows[100:] if is_second else rows[:100]
        return Reply(json.dumps({"orders": page, "has_next": not is_second, "cursor": "" if is_second else "onward"}))

    case = next(case for case in coinbase.VENUE.cases if case.name == "limit")
    with exchange_that_says(coinbase.VENUE, case) as server:
        server.answers[coinbase.PATH] = answer
        reader = reader_of(coinbase.VENUE, server.url)
        success = reader.fetch(Source(case.source), AccountScope()).success
        reader.close()
    assert [order.order_id for order in success.rows] == [f"c-{n}" for n in range(100, -1, -1)]
    assert [request.query.get("cursor") for request in server.requests] == [None, ["onward"]]


def test_as_many_orders_of_each_market_as_a_page_holds_are_all_shown() -> None:
    """Gate's limit is one for each pair, and ccxt cuts all pairs together to it."""
    case = Case("", "orders:spot", f"{API}/spot/open_orders", [], ())
    pairs = [[gate_rows.s() | {"id": str(first + n)} for n in range(90)] for first in (1000, 3000)]
    odd = gate_rows.s() | {"id": "5000", "currency_pair": []}

    def answer(request: Request) -> Reply:
        told = [*gate.by_pair(pairs[0]), *gate.by_pair([*pairs[1], odd])]
        return Reply(json.dumps(told if request.query.get("page") in (None, ["1"]) else []))

    with exchange_that_says(gate.VENUE, case) as server:
        server.answers[case.path] = answer
        reader = reader_of(gate.VENUE, server.url)
        success = reader.fetch(Source(case.source), AccountScope()).success
        reader.close()
    assert (len(success.rows), len(success.unreadable)) == (180, 1)


def test_a_unified_account_has_its_own_order_lists() -> None:
    venue = venue_of("bitget")
    classic, unified = order_calls(venue, {}), order_calls(venue.for_account({"uta": True}), {})
    assert all(call.params["uta"] is False for call in classic)
    assert all(call.params["uta"] is True for call in unified)


def test_trigger_orders_without_a_call_are_reported_as_unreadable() -> None:
    """Some trigger orders are read, and yet nothing may be called unprotected."""
    whole = venue_of("bingx")
    partial = replace(whole, unread_triggers="trailing stops")
    assert unreadable_kinds(whole, order_calls(whole, {})) == frozenset()
    assert unreadable_kinds(partial, order_calls(partial, {})) == {SourceKind.TRIGGERS}


SYMBOLS = "/api/v1/hf/orders/active/symbols"


def _asked_of_kucoin(data: object) -> tuple[list[str], int, list[str]]:
    """The markets whose orders are requested, how many of the orders are read, and what is unreadable."""
    case = next(case for case in kucoin.VENUE.cases if case.source == "orders:spot")
    others = {**kucoin.VENUE.others, SYMBOLS: {"code": "200000", "data": data}}
    with exchange_that_says(replace(kucoin.VENUE, others=others), case) as server:
        reader = reader_of(kucoin.VENUE, server.url)
        success = reader.fetch(Source(case.source), AccountScope()).success
        reader.close()
    requests = [request for request in server.requests if request.path == case.path]
    return (
        [request.query["symbol"][0] for request in requests],
        len(success.rows),
        [row.error for row in success.unreadable],
    )


def test_orders_are_requested_for_the_markets_that_the_exchange_names() -> None:
    assert _asked_of_kucoin({"symbols": []}) == ([], 0, [])
    assert _asked_of_kucoin({"symbols": ["BTC-USDT"]}) == (["BTC-USDT"], 1, [])


def test_an_odd_market_among_others_hides_no_order() -> None:
    odd = ["the list of markets with open orders names none here"]
    assert _asked_of_kucoin({"symbols": [{}, "BTC-USDT"]}) == (["BTC-USDT"], 1, odd)


@pytest.mark.parametrize("data", [{"error": []}, {"symbols": [{}]}], ids=["no list", "a list of other things"])
def test_a_response_that_names_no_markets_is_no_empty_book(data: object) -> None:
    with pytest.raises(BadPayload):
        _asked_of_kucoin(data)


@pytest.mark.parametrize(("listed", "unreadable"), [(45, 0), (100, 1)])
def test_a_request_states_the_largest_limit_because_the_default_is_smaller(listed: int, unreadable: int) -> None:
    """Deepcoin, Get orders pending: `limit` is 100 at most, and 30 by default. A full list may lack orders."""
    case = Case("", "orders:spot", deepcoin.OPEN, [], ())

    def answer(request: Request) -> Reply:
        rows = [deepcoin.o(ordId=str(1000 + n)) for n in range(listed)]
        return Reply(json.dumps(deepcoin.wrap(rows[: int(request.query.get("limit", ["30"])[0])])))

    with exchange_that_says(deepcoin.VENUE, case) as server:
        server.answers[case.path] = answer
        reader = reader_of(deepcoin.VENUE, server.url)
        success = reader.fetch(Source(case.source), AccountScope(symbols=deepcoin.SPOT)).success
        reader.close()
    assert (len(success.rows), len(success.unreadable)) == (listed, unreadable)


def test_queued_orders_of_coinbase_are_requested_apart_from_open_ones() -> None:
    """List Orders, `order_status`: "Cannot pair OPEN orders with other order types"."""
    case = next(case for case in coinbase.VENUE.cases if case.source == "orders:queued")
    with exchange_that_says(coinbase.VENUE, case) as server:
        reader = reader_of(coinbase.VENUE, server.url)
        for source in ("orders", "orders:queued"):
            reader.fetch(Source(source), AccountScope())
        reader.close()
    requested = [request.query["order_status"] for request in server.requests if request.path == case.path]
    assert requested == [["OPEN"], ["PENDING", "QUEUED"]]
