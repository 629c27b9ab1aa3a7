"""Deribit's recent and older rows. Source: docs.deribit.com, Accessing Historical Trades and Orders Using API.

Without `historical` a list holds trades of 24 hours and orders of 30 minutes. With it the list holds all others.
"""

import json
from collections.abc import Callable
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from domain.endings import Ending
from domain.sources import SourceKind
from exchanges.connection.exact import milliseconds
from exchanges.contracts import AccountScope, HistoryReader
from tests.exchanges.harness import MOMENT, STEP, orders_of, reader_of
from tests.exchanges.payload_server import Reply, Request, serving
from tests.exchanges.venues.deribit import HISTORY, VENUE, fill, o

DAY, HALF_AN_HOUR = timedelta(days=1), timedelta(minutes=30)
TRADES = "/api/v2/private/get_user_trades_by_currency_and_time"


def _kept(rows: list[dict[str, Any]], request: Request, field: str, recent: timedelta) -> list[dict[str, Any]]:
    """The rows that the exchange has under this request at MOMENT + STEP."""
    border = milliseconds(MOMENT + STEP - recent)
    wants_older = request.query.get("historical") == ["true"]
    return [row for row in rows if (row[field] < border) is wants_older]


def _trades(request: Request) -> Reply:
    at = milliseconds(MOMENT)
    rows = [fill(), fill(trade_id="BTC-1", timestamp=at - milliseconds_of(3 * DAY))]
    kept = _kept(rows, request, "timestamp", DAY) if request.query["currency"] == ["BTC"] else []
    return Reply(json.dumps({"jsonrpc": "2.0", "result": {"trades": kept, "has_more": False}}))


def _ended_orders(request: Request) -> Reply:
    rows = [o(order_state="cancelled", last_update_timestamp=milliseconds(MOMENT))]
    kept = _kept(rows, request, "last_update_timestamp", HALF_AN_HOUR) if request.query["currency"] == ["BTC"] else []
    return Reply(json.dumps({"jsonrpc": "2.0", "result": kept}))


def milliseconds_of(length: timedelta) -> int:
    return length // timedelta(milliseconds=1)


@contextmanager
def _history(path: str, answer: Callable[[Request], Reply]) -> Any:
    with serving() as server:
        server.answers[path] = answer
        reader = reader_of(VENUE, server.url)
        assert reader.history is not None
        yield reader.history
        reader.close()


def test_trades_of_the_last_day_and_of_earlier_days_are_fills() -> None:
    history: HistoryReader
    with _history(TRADES, _trades) as history:
        sources = [s for s in history.calls(SourceKind.FILLS, AccountScope()) if (s.part or "").startswith("btc")]
        pages = [page for source in sources for page in history.fetch_fills(source, MOMENT - 7 * DAY, MOMENT + STEP)]
    assert sorted(fill.key for page in pages for fill in page.rows) == [
        "BTC-PERPETUAL/BTC-1",
        "BTC-PERPETUAL/BTC-34066",
    ]


def test_an_order_that_ended_an_hour_ago_is_in_the_list_of_older_ones() -> None:
    orders = orders_of(VENUE, next(case for case in VENUE.cases if case.name.startswith("limit")))[0]
    history: HistoryReader
    with _history(HISTORY, _ended_orders) as history:
        pages = list(history.fetch_ended_orders(orders, MOMENT - STEP, MOMENT + STEP))
    assert [row.ending for page in pages for row in page.rows] == [Ending.CANCELLED]
