"""docs/api.md names every route and every field."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.routing import BaseRoute, Mount, Route

from api import alerts, ended, fills, performance, tax, transfers, watchlist
from api.routes import WITH_DAYS, routes
from api.settings import ApiSettings
from domain.markets import Side
from domain.transfers import TransferKind
from tests.api.conftest import refreshed
from tests.api.serving import Served
from tests.api.test_access import unreachable
from tests.api.test_alerts import with_alert
from tests.factories import balance, failure, fill, order, position, price, transfer, valuation
from tests.pages.past import moved, traded, with_past

DOCS = (Path(__file__).resolve().parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
SPOKEN = set(re.findall(r"[a-z_0-9]+", DOCS))
# domain/orders.py describes these fields of an order.
ORDER_FIELDS_OF_THE_DOMAIN = {
    "exchange", "source", "key", "order_id", "client_order_id", "book_order_id", "symbol", "exchange_symbol", "base",
    "quote", "market_type", "side", "status", "trigger_kind", "trigger_direction", "trailing_distance", "trailing_unit",
    "activation_price", "amount", "filled", "remaining", "average_price", "reduce_only", "post_only", "close_position",
    "close_fraction", "is_active", "position_name", "time_in_force", "created_at", "updated_at",
}  # fmt: skip


def names(told: Any) -> Iterator[str]:
    match told:
        case dict():
            for name, value in told.items():
                yield name
                yield from names(value)
        case list():
            for value in told:
                yield from names(value)


PATHS = (
    "/api/dashboard/snapshot", "/api/orders/open", "/api/orders/ended", "/api/fills", "/api/transfers",
    "/api/performance", "/api/monitoring/summary", "/api/watchlist", "/api/signals", "/api/alerts",
    "/api/alerts/history",
    f"/api/tax?format=json&year={(datetime.now(UTC) - timedelta(hours=1)).year}",
)  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_every_field_of_an_answer_is_documented(database: Any, api: Served, path: str) -> None:
    (account,) = with_past(database.writer)
    fills = [
        fill("1", at=datetime.now(UTC) - timedelta(hours=1)),
        fill("2", Side.SELL, "0.5", at=datetime.now(UTC) - timedelta(minutes=30)),
    ]
    traded(database.writer, account, fills)
    sent = transfer(kind=TransferKind.FUNDING, at=datetime.now(UTC) - timedelta(hours=1))
    moved(database.writer, account, [sent])
    refreshed(database, account, ago=9, orders=[order("gone")])
    refreshed(
        database,
        account,
        worth=valuation(),
        balances=[balance()],
        positions=[position()],
        orders=[order(group_id="7")],
        prices=[price()],
        triggers=failure(),
    )
    with_alert(database, account)
    data = {"main", "balances", "positions", "orders", "triggers", "prices", "fills", "transfers", "endings"}
    tables = {table["name"] for table in api.get("/api/monitoring/summary").json()["database"]["tables"]}
    answered = set(names(api.get(path).json()))
    assert answered - SPOKEN - data - tables - ORDER_FIELDS_OF_THE_DOMAIN == set()


def paths_of(found: Sequence[BaseRoute], under: str = "") -> Iterator[str]:
    for route in found:
        if isinstance(route, Mount):
            yield from paths_of(route.routes, under + route.path)
        elif isinstance(route, Route) and "{" not in route.path:
            yield under + route.path


def test_the_table_names_every_route_and_no_other() -> None:
    table = "".join(line for line in DOCS.splitlines() if line.startswith(("| `/",)))
    assert sorted(re.findall(r"`(/[a-z_/]+)`", table)) == sorted(paths_of(routes(unreachable(), ApiSettings())))


@pytest.mark.parametrize(
    "fields",
    [
        WITH_DAYS,
        performance.FIELDS,
        tax.FIELDS,
        ended.FIELDS,
        fills.FIELDS,
        transfers.FIELDS,
        watchlist.SIGNAL_FIELDS,
        alerts.HISTORY_FIELDS,
    ],
)
def test_every_parameter_is_documented(fields: Sequence[str]) -> None:
    assert [field for field in fields if f"`{field}`" not in DOCS] == []
