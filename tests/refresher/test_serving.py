"""Serving: the refresher as it runs day and night."""

from pathlib import Path

import pytest

from db.refresh_requests import insert_refresh_request
from tests.exchanges.payload_server import PayloadServer
from tests.postgres import Database
from tests.refresher.refresher_process import configured, refresher
from tests.refresher.scripted_exchange import BALANCES


def test_a_refresh_request_of_a_page_runs_at_once_and_no_account_waits_for_another(
    database: Database, exchange: PayloadServer, tmp_path: Path
) -> None:
    environment = configured(tmp_path, exchange.url, "one", "two", seconds=3600) | {"TMPDIR": str(tmp_path)}
    with refresher(environment, database.url, tmp_path / "log") as running:
        running.wait_for("refreshed", times=2)
        insert_refresh_request(database.reader)
        running.wait_for("refreshed", times=4)
        assert list(tmp_path.glob("stillframe-refresher-*.alive"))  # its heart beats
        assert running.end() == 0


@pytest.mark.slow
def test_lines_can_be_json_and_hold_no_secret(database: Database, exchange: PayloadServer, tmp_path: Path) -> None:
    environment = configured(tmp_path, exchange.url) | {
        "STILLFRAME_LOG_FORMAT": "json",
        "STILLFRAME_LOG_LEVEL": "debug",
        "TEST_API_KEY": "key-4711-of-mine",
        "TEST_API_SECRET": "secret-0815-of-mine",
    }
    exchange.says(BALANCES, "key-4711-of-mine secret-0815-of-mine")
    with refresher(environment, database.url, tmp_path / "log") as running:
        running.wait_for('"event": "refreshed"')
        assert running.end() == 0
    assert "of-mine" not in running.lines()
