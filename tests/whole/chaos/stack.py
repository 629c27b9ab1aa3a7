"""The whole of Stillframe as `make run` starts it, before a simulated exchange, with a relay between them.

The launcher's own supervisor keeps the processes running. Faults are brought to them from outside.
"""

import io
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests
from honcho.printer import Printer
from sqlalchemy import Engine, NullPool, create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from db.embedded import Cluster
from db.refresh_requests import insert_refresh_request
from launcher import children
from launcher import supervisor as supervision
from launcher.children import Child
from launcher.supervisor import Supervisor
from tests.ports import free_port
from tests.refresher.refresher_process import configured
from tests.simulator.exchange_process import Simulator
from tests.whole.chaos.relay import Relay, relay_to

PATIENCE_SECONDS = 120.0
# An age is that of the moment of the answer, so it may differ from ours by the time that the answer takes.
ANSWER_SECONDS = 15
BUDGETS = "".join(f"{kind} = 1.5\n" for kind in ("balances", "positions", "orders", "triggers", "prices"))
SOURCES = ("balances", "positions", "orders", "triggers", "prices")


@dataclass
class Stack:
    """The running processes, and the ways to ask and to hurt them."""

    supervisor: Supervisor
    relay: Relay
    exchange: Simulator
    cluster: Cluster
    engine: Engine
    url: str
    lines: list[str]
    printed: io.StringIO
    clock: Path
    environment: Mapping[str, str]
    order: str | None = None  # the last order that a test placed

    def process(self, name: str) -> psutil.Process:
        """The running process of a child, itself and not a shell around it."""
        pid = self.supervisor._running[name].pid
        assert pid is not None
        return psutil.Process(pid)

    def is_alive(self, name: str) -> bool:
        running = self.supervisor._running[name]
        return running.pid is not None and running.is_alive

    def has_begun_again(self, name: str, pid: int) -> bool:
        """True if another process than this one runs as this child."""
        return self.is_alive(name) and self.supervisor._running[name].pid != pid

    def signal(self, name: str, number: signal.Signals) -> None:
        """Send a signal to a child."""
        os.kill(self.process(name).pid, number)

    def postmaster(self) -> int:
        """The process id of Postgres."""
        until(lambda: self.cluster.pid() is not None)
        pid = self.cluster.pid()
        assert pid is not None
        return pid

    def get(self, path: str) -> requests.Response:
        return requests.get(f"{self.url}{path}", timeout=ANSWER_SECONDS)

    def json(self, path: str) -> Any:
        """The answer to a question, None if there is none."""
        try:
            response = self.get(path)
        except requests.RequestException:
            return None
        return response.json() if response.status_code == 200 else None

    def readiness(self) -> Any:
        """The answer of readiness, whatever its status. None without one."""
        try:
            return self.get("/api/health/ready").json()
        except requests.RequestException:
            return None

    def sources(self) -> dict[str, Any]:
        """The state of each source, {} if unknown."""
        shown = self.json("/api/dashboard/snapshot")
        return {} if shown is None or shown["sources"] is None else shown["sources"]

    def hurry(self) -> None:
        """Ask for a refresh, as the button does."""
        try:
            insert_refresh_request(self.engine)
        except SQLAlchemyError:
            return

    def run(self, statement: str) -> Any:
        """Run one statement as the owner, outside of a transaction."""
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            result = connection.execute(text(statement))
            return result.scalar() if result.returns_rows else None

    def shift_clock(self, seconds: float) -> None:
        """Set the clock of the refresher ahead or behind."""
        self.clock.write_text(str(seconds))


def until(condition: Callable[[], object], words: Callable[[], str] = lambda: "it never happened") -> None:
    """Wait for a condition, up to a time that only a fault exceeds."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, words()
        time.sleep(0.1)


def hurried(stack: Stack, condition: Callable[[], object], words: Callable[[], str]) -> None:
    """Wait for a condition, and ask for a refresh every two seconds meanwhile."""
    requested_at = 0.0

    def looked() -> object:
        nonlocal requested_at
        if condition():
            return True
        if time.monotonic() - requested_at > 2:
            requested_at = time.monotonic()
            stack.hurry()
        return False

    until(looked, words)


@contextmanager
def running_stack(folder: Path, home: Path, exchange: Simulator, patch: pytest.MonkeyPatch) -> Iterator[Stack]:
    """The stack for as long as the block lasts. The supervisor's pauses are short."""
    patch.setattr(supervision, "SHORTEST_PAUSE_SECONDS", 0.2)
    patch.setattr(supervision, "WELL_SECONDS", 1.0)
    lines: list[str] = []
    printed, clock, port = io.StringIO(), folder / "clock", free_port()
    clock.write_text("0")
    with relay_to(exchange.url) as relay:
        environment = configured(folder, relay.url, more=f"[budgets]\n{BUDGETS}") | {
            "STILLFRAME_HOME": str(home),
            "CHAOS_CLOCK": str(clock),
        }
        supervisor = Supervisor(Printer(printed), lines.append)
        cluster = Cluster(home)
        engine = create_engine(cluster.url(), poolclass=NullPool, connect_args={"connect_timeout": 5})
        thread = threading.Thread(target=supervisor.run, daemon=True)
        thread.start()
        stack = Stack(
            supervisor, relay, exchange, cluster, engine, f"http://127.0.0.1:{port}", lines, printed, clock, environment
        )
        try:
            for child in _children(port):
                supervisor.start(replace(child, environment={**child.environment, **environment}))
                if child.name == "database":
                    until(lambda: cluster.is_made() and cluster.pid(), printed.getvalue)
            yield stack
        finally:
            supervisor.stop.request()
            thread.join(60)


def _children(port: int) -> tuple[Child, ...]:
    refresher = children.refresher(None)
    command = (*refresher.command[:1], "-m", "tests.whole.chaos.shifted_refresher")
    plan: Any = type("Plan", (), {"port": port})()
    return children.database(), replace(refresher, command=command), children.web(plan)


def truth(exchange: Simulator) -> dict[str, Any]:
    """Balances by asset and open orders by id, as the exchange serves them now."""
    (account,) = exchange.result("private/user-balance")["data"]
    balances = {row["instrument_name"]: Decimal(row["quantity"]) for row in account["position_balances"]}
    normal = exchange.result("private/get-open-orders")["data"]
    return {
        "balances": {asset: total for asset, total in balances.items() if total},
        "orders": {row["order_id"]: Decimal(row["quantity"]) for row in normal},
    }


def shown_by(stack: Stack) -> dict[str, Any] | None:
    """The same as the API shows it. None without an answer."""
    snapshot, orders = stack.json("/api/dashboard/snapshot"), stack.json("/api/orders/open")
    if snapshot is None or orders is None:
        return None
    balances = {row["asset"]: Decimal(row["total"]) for row in snapshot["balances"]}
    return {
        "balances": {asset: total for asset, total in balances.items() if total},
        "orders": {
            row["book_order_id"] or row["order_id"]: row["amount"] and Decimal(row["amount"])
            for row in orders["orders"]
            if row["source"] == "orders"
            or row["book_order_id"]  # a trigger order and its order in the book are one row
        },
    }


def check_ages(sources: Mapping[str, Any], since: datetime | None = None) -> None:
    """No source is fresh with an age that its moment does not have. With `since`, all are fresh and newer."""
    now = datetime.now(UTC)
    for name in SOURCES:
        state = sources[name]
        as_of = state["as_of"] and datetime.fromisoformat(state["as_of"])
        if as_of is not None and state["state"] == "fresh":
            age = now - as_of
            assert timedelta(seconds=-15) <= age <= timedelta(seconds=60 + ANSWER_SECONDS), (name, state)
            assert abs(age.total_seconds() - state["age_seconds"]) < ANSWER_SECONDS, (name, state)
            assert not state["carried"], (name, state)
        if since is not None:
            assert state["state"] == "fresh", (name, state)
            assert as_of is not None
            assert as_of > since, (name, state)
