"""Answers one request of the wire: counts it, checks signature and rate limit, and applies the faults in force."""

import asyncio
import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import Receive, Scope, Send

from simulator.exchange import Exchange
from simulator.faults import Fault, Faults
from simulator.wire import private, public
from simulator.wire.auth import request_of, verify
from simulator.wire.errors import (
    Refusal,
    bad_nonce,
    broken,
    too_many,
    unauthorized,
    unknown_method,
)
from simulator.wire.limits import Limits

_NAMES = frozenset({"instrument_name", "i", "order_id", "symbol", "currency", "trade_id", "id", "list_id", "leg_id"})
_PAGE = "<!doctype html><title>Attention Required</title><h1>Checking your browser before accessing</h1>"


class Answers:
    """Answers requests to the exchange's methods."""

    def __init__(self, exchange: Exchange, limits: Limits, faults: Faults, api_key: str, api_secret: str) -> None:
        self._exchange = exchange
        self._limits = limits
        self.faults = faults
        self.calls: Counter[str] = Counter()
        self._api_key = api_key
        self._api_secret = api_secret

    async def __call__(self, request: Request) -> Response:
        """The answer to one request."""
        method = request.path_params["method"]
        self.calls[method] += 1
        met = self.faults.due(method)
        for fault in met:
            if fault.kind == "latency":
                await asyncio.sleep(fault.seconds)
            elif fault.kind == "timeout":
                await _never(request)
            elif (answer := _instead(fault)) is not None:
                return answer
        body: dict[str, Any] = {"id": -1}
        try:
            for fault in met:
                _refuse(fault)
            if request.method == "POST":
                body = request_of(await request.body())
            result = self._result(request, method, body)
        except Refusal as refusal:
            return _json(json.dumps(refusal.body(body.get("id", -1), method)).encode(), refusal.status)
        for fault in met:
            result = _spoiled(fault, method, result)
        answer = _json(private.body_of(body.get("id", -1), method, result))
        return HalfBody(answer) if any(fault.kind == "half_body" for fault in met) else answer

    def _result(self, request: Request, method: str, body: dict[str, Any]) -> dict[str, Any] | bytes:
        address = request.client.host if request.client else ""
        if (ask := public.METHODS.get(method)) is not None and request.method == "GET":
            if not self._limits.allows(method, address):
                raise too_many()
            self._exchange.catch_up()
            return ask(self._exchange, dict(request.query_params))
        is_refused = method in private.REFUSED
        handler = private.METHODS.get(method)
        if request.method != "POST" or not (handler or is_refused):
            raise unknown_method()
        params = verify(body, method, self._api_key, self._api_secret, self._exchange.clock.wall())
        if not self._limits.allows(method, address):
            raise too_many()
        if handler is None:
            raise unauthorized("This key may only read")
        self._exchange.catch_up()
        return handler(self._exchange, params)


class HalfBody(Response):
    """An answer whose connection is cut in the middle of its body."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.body, response.status_code, media_type=response.media_type)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Announce the full length, send half, and return. The server then closes the connection."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        half = bytes(self.body[: len(self.body) // 2])
        await send({"type": "http.response.body", "body": half, "more_body": True})


async def _never(request: Request) -> None:
    """Wait until the client gives up."""
    while not await request.is_disconnected():
        await asyncio.sleep(0.05)


def _instead(fault: Fault) -> Response | None:
    """An answer that replaces the real one."""
    if fault.kind == "malformed":
        return _json(b'{"id": 1, "method": "private/', 200)
    if fault.kind == "html":
        return HTMLResponse(_PAGE)
    return None


def _refuse(fault: Fault) -> None:
    refusals = {
        "http_500": broken(500),
        "http_503": broken(503),
        "rate_limit": too_many(),
        "clock_skew": bad_nonce(),
        "unauthorized": unauthorized(),
        "wrong_code": Refusal(fault.code, fault.status, "ERROR"),
    }
    if fault.kind in refusals:
        raise refusals[fault.kind]


def _spoiled(fault: Fault, method: str, result: dict[str, Any] | bytes) -> dict[str, Any] | bytes:
    """A successful result with a fault in it."""
    if fault.kind not in ("empty", "null_fields", "error_payload"):
        return result
    payload: Any = json.loads(result) if isinstance(result, bytes) else result
    if not isinstance(payload, dict):
        return {}
    if fault.kind == "empty":
        return {name: [] if isinstance(value, list) else value for name, value in payload.items()}
    if fault.kind == "null_fields":
        return {name: _nulled(value) if isinstance(value, list) else value for name, value in payload.items()}
    if method == "private/user-balance":
        return {"data": [_zeroed(row) for row in payload["data"]]}
    return {}


def _nulled(rows: list[Any]) -> list[Any]:
    return [
        {name: value if name in _NAMES else None for name, value in row.items()} if isinstance(row, Mapping) else row
        for row in rows
    ]


def _zeroed(row: Mapping[str, Any]) -> dict[str, Any]:
    zeros = {name: "0.00000000" if name.startswith("total_") else value for name, value in row.items()}
    return zeros | {"position_balances": []}


def _json(body: bytes, status: int = 200) -> Response:
    return Response(body, status, media_type="application/json")
