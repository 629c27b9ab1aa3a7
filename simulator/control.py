"""The control routes: actions for tests and the demo that no client of a real exchange has."""

import json
from collections.abc import Awaitable, Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from simulator import books, scenario
from simulator.exchange import Exchange
from simulator.matching import Refused
from simulator.orders import GTC, Order, Ticket
from simulator.recording import Recorder, everything
from simulator.wire.answers import Answers
from simulator.wire.rows import order_row

Handler = Callable[[Request], Awaitable[Response]]


class Control:
    """The routes under /control."""

    def __init__(self, exchange: Exchange, answers: Answers, recorder: Recorder) -> None:
        self._exchange = exchange
        self._answers = answers
        self._recorder = recorder

    def routes(self) -> list[Route]:
        """Every route with its handler."""
        listed: list[tuple[str, str, Handler]] = [
            ("POST", "faults", self.order_fault),
            ("GET", "faults", self.faults),
            ("DELETE", "faults", self.clear_faults),
            ("POST", "advance", self.advance),
            ("POST", "freeze", self.freeze),
            ("POST", "price", self.price),
            ("POST", "orders", self.place),
            ("DELETE", "orders", self.cancel),
            ("POST", "balance", self.balance),
            ("GET", "calls", self.calls),
            ("DELETE", "calls", self.forget_calls),
            ("GET", "books", self.books),
            ("GET", "history", self.history),
            ("GET", "past", self.past),
            ("GET", "clock", self.clock),
        ]
        return [Route(f"/control/{name}", _explained(handler), methods=[method]) for method, name, handler in listed]

    async def order_fault(self, request: Request) -> Response:
        """POST {"method", "kind", "seconds", "code", "status", "times"}."""
        return JSONResponse(self._answers.faults.order(await _payload(request)).described())

    async def faults(self, _request: Request) -> Response:
        """The faults in force."""
        return JSONResponse([fault.described() for fault in self._answers.faults.ordered])

    async def clear_faults(self, _request: Request) -> Response:
        """Delete all faults."""
        self._answers.faults.clear()
        return JSONResponse([])

    async def advance(self, request: Request) -> Response:
        """POST {"seconds"}: clock and market move ahead at once."""
        self._exchange.advance(float((await _payload(request)).get("seconds", 0)))
        return await self.clock(request)

    async def freeze(self, request: Request) -> Response:
        """POST {"frozen"}: stop market and traders, or let them continue."""
        is_frozen = bool((await _payload(request)).get("frozen", True))
        self._exchange.freeze(is_frozen)
        return await self.clock(request)

    async def clock(self, _request: Request) -> Response:
        """The simulated time, and if the market is frozen."""
        now = self._exchange.clock.now()
        return JSONResponse({"now": now, "market": self._exchange.at, "frozen": self._exchange.is_frozen})

    async def price(self, request: Request) -> Response:
        """POST {"instrument", "price"}: move the market there. Orders on the way trigger and fill."""
        payload = await _payload(request)
        name = _book_name(self._exchange, payload)
        self._exchange.set_price(name, Decimal(str(payload["price"])))
        return JSONResponse({"instrument": name, "price": f"{self._exchange.price(name):f}"})

    async def place(self, request: Request) -> Response:
        """POST one order, {"contingency_type", "legs"} for a group, or {"count"} for many orders."""
        payload = await _payload(request)
        exchange = self._exchange
        at = exchange.moment()
        if "count" in payload:
            scenario.fill_with_orders(exchange, int(payload["count"]))
            return JSONResponse({"open": len(exchange.engine.open)})
        placed: list[Order]
        if "legs" in payload:
            tickets = [_ticket(exchange, payload | leg) for leg in payload["legs"]]
            placed = exchange.engine.place_group(str(payload.get("contingency_type", "OCO")), tickets, at).legs
        else:
            placed = [exchange.engine.place(_ticket(exchange, payload), at)]
        return JSONResponse({"orders": [order_row(order) for order in placed]})

    async def cancel(self, request: Request) -> Response:
        """DELETE ?id=: cancel one order, or both legs that share an id. Without an id, cancel all orders."""
        exchange = self._exchange
        at = exchange.moment()
        order_id = request.query_params.get("id")
        orders = list(exchange.engine.open.values()) if order_id is None else exchange.engine.by_id.get(order_id, [])
        cancelled = sum(exchange.engine.cancel(order, at) for order in list(orders))
        return JSONResponse({"cancelled": cancelled})

    async def balance(self, request: Request) -> Response:
        """POST {"asset", "quantity"}: set the wallet's balance of an asset."""
        payload = await _payload(request)
        asset = str(payload["asset"])
        change = Decimal(str(payload["quantity"])) - self._exchange.ledger.held(asset)
        self._exchange.engine.booker.adjust(asset, change, self._exchange.moment())
        return JSONResponse({"asset": asset, "quantity": f"{self._exchange.ledger.held(asset):f}"})

    async def calls(self, _request: Request) -> Response:
        """The number of calls of each method since the start, or since DELETE."""
        return JSONResponse(dict(sorted(self._answers.calls.items())))

    async def forget_calls(self, _request: Request) -> Response:
        """Reset the counts."""
        self._answers.calls.clear()
        return JSONResponse({})

    async def books(self, _request: Request) -> Response:
        """The true balances: every account, and the sums of trades and transfers."""
        return JSONResponse(books.described(self._exchange))

    async def history(self, request: Request) -> Response:
        """The recorded history from ?since= (milliseconds) on, one JSON object per line, oldest first."""
        lines = self._recorder.since(int(request.query_params.get("since", 0)))

        async def chunks() -> Any:
            for start in range(0, len(lines), 32):
                yield b"".join(lines[start : start + 32])

        return StreamingResponse(chunks(), media_type="application/x-ndjson")

    async def past(self, _request: Request) -> Response:
        """All events, as complete answers of the wire without time windows or row limits."""
        return Response(everything(self._exchange), media_type="application/json")


def _explained(handler: Handler) -> Handler:
    """The handler, with a one-line answer to a wrong request."""

    async def answer(request: Request) -> Response:
        try:
            return await handler(request)
        except (ValueError, KeyError, TypeError, InvalidOperation, Refused) as error:
            return JSONResponse({"error": f"{type(error).__name__}: {error}"}, 400)

    return answer


async def _payload(request: Request) -> dict[str, Any]:
    body = await request.body()
    payload = json.loads(body) if body else {}
    if not isinstance(payload, dict):
        raise ValueError("the body is not a JSON object")
    return payload


def _book_name(exchange: Exchange, payload: Mapping[str, Any]) -> str:
    name = str(payload.get("instrument") or payload.get("instrument_name") or "")
    if name not in exchange.book_named:
        raise ValueError(f"no instrument {name!r}")
    return name


def _ticket(exchange: Exchange, payload: Mapping[str, Any]) -> Ticket:
    def price(*names: str) -> Decimal | None:
        value = next((payload[name] for name in names if payload.get(name) is not None), None)
        return None if value is None else Decimal(str(value))

    return Ticket(
        instrument=exchange.book_named[_book_name(exchange, payload)],
        side=str(payload.get("side", "BUY")).upper(),
        order_type=str(payload.get("type") or payload.get("order_type") or "LIMIT").upper(),
        quantity=Decimal(str(payload["quantity"])),
        limit=price("price", "limit_price"),
        trigger=price("ref_price", "trigger_price"),
        trigger_by=str(payload.get("ref_price_type", "MARK_PRICE")),
        time_in_force=str(payload.get("time_in_force", GTC)),
        post_only=bool(payload.get("post_only", False)),
    )
