"""The list of calls that may leave."""

import json

import pytest

from exchanges.connection.errors import ForbiddenCall
from exchanges.connection.guard import Guard
from exchanges.venues.registry import venue_of

ORIGIN = "https://api.example.com"
CRYPTOCOM = Guard("cryptocom", venue_of("cryptocom").rules, {ORIGIN}, {"/exchange/v1", "/v2"})
OTHER = Guard("deribit", venue_of("deribit").rules, {ORIGIN}, {""})


def body(path: str) -> str:
    return json.dumps({"id": 1, "method": path, "params": {}})


@pytest.mark.parametrize("call", venue_of("cryptocom").rules.calls.values(), ids=lambda call: call.path)
def test_every_listed_call_may_leave(call) -> None:
    sent = body(call.path) if call.method == "POST" else None
    CRYPTOCOM.check(call.method, f"{ORIGIN}/exchange/v1/{call.path}", sent)


@pytest.mark.parametrize(
    ("method", "url", "sent"),
    [
        ("POST", f"{ORIGIN}/exchange/v1/private/create-order", body("private/create-order")),
        ("POST", f"{ORIGIN}/exchange/v1/private/user-balance", body("private/create-order")),
        ("POST", f"{ORIGIN}/exchange/v1/private/user-balance", None),
        ("POST", f"{ORIGIN}/exchange/v1/private/user-balance", "not json"),
        ("POST", f"{ORIGIN}/exchange/v1/private/user-balance", '["private/user-balance"]'),
        ("POST", f"{ORIGIN}/exchange/v1/private/user-balance/../create-order", body("private/user-balance")),
        ("POST", f"{ORIGIN}/exchange/v1//private/user-balance", body("private/user-balance")),
        ("POST", f"{ORIGIN}/exchange/v1/private/user%2dbalance", body("private/user-balance")),
        ("POST", f"{ORIGIN}/exchange/v1/PRIVATE/USER-BALANCE", body("private/user-balance")),
        ("DELETE", f"{ORIGIN}/exchange/v1/private/user-balance", body("private/user-balance")),
        ("GET", f"{ORIGIN}/exchange/v1/private/user-balance", None),
        ("GET", f"{ORIGIN}/exchange/v1/public/get-tickers", "a body"),
        ("GET", "https://elsewhere.example.com/exchange/v1/public/get-tickers", None),
        ("GET", f"{ORIGIN}@elsewhere.example.com/exchange/v1/public/get-tickers", None),
        ("GET", "http://api.example.com/exchange/v1/public/get-tickers", None),
    ],
)
def test_nothing_else_may(method: str, url: str, sent: str | None) -> None:
    with pytest.raises(ForbiddenCall):
        CRYPTOCOM.check(method, url, sent)


@pytest.mark.parametrize("path", ["/api/v3/openOrders", "/api/v3/account", "/v5/order/realtime", "/withdrawal-history"])
def test_other_exchanges_may_be_read_by_get(path: str) -> None:
    OTHER.check("GET", ORIGIN + path + "?timestamp=1&signature=2", None)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/v3/order"),
        ("POST", "/0/private/Balance"),
        ("PUT", "/api/v3/account"),
        ("PATCH", "/api/v3/account"),
        ("DELETE", "/api/v3/openOrders"),
        ("GET", "/api/v2/private/buy"),
        ("GET", "/api/v2/private/cancel_all"),
        ("GET", "/api/v2/private/close_position"),
        ("GET", "/api/v2/private/withdraw"),
        ("GET", "/api/v2/private/submit_transfer_to_user"),
        ("GET", "/order/createOrder/"),
    ],
)
def test_acting_requests_to_other_exchanges_are_refused(method: str, path: str) -> None:
    with pytest.raises(ForbiddenCall):
        OTHER.check(method, ORIGIN + path, None)
