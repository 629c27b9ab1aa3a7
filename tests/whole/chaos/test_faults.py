"""The table of faults: each is brought to the running whole, and afterwards it shows what the exchange serves.

`make chaos` prints the table. One stack lives through all faults, so each costs a few seconds.
"""

import subprocess
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from tests.postgres import new_home, remove_home
from tests.simulator.exchange_process import run_simulator
from tests.whole.chaos.clocks_and_files import clock_and_file_faults
from tests.whole.chaos.database import database_faults
from tests.whole.chaos.fault import Fault
from tests.whole.chaos.network import network_faults
from tests.whole.chaos.pages import errors_on
from tests.whole.chaos.processes import process_faults
from tests.whole.chaos.stack import Stack, check_ages, hurried, running_stack, shown_by, truth, until

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(600)]
PAGES = cycle(("", "open_orders", "fills", "transfers", "performance", "watchlist", "alerts", "status"))
DISK_MB = 400


@pytest.fixture(scope="module")
def disk() -> Iterator[Path]:
    """A small file system of its own, so that it can be filled. Only root may mount it."""
    folder = new_home()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m,mode=755", "none", str(folder)]
    is_mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    (folder / "home").mkdir()
    (folder / "own" if is_mounted else folder / "shared").touch()
    yield folder
    if is_mounted:
        subprocess.run(["umount", "-l", str(folder)], capture_output=True, check=False)
    remove_home(folder)


@pytest.fixture(scope="module")
def stack(disk: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with pytest.MonkeyPatch.context() as patch, run_simulator(days=1) as exchange:
        exchange.control("POST", "freeze", {"frozen": True})
        with running_stack(tmp_path_factory.mktemp("chaos"), disk / "home", exchange, patch) as stack:
            recovered(stack, datetime.now(UTC))
            yield stack


def faults() -> list[Fault]:
    return [
        *network_faults(),
        *process_faults(),
        *clock_and_file_faults(),
        *database_faults(has_own_disk=True),
    ]


@pytest.mark.parametrize("fault", faults(), ids=lambda fault: fault.name)
def test_a_fault(stack: Stack, fault: Fault, disk: Path, record_property: Any) -> None:
    record_property("fault", fault.name)
    record_property("expected", fault.expected)
    if "disk" in fault.name and not (disk / "own").exists():
        pytest.skip("no right to mount a file system")
    before = truth(stack.exchange)
    trade(stack)
    now = truth(stack.exchange)
    with fault.act(stack):
        hurried(stack, lambda: fault.holds(stack), lambda: described(stack))
        check_meanwhile(stack, fault, (before, now))
    recovered(stack, datetime.now(UTC))


def trade(stack: Stack) -> None:
    """A new order on the exchange, in place of the one before."""
    if stack.order is not None:
        stack.exchange.control("DELETE", "orders", id=stack.order)
    placed = stack.exchange.control(
        "POST", "orders", {"instrument": "BTC_USD", "side": "BUY", "quantity": "0.01", "price": "1000"}
    )
    stack.order = str(placed["orders"][0]["order_id"])


def check_meanwhile(stack: Stack, fault: Fault, served: tuple[dict[str, Any], dict[str, Any]]) -> None:
    """What is shown was served before or after the change, with its age, and no page is an error page."""
    shown, sources = shown_by(stack), stack.sources()
    if shown is not None and not fault.loses_rows:
        for name in ("balances", "orders"):
            assert shown[name] in [each[name] for each in served], (name, shown[name])
    if sources:
        check_ages(sources)
    with suppress(OSError):  # the web process itself may be away
        assert errors_on(stack.url, next(PAGES)) == []


def recovered(stack: Stack, since: datetime) -> None:
    """Wait until everything shown equals what the exchange serves, and is newer than the fault."""

    def is_whole() -> bool:
        with suppress(AssertionError, KeyError):
            check_ages(stack.sources(), since)
            return shown_by(stack) == truth(stack.exchange)
        return False

    until(lambda: stack.is_alive("web") and stack.is_alive("refresher"), lambda: described(stack))
    hurried(stack, is_whole, lambda: described(stack))
    readiness = stack.readiness()
    assert readiness is not None
    assert readiness["status"] in ("ok", "degraded"), readiness
    assert errors_on(stack.url, next(PAGES)) == []


def differences(stack: Stack) -> list[str]:
    """What is shown otherwise than the exchange serves it."""
    shown = shown_by(stack)
    if shown is None:
        return ["nothing is shown"]
    served = truth(stack.exchange)
    return [
        f"{key}: served {served[name].get(key)}, shown {shown[name].get(key)}"
        for name in served
        for key in sorted(served[name].keys() | shown[name].keys())
        if served[name].get(key) != shown[name].get(key)
    ]


def described(stack: Stack) -> str:
    """The state of the stack for a failed test."""
    return "\n".join(
        [
            f"readiness: {stack.readiness()}",
            *differences(stack),
            *stack.lines[-10:],
            *stack.printed.getvalue().splitlines()[-40:],
        ]
    )
