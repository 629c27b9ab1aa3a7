"""Normalising: ten thousand orders of three exchanges, against ccxt's own parser on the same rows."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

from bench.report import Line, median
from domain.sources import Source
from exchanges.connection.exact import exact_json
from exchanges.unified.orders import normalise_unified_orders
from exchanges.venues.registry import venue_of
from tests.exchanges.harness import Venue, reader_of, venues
from tests.postgres import Database

_ORDERS, _ROUNDS = 10_000, 5
_EXCHANGES = ("binance", "bybit", "okx")


def normalising_lines(_: Database) -> Iterator[Line]:
    """Time from ccxt's orders to ours, against ccxt's parsing of the payload."""
    for venue in venues():
        if venue.exchange in _EXCHANGES and not venue.options:
            yield _line(venue)


def _line(venue: Venue) -> Line:
    reader = reader_of(venue, "http://127.0.0.1:9")
    listed = vars(reader)["_gateway"].with_markets(vars(reader)["_shared"].listings, "http://127.0.0.1:9")
    exchange = vars(vars(reader)["_gateway"])["_Gateway__exchange"]
    rows = _rows(venue)
    parsed = exchange.parse_orders(rows)
    source = Source("triggers:bench")
    floor = _seconds(lambda: exchange.parse_orders(rows))
    value = _seconds(
        lambda: normalise_unified_orders(parsed, "main", venue.exchange, venue_of(venue.exchange), source, listed)
    )
    name = f"normalising {_ORDERS} orders of {venue.exchange}"
    return Line(name, value * 1000, floor * 1000, 2.0, "ms", floor_name="ccxt's own parse")


def _rows(venue: Venue) -> list[dict[str, Any]]:
    """The rows of all cases, repeated, each with its own id."""
    case_rows = [row for case in venue.cases if not case.unreadable for row in case.says]
    rows = []
    for number in range(_ORDERS):
        row = exact_json(json.dumps(case_rows[number % len(case_rows)]))
        rows.append(row | {name: str(number + 1) for name in ("orderId", "ordId", "algoId") if name in row})
    return rows


def _seconds(work: Callable[[], object]) -> float:
    took = []
    for _ in range(_ROUNDS):
        began = time.perf_counter()
        work()
        took.append(time.perf_counter() - began)
    return median(took)
