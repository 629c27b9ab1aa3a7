"""Soak: the demo with three browser sessions that never rest, for some minutes. Memory and work must settle.

`python -m tests.whole.soak MINUTES` prints a line for each tenth of the time, and exits with 1 if the web process still
grows. Sessions move on each second, so a minute here is many minutes of use.
"""

import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from tests.postgres import begin_run, cloned, end_run, running_server
from tests.refresher.refresher_process import refresher, until
from tests.simulator.exchange_process import run_simulator
from tests.whole.browser.website import website

PAGES = ("", "open_orders", "fills", "transfers", "performance", "watchlist", "alerts", "status")
SESSIONS, TENTHS = 3, 10
# The second half may add this much to the first half's end, and cost this much more work for each page run.
MOST_GROWTH, MOST_SLOWER = 0.15, 1.4
MOST_MEGABYTES = 420.0
STARTING_SECONDS = 300.0


@dataclass(frozen=True)
class Reading:
    """The web process at the end of a tenth: megabytes, page runs so far, processor seconds so far."""

    megabytes: float
    runs: int
    cpu: float


@dataclass
class Session:
    """One browser tab that runs one page after another until it is stopped."""

    url: str
    stop: threading.Event
    runs: int = 0

    def work(self) -> None:
        """Run pages. A session that the server ends is opened again, as a browser would."""
        while not self.stop.is_set():
            with suppress(OSError, WebSocketException, TimeoutError):
                self._connected()

    def _connected(self) -> None:
        with connect(self.url.replace("http", "ws") + "/_stcore/stream", max_size=None) as socket:
            number = 0
            while not self.stop.is_set():
                rerun = BackMsg()
                rerun.rerun_script.page_name = PAGES[number % len(PAGES)]
                socket.send(rerun.SerializeToString())
                finished = ""
                while finished != "script_finished":
                    message = ForwardMsg.FromString(socket.recv(timeout=60, decode=False))
                    finished = message.WhichOneof("type") or ""
                number, self.runs = number + 1, self.runs + 1
                self.stop.wait(1.0)


def soaked(minutes: float, show: Callable[[str], object] = print) -> list[Reading]:
    """The readings of a run of this many minutes."""
    with ExitStack() as stack:
        room = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="stillframe-soak-")))
        database = stack.enter_context(cloned(running_server()))
        exchange = stack.enter_context(run_simulator())
        environment = {"STILLFRAME_DEMO_URL": exchange.url, "STILLFRAME_HOME": str(room), "STILLFRAME_CONFIG": ""}
        stack.enter_context(refresher(environment, database.url, room / "refresher.log"))
        site = stack.enter_context(website(database.url))
        web = _process_on(int(site.url.rpartition(":")[2]))
        stop = threading.Event()
        sessions = [Session(site.url, stop) for _ in range(SESSIONS)]
        threads = [threading.Thread(target=session.work, daemon=True) for session in sessions]
        for thread in threads:
            thread.start()
        until(lambda: all(session.runs >= len(PAGES) for session in sessions), seconds=STARTING_SECONDS)
        readings = [_reading(web, sessions)]
        for tenth in range(TENTHS):
            time.sleep(minutes * 60 / TENTHS)
            readings.append(_reading(web, sessions))
            show(_line(tenth + 1, readings))
        stop.set()
    return readings


def problems_of(readings: Sequence[Reading]) -> list[str]:
    """Growth that has not settled, each as a line."""
    half, last = readings[len(readings) // 2], readings[-1]
    problems = []
    if last.megabytes > half.megabytes * (1 + MOST_GROWTH):
        problems.append(f"memory still grows: {half.megabytes:.0f} MB at half time, {last.megabytes:.0f} MB at the end")
    if last.megabytes > MOST_MEGABYTES:
        problems.append(f"{last.megabytes:.0f} MB are more than {MOST_MEGABYTES:.0f} MB")
    early, late = _cost(readings[1], half), _cost(half, last)
    if late > early * MOST_SLOWER:
        problems.append(
            f"a page run costs {early:.0f} ms of the processor in the first half, {late:.0f} ms in the second"
        )
    return problems


def _cost(first: Reading, last: Reading) -> float:
    """Processor milliseconds for each page run between two readings."""
    return (last.cpu - first.cpu) * 1000 / max(1, last.runs - first.runs)


def _line(number: int, readings: Sequence[Reading]) -> str:
    previous, last = readings[-2], readings[-1]
    runs = last.runs - previous.runs
    return f"{number:3}/{TENTHS}  {last.megabytes:6.1f} MB  {runs:5} page runs  {_cost(previous, last):6.1f} ms a run"


def _reading(web: psutil.Process, sessions: Sequence[Session]) -> Reading:
    times = web.cpu_times()
    return Reading(web.memory_info().rss / 2**20, sum(session.runs for session in sessions), times.user + times.system)


def _process_on(port: int) -> psutil.Process:
    """Our child that listens on a port."""
    for process in psutil.Process(os.getpid()).children(recursive=True):
        if f"{port}" in process.cmdline():
            return process
    raise AssertionError(f"no process listens on {port}")


def main(minutes: float) -> int:
    """Run and print. Returns the exit code."""
    begin_run()
    try:
        problems = problems_of(soaked(minutes))
    finally:
        end_run()
    print("\n".join(problems) or "settled")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1])))
