"""Fleet: a thousand accounts, refreshed every 30 s, on an exchange that answers at once."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil
from sqlalchemy import text

from bench.report import Line
from tests.postgres import Database
from tests.refresher.refresher_process import ACCOUNT, Refresher, refresher

ACCOUNTS, SECONDS = 1000, 30
# One process needs one core. A second one opens all accounts too, so two take twice the memory and connections.
REFRESHERS = int(os.environ.get("BENCH_REFRESHERS", "1"))
STARTING_SECONDS, MEASURED_SECONDS = 600.0, 120.0


def fleet_lines(database: Database) -> Iterator[Line]:
    """How late refreshes are, and what the refreshers take, after all accounts were refreshed once."""
    with ExitStack() as stack:
        room = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="stillframe-fleet-")))
        port = stack.enter_context(_exchange())
        environment = _configured(room, f"http://127.0.0.1:{port}")
        running = [
            stack.enter_context(refresher(environment, database.url, room / f"{number}.log"))
            for number in range(REFRESHERS)
        ]
        _wait_for_all(database, running)
        cpu, began = _computed(running), time.monotonic()
        connections = 0.0
        while time.monotonic() < began + MEASURED_SECONDS:
            time.sleep(1)
            connections = max(connections, _number(database, _CONNECTIONS))
        share = (_computed(running) - cpu) / (time.monotonic() - began)
        megabytes = sum(psutil.Process(each.process.pid).memory_info().rss for each in running) / 2**20
        refreshes = _number(database, _COUNT, seconds=MEASURED_SECONDS)
        lag = _number(database, _LAG, seconds=MEASURED_SECONDS, every=SECONDS)
    name = f"{ACCOUNTS} accounts each {SECONDS} s on {REFRESHERS} refreshers"
    yield Line(f"{name}: refreshes begin late, p99", lag, SECONDS, SECONDS, "s", True, "interval")
    yield Line(f"{name}: connections", connections, ACCOUNTS, 20, "", True, "accounts")
    yield Line(f"{name}: memory", megabytes, ACCOUNTS, 600, "MB", True, "accounts")
    yield Line(f"{name}: processor", share, 2, 2, "cores", True, "cores")
    ideal = ACCOUNTS * MEASURED_SECONDS / SECONDS
    yield Line(f"{name}: refreshes missing", max(0.0, 1 - refreshes / ideal), 1, 0.1, "of all", True, "all")


@contextmanager
def _exchange() -> Iterator[int]:
    process = subprocess.Popen([sys.executable, "-m", "bench.prompt_exchange"], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.wait()


def _configured(room: Path, url: str) -> dict[str, str]:
    names = [f"a{number:04}" for number in range(ACCOUNTS)]
    variables = {name: f"TEST_KEY_{name}" for name in names}
    tables = [ACCOUNT.format(name=name, key=variables[name], url=url, seconds=SECONDS) for name in names]
    (room / "stillframe.toml").write_text("".join(tables))
    return {variable: f"key of {name}" for name, variable in variables.items()} | {
        "STILLFRAME_CONFIG": str(room / "stillframe.toml"),
        "STILLFRAME_HOME": str(room / "home"),
        "STILLFRAME_LOG_LEVEL": "warning",
        "TEST_API_SECRET": "demo-secret",
    }


def _wait_for_all(database: Database, running: list[Refresher]) -> None:
    """Wait until every account has its second refresh, so that the start is over."""
    deadline = time.monotonic() + STARTING_SECONDS
    while _number(database, _REFRESHED) < ACCOUNTS:
        assert time.monotonic() < deadline, running[0].lines()[-2000:]
        assert all(each.process.poll() is None for each in running), running[0].lines()[-2000:]
        time.sleep(1)


def _computed(running: list[Refresher]) -> float:
    """Processor seconds of the refreshers so far."""
    times = [psutil.Process(each.process.pid).cpu_times() for each in running]
    return float(sum(each.user + each.system for each in times))


def _number(database: Database, query: str, **values: float) -> float:
    with database.owner.connect() as connection:
        value = connection.execute(text(query), values).scalar_one_or_none()
    return 0.0 if value is None else float(value)


_CONNECTIONS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
_REFRESHED = "SELECT count(*) FROM (SELECT FROM refresh GROUP BY account_id HAVING count(*) > 1) AS twice"
_COUNT = "SELECT count(*) FROM refresh WHERE taken_at > now() - make_interval(secs => :seconds)"
_LAG = """
SELECT percentile_cont(0.99) WITHIN GROUP (ORDER BY greatest(0, extract(epoch FROM gap) - :every))
FROM (
    SELECT taken_at, taken_at - lag(taken_at) OVER (PARTITION BY account_id ORDER BY taken_at) AS gap FROM refresh
) AS gaps
WHERE taken_at > now() - make_interval(secs => :seconds)
"""
