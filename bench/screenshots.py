"""Screenshots of the demo's pages, their first frames and a few scenes, light and dark, desk and phone: docs/images.

`python -m bench.screenshots scenes` takes the scenes alone.
"""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Literal

import requests
from playwright.sync_api import Browser, Page, expect
from rich.console import Console

from bench.scenes import take_scenes
from pages.shared.titles import TITLES
from tests.api.serving import until
from tests.ports import free_port
from tests.whole.browser.browsing import DESK, PHONE, chromium, opened, settled, tab

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
# The pages whose first answer holds figures.
FIRST_FRAMES = ("overview", "open_orders", "coin")
SIZES = (DESK, PHONE)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
START_SECONDS = 600

# The height of the page without scrolling.
WHOLE_HEIGHT = """() => {
    const main = document.querySelector('[data-testid="stMain"]');
    return Math.ceil(window.innerHeight - main.clientHeight + main.scrollHeight);
}"""

# The end of the content, with the padding below it. A phone's bar of pages lies over this padding.
CONTENT_HEIGHT = """() => {
    const main = document.querySelector('[data-testid="stMain"]');
    const content = document.querySelector('[data-testid="stMainBlockContainer"] .stVerticalBlock');
    return Math.ceil(main.scrollTop + content.getBoundingClientRect().bottom) + 80;
}"""


@contextmanager
def demo() -> Iterator[str]:
    """The demo of `make run`, in an empty home without a configuration. Yields its address."""
    with tempfile.TemporaryDirectory(prefix="stillframe-demo-") as home:
        nobody = Path(home) / "no-accounts.toml"
        nobody.touch()
        foreign = ("DATABASE_URL", "STILLFRAME_API_TOKEN", "STILLFRAME_READER_URL", "STILLFRAME_WRITER_URL")
        environment = {name: value for name, value in os.environ.items() if name not in foreign}
        port = free_port()
        process = subprocess.Popen(
            [sys.executable, "-m", "launcher", "--port", str(port)],
            cwd=ROOT,
            env=environment | {"STILLFRAME_HOME": home, "STILLFRAME_CONFIG": str(nobody)},
            stdout=subprocess.DEVNULL,
        )
        url = f"http://127.0.0.1:{port}"
        try:
            until(lambda: process.poll() is not None or is_populated(url), START_SECONDS)
            if process.poll() is not None:
                raise SystemExit(f"the demo ended with {process.returncode}: start it by `make run` to see why")
            yield url
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def is_populated(url: str) -> bool:
    """True if the demo answers with current data, has the candles of the month that Performance compares with, and a
    week of every market with a price.
    """
    since = datetime.now(UTC) - timedelta(days=30)
    try:
        if not requests.get(f"{url}/api/health/ready", timeout=5).ok:
            return False
        performance = requests.get(f"{url}/api/performance?since={since:%Y-%m-%dT%H:%M:%SZ}", timeout=30).json()
        markets = requests.get(f"{url}/api/watchlist", timeout=30).json().get("markets", [])
    except requests.RequestException:
        return False
    benchmarks = performance.get("benchmarks", [{"fraction": None}])
    has_weeks = bool(markets) and all(len(market["sparkline"]) > 100 for market in markets if market["price"])
    return has_weeks and all(benchmark["fraction"] is not None for benchmark in benchmarks)


def take(browser: Browser, url: str, scheme: Literal["light", "dark"], size: tuple[int, int]) -> Iterator[Path]:
    """One full-length picture of each page."""
    with tab(browser, size, scheme) as page:
        for name, title in TITLES.items():
            page.set_viewport_size({"width": size[0], "height": size[1]})
            opened(page, f"{url}/{name}", title)
            _unroll(page, size)
            target = IMAGES / f"{name}-{scheme}-{size[0]}.png"
            page.screenshot(path=target, animations="disabled", caret="hide")
            yield target


def take_first_frames(
    browser: Browser, url: str, scheme: Literal["light", "dark"], size: tuple[int, int]
) -> Iterator[Path]:
    """A picture of each first answer, before any script has run."""
    with tab(browser, size, scheme, with_scripts=False) as page:
        for name in FIRST_FRAMES:
            page.goto(f"{url}/{name}")
            expect(page.locator("#first-frame")).to_be_visible()
            target = IMAGES / f"first-{name}-{scheme}-{size[0]}.png"
            page.screenshot(path=target, animations="disabled", caret="hide")
            yield target


def _unroll(page: Page, size: tuple[int, int]) -> None:
    """Make the window as high as the page, until the page no longer grows. Empty room below the content goes."""
    height = 0
    while (page_height := max(size[1], int(page.evaluate(WHOLE_HEIGHT)))) > height:
        height = page_height
        page.set_viewport_size({"width": size[0], "height": height})
        settled(page)
    content = max(size[1], int(page.evaluate(CONTENT_HEIGHT)))
    if content < height:
        page.set_viewport_size({"width": size[0], "height": content})
        settled(page)


def main(arguments: list[str]) -> None:
    """Take all pictures, or the scenes alone, and print each name."""
    console = Console()
    IMAGES.mkdir(parents=True, exist_ok=True)
    if arguments != ["scenes"]:
        with console.status("Starting the demo"), demo() as url, chromium() as browser:
            for size in SIZES:
                for scheme in SCHEMES:
                    for target in chain(
                        take(browser, url, scheme, size), take_first_frames(browser, url, scheme, size)
                    ):
                        _print(target, console)
    with console.status("Starting two accounts"), chromium() as browser:
        for target in take_scenes(browser):
            _print(target, console)


def _print(target: Path, console: Console) -> None:
    console.print(f"{target.relative_to(ROOT)}  {target.stat().st_size // 1024} KiB")


if __name__ == "__main__":
    main(sys.argv[1:])
