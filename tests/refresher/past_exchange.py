"""An exchange's history as scripted rows, in Crypto.com's way: the newest rows of a window, up to a limit."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.exchanges.payload_server import PayloadServer, Reply, Request
from tests.exchanges.wire_payloads import ended_row, trade_row
from tests.refresher.scripted_exchange import scripted_exchange

TRADES, JOURNAL = "private/get-trades", "private/get-transactions"
ORDER_HISTORY, ADVANCED_HISTORY = "private/get-order-history", "private/advanced/get-order-history"
DETAIL, ADVANCED_DETAIL = "private/get-order-detail", "private/advanced/get-order-detail"
DEPOSITS, WITHDRAWALS = "private/get-deposit-history", "private/get-withdrawal-history"
_MOMENTS = {TRADES: "create_time", JOURNAL: "event_timestamp_ms"}


def milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)


@dataclass
class Past:
    """The history of the exchange, with `page_size` rows per response."""

    server: PayloadServer
    page_size: int = 100
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    windows: list[tuple[str, int, int]] = field(default_factory=list)

    def trade(self, key: str, at: datetime, **values: Any) -> None:
        """An execution."""
        moment = {"create_time": milliseconds(at), "create_time_ns": str(milliseconds(at) * 1_000_000)}
        self.rows.setdefault(TRADES, []).append(trade_row(trade_id=key, **moment | values))

    def ended(self, at: datetime, path: str = ORDER_HISTORY, **values: Any) -> None:
        """An order that ended."""
        self.rows.setdefault(path, []).append(ended_row(update_time=milliseconds(at), **values))

    def window(self, request: Request) -> Reply:
        path = request.path.removeprefix("/exchange/v1/")
        params = json.loads(request.body)["params"]
        since, until = (int(params[name][:13]) for name in ("start_time", "end_time"))
        self.windows.append((path, since, until))
        field_ = _MOMENTS.get(path, "update_time")
        rows = [row for row in self.rows.get(path, []) if since <= row[field_] <= until]
        rows.sort(key=lambda row: -row[field_])
        return reply(path, {"data": rows[: self.page_size]})

    def moved(self, request: Request) -> Reply:
        path = request.path.removeprefix("/exchange/v1/")
        name = "deposit_list" if path == DEPOSITS else "withdrawal_list"
        return reply(path, {name: self.rows.get(path, [])})

    def detail(self, request: Request) -> Reply:
        order_id = json.loads(request.body)["params"]["order_id"]
        path = request.path.removeprefix("/exchange/v1/")
        for row in self.rows.get(path, []):
            if row["order_id"] == order_id:
                return reply(path, row)
        return Reply(json.dumps({"code": 40401, "message": "NOT_FOUND"}))


def reply(path: str, result: Any) -> Reply:
    return Reply(json.dumps({"id": 1, "method": path, "code": 0, "result": result}))


@contextmanager
def exchange_with_past() -> Iterator[Past]:
    """The scripted exchange with an empty history for a test to fill."""
    with scripted_exchange() as server:
        past = Past(server)
        for path in (TRADES, JOURNAL, ORDER_HISTORY, ADVANCED_HISTORY):
            server.answers[f"/exchange/v1/{path}"] = past.window
        for path in (DETAIL, ADVANCED_DETAIL):
            server.answers[f"/exchange/v1/{path}"] = past.detail
        for path in (DEPOSITS, WITHDRAWALS):
            server.answers[f"/exchange/v1/{path}"] = past.moved
        yield past
