"""The lists that are requested for a gone order, their range, and the requests that would be useless."""

import json
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.endings import EndedOrder, Ending
from domain.orders import Order
from domain.sources import Source
from exchanges.connection.errors import ExchangeError, Permanent
from exchanges.connection.listed_markets import Listed
from exchanges.contracts import AccountConnection, HistoryReader
from exchanges.unified import endings as unified_ended
from exchanges.unified.endings import EndingsReader
from exchanges.unified.venue_calls import ended_calls, order_by_id_params
from exchanges.venues._shared.ended_call import EndedCall
from exchanges.venues.registry import GENERIC, declared_exchanges, venue_of
from tests.exchanges.harness import MOMENT, STEP, Venue, gateway_of, opened, reader_of
from tests.exchanges.payload_server import PayloadServer, Reply, Request
from tests.exchanges.venues import binance, bitget, bybit, gate, okx


def past_of(venue: Venue, server: PayloadServer) -> HistoryReader:
    past = reader_of(venue, server.url).history
    assert past is not None
    return past


def said(server: PayloadServer, venue: Venue, *paths: str) -> None:
    for other, answer in venue.others.items():
        server.answers[other] = Reply(json.dumps(answer))
    for path in paths:
        server.answers[path] = Reply(json.dumps(venue.wrap([])))


def asked(server: PayloadServer) -> list[str]:
    return [request.path for request in server.requests]


def told(past: HistoryReader, orders: list[Order], hours: float = 1) -> list[EndedOrder]:
    pages = past.fetch_ended_orders(orders, MOMENT - timedelta(hours=hours), MOMENT + STEP)
    return [row for page in pages for row in page.rows]


# No list and no request by id states how these ended. Only their fills do.
ENDED_BY_FILLS_ALONE = {
    "blofin": frozenset({"triggers:algo"}),
    "kucoin": frozenset({"triggers:spot-oco", "triggers:cross-oco", "triggers:isolated-oco"}),
}


@pytest.mark.parametrize("exchange", [name for name in declared_exchanges() if venue_of(name).ended_orders is not None])
def test_every_source_of_open_orders_has_a_call_for_their_endings(exchange: str) -> None:
    """By a list, by its id, or declared as readable from fills only. A source declared for open orders but forgotten
    for ended ones would leave its orders gone.
    """
    for venue in (venue_of(exchange), venue_of(exchange).for_account({"uta": True})):
        calls, ends = venue.open_orders or (), venue.ended_orders or ()
        for call in calls:
            named = [end for end in ends if not end.kinds or call.kind in end.kinds]
            is_listed = any(not end.parts or (call.list_name or "") in end.parts for end in named)
            by_itself = venue.order_by_id is not None and order_by_id_params(venue, call.source, {}) is not None
            by_fills = str(call.source) in ENDED_BY_FILLS_ALONE.get(exchange, ())
            assert (is_listed or by_itself) is not by_fills, call.source
        names = [end.name for end in ends]
        assert len(set(names)) == len(names)
        open_parts = {call.list_name or "" for call in calls}
        assert all(set(end.parts) <= open_parts for end in ends)


def test_an_order_is_looked_up_only_in_the_list_of_its_market_and_kind(server: PayloadServer) -> None:
    """And for each market once, however many orders left."""
    past = past_of(binance.VENUE, server)
    (spot_order,), (algo,) = (
        opened(binance.VENUE, "orders:spot limit"),
        opened(binance.VENUE, "triggers:linear stop at market"),
    )
    said(server, binance.VENUE, "/api/v3/allOrders", "/fapi/v1/allAlgoOrders")
    assert told(past, [spot_order, replace(spot_order, key="2", order_id="2")]) == []
    assert asked(server) == ["/api/v3/allOrders"]
    assert told(past, [algo]) == []
    assert asked(server)[1:] == ["/fapi/v1/allAlgoOrders"]


def test_spot_and_perpetual_of_one_name_are_not_mixed_up(server: PayloadServer) -> None:
    (spot_order,), (perpetual,) = (
        opened(binance.VENUE, "orders:spot limit"),
        opened(binance.VENUE, "orders:linear limit"),
    )
    assert spot_order.exchange_symbol == perpetual.exchange_symbol
    said(server, binance.VENUE)
    server.answers["/api/v3/allOrders"] = Reply(json.dumps([binance.s(status="CANCELED")]))
    server.answers["/fapi/v1/allOrders"] = Reply(
        json.dumps([binance.f(orderId=9001, status="FILLED", executedQty="2")])
    )
    rows = told(past_of(binance.VENUE, server), [spot_order, perpetual])
    assert [(row.symbol, row.ending) for row in rows] == [
        ("BTC/USDT", Ending.CANCELLED),
        ("BTC/USDT:USDT", Ending.FILLED),
    ]
    assert {row.exchange_symbol for row in rows} == {"BTCUSDT"}


def test_ended_lists_of_unchosen_markets_are_not_requested(server: PayloadServer) -> None:
    account = AccountConnection("main", "bybit", "key", "secret", base_url=server.url, markets=frozenset({"spot"}))
    gateway = gateway_of(account)
    server.answers[bybit.HISTORY] = Reply(json.dumps(bybit.VENUE.wrap([])))
    ended = EndingsReader(account, venue_of(account.exchange), gateway, lambda: Listed({}))
    vars(gateway)["_Gateway__exchange"].set_markets([dict(market) for market in bybit.VENUE.markets])
    assert [page.rows for page in ended.fetch_ended_orders([], MOMENT - STEP, MOMENT)] == [()]
    assert [request.query["category"] for request in server.requests] == [["spot"]]


def test_a_window_with_a_full_page_is_halved_until_it_is_complete(server: PayloadServer) -> None:
    """Bybit tells fifty at most, the newest of a window."""
    rows = [
        bybit.o(orderId=f"o-{n}", orderStatus="Cancelled", createdTime=str(1764000000000 - n * 30_000))
        for n in range(120)
    ]

    def history(request: Request) -> Reply:
        start, end = (int(request.query[name][0]) for name in ("startTime", "endTime"))
        found = [row for row in rows if start <= int(row["createdTime"]) <= end][:50]
        return Reply(json.dumps(bybit.VENUE.wrap(found)))

    server.answers[bybit.HISTORY] = history
    (order,) = opened(bybit.VENUE, "limit")
    orders = [replace(order, key=row["orderId"], order_id=row["orderId"]) for row in rows]
    assert {row.order_id for row in told(past_of(bybit.VENUE, server), orders)} == {row["orderId"] for row in rows}


def test_windows_grow_again_after_a_full_page(server: PayloadServer) -> None:
    """A bot cancels all at once, and later some by some: the first eats up no question that the others need."""
    begins = [int((MOMENT - timedelta(hours=1)).timestamp() * 1000) + n * 2000 for n in range(60)]
    ends = [int(MOMENT.timestamp() * 1000) - n * 20_000 for n in range(60)]
    rows = [
        bybit.o(orderId=f"o-{at}", orderStatus="Cancelled", createdTime=str(at))
        for at in sorted(begins + ends, reverse=True)
    ]

    def history(request: Request) -> Reply:
        start, end = (int(request.query[name][0]) for name in ("startTime", "endTime"))
        found = [row for row in rows if start <= int(row["createdTime"]) <= end][:50]
        return Reply(json.dumps(bybit.VENUE.wrap(found)))

    server.answers[bybit.HISTORY] = history
    (order,) = opened(bybit.VENUE, "limit")
    orders = [replace(order, key=f"o-{at}", order_id=f"o-{at}") for at in ends]
    assert {row.order_id for row in told(past_of(bybit.VENUE, server), orders)} >= {one.order_id for one in orders}


def test_reading_stops_once_every_gone_order_is_found(server: PayloadServer) -> None:
    rows = [bybit.o(orderId=f"o-{n}", orderStatus="Cancelled") for n in range(50)]
    server.answers[bybit.HISTORY] = Reply(json.dumps(bybit.VENUE.wrap(rows)))
    (order,) = opened(bybit.VENUE, "limit")
    told(past_of(bybit.VENUE, server), [replace(order, key="o-7", order_id="o-7")])
    assert asked(server).count(bybit.HISTORY) == 1


def test_reading_stops_at_a_limit_if_every_window_returns_the_same_rows(server: PayloadServer) -> None:
    rows = [bybit.o(orderId=f"o-{n}", orderStatus="Cancelled") for n in range(50)]
    server.answers[bybit.HISTORY] = Reply(json.dumps(bybit.VENUE.wrap(rows)))
    told(past_of(bybit.VENUE, server), list(opened(bybit.VENUE, "limit")), hours=24 * 20)
    assert asked(server).count(bybit.HISTORY) == unified_ended.MOST_QUESTIONS


def test_a_list_without_timestamps_is_read_by_page_until_the_order_is_found(server: PayloadServer) -> None:
    def history(request: Request) -> Reply:
        if request.query["state"] != ["effective"]:
            return Reply(json.dumps(okx.VENUE.wrap([])))
        first = 1000 if "after" not in request.query else int(request.query["after"][0])
        ids = range(first - 1, first - 101, -1)
        trailing = {"ordType": "move_order_stop", "slTriggerPx": "", "slOrdPx": ""}
        found = [okx.a(algoId=str(n), state="effective", ordId=f"b{n}", **trailing) for n in ids]
        return Reply(json.dumps(okx.VENUE.wrap(found)))

    server.answers[okx.ALGO_HISTORY] = history
    (order,) = opened(okx.VENUE, "by a ratio")
    rows = told(past_of(okx.VENUE, server), [replace(order, key="750", order_id="750")])
    assert {row.order_id: row.book_order_id for row in rows}["750"] == "b750"
    states = Counter((request.query["ordType"][0], request.query["state"][0]) for request in server.requests)
    assert states == {("move_order_stop", "effective"): 3, ("move_order_stop", "canceled"): 1}


def test_a_refused_list_does_not_stop_the_other_lists(server: PayloadServer) -> None:
    (on_margin,) = opened(binance.VENUE, "on cross margin, a stop with a limit")
    (perpetual,) = opened(binance.VENUE, "orders:linear limit")
    refusal = {"code": -2015, "msg": "Invalid API-key, IP, or permissions for action."}
    server.answers["/sapi/v1/margin/allOrders"] = Reply(json.dumps(refusal), 401)
    server.answers["/fapi/v1/allOrders"] = Reply(json.dumps([binance.f(status="CANCELED")]))
    found: list[EndedOrder] = []
    past = past_of(binance.VENUE, server)
    pages = past.fetch_ended_orders([on_margin, perpetual], MOMENT - STEP, MOMENT + STEP)
    with pytest.raises(Permanent):
        found.extend(row for page in pages for row in page.rows)
    assert [(row.symbol, row.ending) for row in found] == [("BTC/USDT:USDT", Ending.CANCELLED)]


def test_an_unreachable_exchange_gets_no_request_for_each_further_list(server: PayloadServer) -> None:
    server.answers[bybit.HISTORY] = Reply("{}", 503)
    orders = [*opened(bybit.VENUE, "limit"), *opened(bybit.VENUE, "inverse contracts")]
    with pytest.raises(ExchangeError):
        told(past_of(bybit.VENUE, server), orders)
    assert {request.query["category"][0] for request in server.requests} == {"linear"}


def test_an_old_order_without_a_detail_call_is_looked_up_at_its_creation_time(server: PayloadServer) -> None:
    """Exchanges seldom say if a list is filtered by creation or ending time."""

    def plans(request: Request) -> Reply:
        start, end = (int(request.query[name][0]) for name in ("startTime", "endTime"))
        rows = [bitget.p(planStatus="cancelled")] if start <= int(bitget.T) <= end else []
        return Reply(json.dumps(bitget.entrusted(rows)))

    said(server, bitget.VENUE)
    server.answers[bitget.MIX_PLAN_PAST] = plans
    (order,) = opened(bitget.VENUE, "plan at market")
    past = past_of(bitget.VENUE, server)
    since = MOMENT + timedelta(days=9)
    rows = [row for page in past.fetch_ended_orders([order], since, since + STEP) for row in page.rows]
    assert [(row.order_id, row.ending) for row in rows] == [("940001", Ending.CANCELLED)]
    assert asked(server).count(bitget.MIX_PLAN_PAST) == 2


@pytest.mark.parametrize(
    ("venue", "name", "can_be_asked"),
    [
        (bitget.VENUE, "plan at market", [False]),
        (bitget.VENUE, "limit that opens a long position", [True]),
        (bybit.VENUE, "with attached take profit and stop", [True, False, False]),
        (okx.VENUE, "OCO in one row", [True, True]),
        (gate.VENUE, "stop at market", [True]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_order_without_a_detail_call_is_not_requested(
    server: PayloadServer, venue: Venue, name: str, can_be_asked: list[bool]
) -> None:
    """ "<id>/tp" is a name of ours, and of some kinds no exchange tells single orders."""
    past, orders = past_of(venue, server), opened(venue, name)
    assert [past.can_fetch_order(order) for order in orders] == can_be_asked
    for order, can_be in zip(orders, can_be_asked, strict=True):
        assert can_be or past.fetch_order(order) is None
    assert server.requests == []


def test_every_list_is_requested_if_no_order_is_given(server: PayloadServer) -> None:
    """So that a check of the configuration tells of a key that may not read the past."""
    server.answers[bybit.HISTORY] = Reply(json.dumps(bybit.VENUE.wrap([])))
    assert told(past_of(bybit.VENUE, server), []) == []
    categories = [request.query["category"][0] for request in server.requests]
    assert categories == ["spot", "linear", "inverse", "option"]


def test_an_undeclared_exchange_gets_calls_for_each_market_and_its_triggers() -> None:
    features = {
        "spot": {"fetchClosedOrders": {"symbolRequired": True, "limit": 50, "untilDays": 1}},
        "swap": {"linear": {"fetchClosedOrders": {"trigger": True, "untilDays": 90}}},
    }
    calls = ended_calls(GENERIC, features, lambda method: method in ("fetch_closed_orders", "fetch_canceled_orders"))
    assert [(call.method, call.market, call.each_symbol, call.rows, call.days, call.kinds) for call in calls[:3]] == [
        ("fetch_closed_orders", "spot", True, 50, 1, ()),
        ("fetch_closed_orders", "linear", False, 100, 7, (Source.ORDERS.kind,)),
        ("fetch_closed_orders", "linear", False, 100, 7, (Source.TRIGGERS.kind,)),
    ]
    assert [call.method for call in calls[3:]] == ["fetch_canceled_orders"] * 3
    # The list of filled orders alone would leave every other one gone.
    both = ended_calls(GENERIC, {}, lambda method: method in ("fetch_closed_orders", "fetch_orders"))
    assert [call.method for call in both] == ["fetch_orders"]
    filled = ended_calls(GENERIC, {}, lambda method: method == "fetch_closed_orders")
    assert [call.method for call in filled] == ["fetch_closed_orders"]
    assert ended_calls(GENERIC, {}, lambda method: method == "fetch_orders") == (
        EndedCall("fetch_orders", "fetch_orders"),
    )
    assert ended_calls(GENERIC, {}, lambda _: False) == ()
