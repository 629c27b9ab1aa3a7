"""Scenes: what the demo does not show. Two accounts, Bitcoin as currency, a refused key, a stopped web process."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests
from playwright.sync_api import Browser, Page, expect

from tests.api.serving import until
from tests.ports import free_port
from tests.simulator.exchange_process import Simulator, run_simulator
from tests.whole.browser.browsing import DESK, PHONE, opened, settled, tab

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
SIZES = (DESK, PHONE)
START_SECONDS = 180
# The state that a badge without a web process comes to.
STALE = '.sf-bar .age[data-state="stale"]'
ACCOUNT = """
[[accounts]]
name = "{name}"
exchange = "cryptocom"
api_key = "env:{variable}"
api_secret = "env:{variable}_SECRET"
base_url = "{url}"
refresh_seconds = 5
"""


@dataclass(frozen=True)
class TwoAccounts:
    """A running Stillframe with an account at each of two simulated exchanges."""

    url: str
    process: "subprocess.Popen[bytes]"
    savings: Simulator

    def stop(self) -> None:
        """End all processes of Stillframe. The exchanges go on."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)

    def state(self) -> str:
        """The answer of readiness: ok, degraded or down. "" without an answer."""
        try:
            return str(requests.get(f"{self.url}/api/health/ready", timeout=5).json()["status"])
        except (requests.RequestException, KeyError, ValueError):
            return ""


@contextmanager
def two_accounts() -> Iterator[TwoAccounts]:
    """Stillframe with the accounts "main" and "savings", once both are current."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="stillframe-scenes-")))
        simulators = {
            name: stack.enter_context(run_simulator(seed=seed, days=30, api_key=name, api_secret=f"secret of {name}"))
            for name, seed in (("main", 8), ("savings", 21))
        }
        port = free_port()
        process = subprocess.Popen(
            [sys.executable, "-m", "launcher", "--port", str(port)],
            cwd=ROOT,
            env=_environment(home, simulators),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        running = TwoAccounts(f"http://127.0.0.1:{port}", process, simulators["savings"])
        try:
            until(lambda: process.poll() is not None or running.state() == "ok", START_SECONDS)
            if process.poll() is not None:
                raise SystemExit(f"Stillframe ended with {process.returncode}")
            yield running
        finally:
            running.stop()


def _environment(home: Path, simulators: Mapping[str, Simulator]) -> dict[str, str]:
    """The environment of the launcher, with a configuration of these accounts."""
    foreign = ("DATABASE_URL", "STILLFRAME_API_TOKEN", "STILLFRAME_READER_URL", "STILLFRAME_WRITER_URL")
    environment = {name: value for name, value in os.environ.items() if name not in foreign}
    file, accounts = home / "stillframe.toml", []
    for name, simulator in simulators.items():
        variable = f"SCENE_{name.upper()}"
        environment |= {variable: simulator.api_key, f"{variable}_SECRET": simulator.api_secret}
        accounts.append(ACCOUNT.format(name=name, variable=variable, url=simulator.url))
    file.write_text('base_currency = "USD"\n' + "".join(accounts))
    return environment | {"STILLFRAME_HOME": str(home / "home"), "STILLFRAME_CONFIG": str(file)}


def take_scenes(browser: Browser) -> Iterator[Path]:
    """A picture of each scene as the screen shows it, on a desk and on a phone."""
    with two_accounts() as running:
        address = f"{running.url}/overview"
        yield from _taken(browser, "two-accounts", address)
        yield from _taken(browser, "bitcoin", f"{address}?currency=BTC")
        running.savings.fault("*", "unauthorized")
        until(lambda: running.state() == "down", START_SECONDS)
        yield from _taken(browser, "refused-key", address)
        running.savings.reset()
        until(lambda: running.state() == "ok", START_SECONDS)
        with ExitStack() as stack:
            pages = [(stack.enter_context(tab(browser, size)), size) for size in SIZES]
            for page, _ in pages:
                _opened(page, address)
            running.stop()
            for page, size in pages:
                expect(page.locator(STALE)).to_have_count(1)
                yield _pictured(page, "stopped-web", size)


def _taken(browser: Browser, name: str, address: str) -> Iterator[Path]:
    for size in SIZES:
        with tab(browser, size) as page:
            _opened(page, address)
            yield _pictured(page, name, size)


def _opened(page: Page, address: str) -> None:
    opened(page, address, "Overview")
    expect(page.locator(".sf-strip")).to_be_visible()
    settled(page)


def _pictured(page: Page, name: str, size: tuple[int, int]) -> Path:
    target = IMAGES / f"{name}-light-{size[0]}.png"
    page.screenshot(path=target, animations="disabled", caret="hide")
    return target
