"""The documented samples through all layers: replayed over HTTP, refreshed once, read from the JSON routes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.reader import Reader
from api.routes import routes
from api.settings import ApiSettings
from tests.api.serving import Served, serving
from tests.exchanges.payload_server import PayloadServer
from tests.postgres import Database
from tests.refresher.refresher_process import configured, run_refresher


@pytest.fixture
def api(database: Database) -> Iterator[Served]:
    reader = Reader(lambda: database.reader, prompt_seconds=60)
    with serving(routes(reader, ApiSettings())) as served:
        yield served
    reader.close()


@pytest.fixture
def refreshed(database: Database, replay: PayloadServer, tmp_path: Path) -> None:
    """One refresh of an account on the replaying exchange, as cron would ask for it."""
    done = run_refresher(configured(tmp_path, replay.url), database.url, "--once")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.usefixtures("refreshed")
def test_the_snapshot_says_what_the_exchange_stated(api: Served) -> None:
    told = api.get("/api/dashboard/snapshot").json()
    assert told["net_value"] == "7834.24081020"
    assert told["margin_balance"] == "7595.42571782"
    assert told["cash"] == "7890.00320721"
    assert told["collateral"] == "7651.18811483"
    assert sorted(balance["asset"] for balance in told["balances"]) == ["CRO", "DAI", "USD", "USDT"]
    (position,) = told["positions"]
    assert (position["exchange_symbol"], position["side"], position["amount"]) == ("BTCUSD-PERP", "short", "0.1984")


@pytest.mark.usefixtures("refreshed")
def test_the_otoco_is_listed_as_three_orders_of_one_group(api: Served) -> None:
    told = api.get("/api/orders/open").json()
    orders: list[dict[str, Any]] = told["orders"]
    assert {(o["role"], o["kind"], o["trigger_price"]) for o in orders} == {
        ("entry", "limit", None),
        ("stop_loss", "stop", "45000.00"),
        ("take_profit", "take_profit", "55000.00"),
    }
    assert {o["group_id"] for o in orders} == {"6498090546073120100"}
    (group,) = told["groups"]
    assert len(group["orders"]) == 3


def test_the_order_that_both_lists_know_is_one_order(
    database: Database, replay: PayloadServer, tmp_path: Path, api: Served
) -> None:
    """One id, one instrument: the entry leg, listed among the normal orders too."""
    entry = {
        "order_id": "19848525",
        "client_oid": "1613571154900",
        "order_type": "LIMIT",
        "side": "BUY",
        "quantity": "0.0100",
        "limit_price": "50000.0",
        "cumulative_quantity": "0.0000",
        "status": "ACTIVE",
        "instrument_name": "BTCUSD",
    }
    replay.lists("private/get-open-orders", entry)
    assert run_refresher(configured(tmp_path, replay.url), database.url, "--once").returncode == 0
    assert len(api.get("/api/orders/open").json()["orders"]) == 3
