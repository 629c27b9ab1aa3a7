"""Keeps the processes of `make run` running: prints their output, restarts them when they end, stops them in order.

honcho runs each process and reads its output. Its manager is not used, because it stops everything when one process
ends, and Postgres before its writers.
"""

import os
import queue
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from honcho.colour import get_colours
from honcho.printer import Message, Printer
from honcho.process import Process

from db.stopping import Stop
from launcher.children import Child
from launcher.preflight import NotReady

SHORTEST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 30.0
# A process that ran this long was well, so its next pause is the shortest again.
WELL_SECONDS = 60.0
LOOK_SECONDS = 0.1
# A restart cannot help after this exit code.
BAD_CONFIGURATION = 2


@dataclass
class RunningChild:
    """The current state of one child."""

    child: Child
    colour: str
    pid: int | None = None
    code: int | None = None
    started: float = 0.0
    ends_in_a_row: int = 0
    restart_at: float | None = None

    @property
    def is_alive(self) -> bool:
        """True while the process runs."""
        return self.code is None


class Supervisor:
    """The children of one run. `start` may be called from any thread. Everything else happens in `run`."""

    def __init__(self, printer: Printer, say: Callable[[str], None]) -> None:
        self._printer = printer
        self._say = say
        self._events: queue.Queue[Message] = queue.Queue()
        self._running: dict[str, RunningChild] = {}
        self._colours = get_colours()
        self._is_stopping = False
        self._starting = threading.Lock()
        self.stop = Stop()
        self.exit_code = 0

    def start(self, child: Child) -> None:
        """Start a child. Raises NotReady without a problem line after the stop request."""
        with self._starting:
            if self.stop.requested:
                raise NotReady
            self._printer.width = max(self._printer.width, len(child.name))
            self._running[child.name] = running = RunningChild(child, next(self._colours))
            self._spawn(running)

    def ended(self, name: str) -> int | None:
        """The exit code of a one-off command. None while it runs."""
        return self._running[name].code

    def run(self) -> None:
        """Print the output of the children and keep them running until `stop` is requested. Then stop them in order."""
        while not self.stop.requested:
            self._take_event(LOOK_SECONDS)
            self._restart_due()
        with self._starting:  # a child in its start is stopped with the others, and none starts later
            self._is_stopping = True
        self._say("stopping")
        self._stop_all()

    def fail(self, code: int) -> None:
        """Stop everything and exit with this code."""
        self.exit_code = code
        self.stop.request()

    def _spawn(self, running: RunningChild) -> None:
        running.code, running.pid, running.restart_at = None, None, None
        running.started = time.monotonic()
        child = running.child
        process = Process(child.shell_line(), name=child.name, colour=running.colour, env=child.process_environment())
        threading.Thread(target=process.run, args=(self._events,), name=child.name, daemon=True).start()

    def _take_event(self, wait: float) -> None:
        try:
            message = self._events.get(timeout=wait)
        except queue.Empty:
            return
        if message.type == "line":
            words = message.data.strip()
            if words and not words.decode(errors="replace").startswith(self._running[message.name].child.unsaid):
                self._printer.write(message)
        elif message.type == "start":
            self._running[message.name].pid = message.data["pid"]
        elif message.type == "stop":
            self._note_end(self._running[message.name], message.data["returncode"])

    def _note_end(self, running: RunningChild, code: int) -> None:
        running.code = code
        if self._is_stopping or self.stop.requested or not running.child.is_kept:
            return
        if code == BAD_CONFIGURATION:
            self._say(f"{running.child.name} cannot use its configuration (see above): stopping")
            self.fail(BAD_CONFIGURATION)
            return
        was_well = time.monotonic() - running.started >= WELL_SECONDS
        running.ends_in_a_row = 1 if was_well else running.ends_in_a_row + 1
        pause = min(SHORTEST_PAUSE_SECONDS * 2 ** (running.ends_in_a_row - 1), LONGEST_PAUSE_SECONDS)
        running.restart_at = time.monotonic() + pause
        self._say(f"{running.child.name} {_ended(code)}: starting it again in {pause:.0f} s")

    def _restart_due(self) -> None:
        for running in list(self._running.values()):
            if running.restart_at is not None and time.monotonic() >= running.restart_at:
                self._spawn(running)

    def _stop_all(self) -> None:
        for rank in sorted({running.child.rank for running in self._running.values()}):
            going = [r for r in self._running.values() if r.child.rank == rank and r.is_alive]
            self._stop(going)

    def _stop(self, going: list[RunningChild]) -> None:
        deadline = time.monotonic() + max((running.child.stop_seconds for running in going), default=0)
        signalled: set[str] = set()
        while any(running.is_alive for running in going):
            late = time.monotonic() >= deadline
            for running in going:
                name = running.child.name
                if running.pid is None or not running.is_alive or (name in signalled and not late):
                    continue
                signalled.add(name)
                _signal(running.pid, signal.SIGKILL if late else signal.SIGTERM)
            self._take_event(LOOK_SECONDS)
        while not self._events.empty():
            self._take_event(0)


def _signal(pid: int, number: signal.Signals) -> None:
    """Signal the child and its own children. Each child is a session of its own."""
    try:
        os.killpg(pid, number)
    except ProcessLookupError:
        return


def _ended(code: int) -> str:
    if code >= 0:
        return f"ended (exit code {code})"
    return f"was killed ({signal.Signals(-code).name})"
