"""Workers of the queue as processes: a killed one's backfill is retried by another and goes on, progress is shown."""

import signal
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from db.reads.refreshers import QueuedWork, read_queued_work
from tests.refresher.past_exchange import TRADES, Past, exchange_with_past
from tests.refresher.refresher_process import configured, refresher, run_refresher, until

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(600)]


@pytest.fixture
def past() -> Iterator[Past]:
    with exchange_with_past() as past:
        for day in range(1, 6):
            past.trade(f"t{day}", datetime.now(UTC) - timedelta(days=day))
        past.server.lists("public/get-candlestick")
        past.server.lists("private/user-balance-history")
        yield past


def work(database: Any) -> list[QueuedWork]:
    with database.reader.connect() as connection:
        return list(read_queued_work(connection))


def states(database: Any) -> list[str]:
    return [each.state for each in work(database)]


def since(days: int) -> list[str]:
    return ["--backfill", "--since", (datetime.now(UTC) - timedelta(days=days)).strftime("%Y-%m-%d")]


def test_a_killed_workers_backfill_is_retried_by_another(database: Any, past: Past, tmp_path: Path) -> None:
    environment = configured(tmp_path, past.server.url)
    assert run_refresher(environment, database.url, "--once").returncode == 0
    window = past.server.answers[f"/exchange/v1/{TRADES}"]
    past.server.hangs(TRADES)
    asked = past.server.asked(TRADES)
    with refresher(environment, database.url, tmp_path / "first.log", since(20)) as first:
        until(lambda: past.server.asked(TRADES) > asked, first.lines)
        assert states(database) == ["running"]
        first.end(signal.SIGKILL)
    past.server.answers[f"/exchange/v1/{TRADES}"] = window
    with refresher(environment, database.url, tmp_path / "second.log", ["worker"]) as second:
        until(lambda: states(database) == ["succeeded"], second.lines)
        assert "a worker died: its job is retried" in second.lines()
        assert second.end() == 0
    (done,) = work(database)
    assert done.attempts == 2
    with database.reader.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM fill")).scalar_one() == 5


def test_the_refresher_itself_takes_an_interrupted_backfill(database: Any, past: Past, tmp_path: Path) -> None:
    environment = configured(tmp_path, past.server.url)
    assert run_refresher(environment, database.url, "--once").returncode == 0
    window = past.server.answers[f"/exchange/v1/{TRADES}"]
    past.server.hangs(TRADES)
    asked = past.server.asked(TRADES)
    with refresher(environment, database.url, tmp_path / "first.log", since(20)) as first:
        until(lambda: past.server.asked(TRADES) > asked, first.lines)
        first.process.send_signal(signal.SIGTERM)
        past.server.answers[f"/exchange/v1/{TRADES}"] = window
        past.server.released.set()
        assert first.process.wait(60) == 1
    assert states(database) == ["waiting"]
    with refresher(environment, database.url, tmp_path / "second.log") as second:
        until(lambda: states(database) == ["succeeded"], second.lines)
        assert second.end() == 0


def test_pages_may_not_even_name_the_tables_of_the_queue(database: Any) -> None:
    with database.reader.connect() as connection, pytest.raises(ProgrammingError, match="permission denied"):
        connection.execute(text("SELECT * FROM queue.procrastinate_jobs"))
