"""Refreshers that are killed, stopped or doubled: the snapshot is complete or absent, and one refresher continues."""

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text

from tests.exchanges.payload_server import PayloadServer
from tests.exchanges.wire_payloads import order_row, ticker_row
from tests.refresher.refresher_process import configured, refresher, until
from tests.refresher.scripted_exchange import ORDERS, TICKERS, scripted_exchange

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(600)]


@pytest.fixture
def exchange() -> Iterator[PayloadServer]:
    with scripted_exchange() as exchange:
        yield exchange


def count(database: Any, query: str) -> int:
    with database.owner.connect() as connection:
        return int(connection.execute(text(query)).scalar_one())


def waits_for_a_lock(database: Any) -> bool:
    query = (
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE datname = current_database() AND wait_event_type = 'Lock' AND wait_event <> 'advisory'"
    )
    return count(database, query) > 0


def block_writing_of_prices(connection: Connection) -> None:
    """Prices are written after versions and before the refresh, so a process that waits here is within its write.

    This transaction may idle longer on a slow machine than the database's own limit allows.
    """
    connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
    connection.execute(text("LOCK TABLE price_tick IN EXCLUSIVE MODE"))


def test_a_refresher_killed_during_a_write_leaves_the_snapshot_complete(
    database: Any, exchange: PayloadServer, tmp_path: Path
) -> None:
    environment = configured(tmp_path, exchange.url)
    with refresher(environment, database.url, tmp_path / "first.log") as first:
        first.wait_for("refreshed")
        with database.owner.connect() as connection:
            block_writing_of_prices(connection)
            before = count(database, "SELECT count(*) FROM refresh")
            exchange.lists(ORDERS, *[order_row(order_id=str(8_000_000_000_000_000_000 + n)) for n in range(500)])
            exchange.lists(TICKERS, ticker_row(i="SOL_USD", a="101.00"))
            until(lambda: waits_for_a_lock(database), first.lines)
            assert first.end(signal.SIGKILL) == -signal.SIGKILL
            connection.rollback()
    until(lambda: count(database, _WRITERS) == 0)
    assert count(database, "SELECT count(*) FROM refresh") == before
    assert count(database, "SELECT count(*) FROM order_version WHERE source = 'orders'") == 1
    with refresher(environment, database.url, tmp_path / "second.log") as second:
        second.wait_for("refreshed")
    assert count(database, _STANDING_ORDERS) == 500


def test_of_two_refreshers_one_writes_and_the_other_takes_over_when_it_dies(
    database: Any, exchange: PayloadServer, tmp_path: Path
) -> None:
    environment = configured(tmp_path, exchange.url)
    with refresher(environment, database.url, tmp_path / "first.log") as first:
        first.wait_for("refreshed")
        with refresher(environment, database.url, tmp_path / "second.log") as second:
            second.wait_for("standing by")
            first.wait_for("refreshed", times=first.lines().count("refreshed") + 2)
            assert "refreshed" not in second.lines()
            first.end(signal.SIGKILL)
            second.wait_for("refreshed")
    assert second.lines().count("standing by") == 1


def test_a_refresher_stops_while_the_exchange_hangs(database: Any, exchange: PayloadServer, tmp_path: Path) -> None:
    exchange.hangs(ORDERS)
    with refresher(configured(tmp_path, exchange.url), database.url, tmp_path / "log") as running:
        until(lambda: exchange.asked(ORDERS), running.lines)
        assert running.end(signal.SIGTERM) == 0
        assert not exchange.released.is_set()  # no process waited for it
    assert "stopped" in running.lines()
    assert "Traceback" not in running.lines()


def test_a_refresher_that_is_stopped_finishes_its_transaction(
    database: Any, exchange: PayloadServer, tmp_path: Path
) -> None:
    with refresher(configured(tmp_path, exchange.url), database.url, tmp_path / "log") as running:
        with database.owner.connect() as connection:
            until(lambda: count(database, "SELECT count(*) FROM pg_tables WHERE tablename = 'price'"), running.lines)
            block_writing_of_prices(connection)
            before = count(database, "SELECT count(*) FROM refresh")
            until(lambda: waits_for_a_lock(database), running.lines)
            running.process.send_signal(signal.SIGTERM)
            assert running.process.poll() is None
            connection.rollback()
        assert running.process.wait(60) == 0
    assert count(database, "SELECT count(*) FROM refresh") == before + 1
    assert count(database, _STANDING_ORDERS) == 1


def test_a_second_signal_and_control_c_stop_it_too(database: Any, exchange: PayloadServer, tmp_path: Path) -> None:
    with refresher(configured(tmp_path, exchange.url), database.url, tmp_path / "log") as running:
        running.wait_for("refreshed")
        running.process.send_signal(signal.SIGINT)
        assert running.end(signal.SIGINT) == 0
    assert "Traceback" not in running.lines()


_STANDING_ORDERS = "SELECT count(*) FROM order_version WHERE source = 'orders' AND valid_to = 'infinity'"
_WRITERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND application_name = 'stillframe-refresher'
"""
