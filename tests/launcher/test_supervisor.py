"""The processes of `make run` are kept running, reported in one line, and stopped in order."""

import io
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from honcho.printer import Printer
from rich.console import Console

from launcher import supervisor as module
from launcher.children import Child
from launcher.preflight import NotReady
from launcher.progress import StandardOutput, Steps
from launcher.running import _start
from launcher.supervisor import Supervisor


@dataclass
class Stage:
    """A supervisor running in a thread, with its messages and the output of its children."""

    supervisor: Supervisor
    said: list[str]
    printed: io.StringIO = field(default_factory=io.StringIO)
    thread: threading.Thread | None = None

    def play(self, *children: Child) -> None:
        for child in children:
            self.supervisor.start(child)
        self.thread = threading.Thread(target=self.supervisor.run, daemon=True)
        self.thread.start()

    def stop(self) -> None:
        self.supervisor.stop.request()
        assert self.thread is not None
        self.thread.join(60)
        assert not self.thread.is_alive()
        assert self.said.pop() == "stopping"


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    monkeypatch.setattr(module, "SHORTEST_PAUSE_SECONDS", 0.05)
    monkeypatch.setattr(module, "LOOK_SECONDS", 0.02)
    said: list[str] = []
    printed = io.StringIO()
    stage = Stage(Supervisor(Printer(printed), said.append), said, printed)
    yield stage
    if stage.thread is not None and stage.thread.is_alive():
        stage.stop()


def child(name: str, program: str, *, rank: int = 1, is_kept: bool = True, stop_seconds: float = 5.0) -> Child:
    return Child(name, (sys.executable, "-c", program), rank, is_kept=is_kept, stop_seconds=stop_seconds)


def until(condition: Callable[[], object], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


def test_output_of_a_child_has_its_name(stage):
    stage.play(child("web", "print('hello', flush=True); import time; time.sleep(60)"))
    until(lambda: "web | hello" in stage.printed.getvalue())


def test_a_child_that_dies_is_reported_in_one_line_and_restarted(stage, tmp_path):
    program = f"open({str(tmp_path / 'starts')!r}, 'a').write('x'); import time; time.sleep(60)"
    stage.play(child("refresher", program))
    starts = tmp_path / "starts"
    until(lambda: starts.exists() and starts.read_text() == "x")
    until(lambda: stage.supervisor._running["refresher"].pid is not None)
    os.kill(stage.supervisor._running["refresher"].pid, signal.SIGKILL)
    until(lambda: starts.read_text() == "xx")
    assert stage.said == ["refresher was killed (SIGKILL): starting it again in 0 s"]


def test_a_child_that_keeps_dying_is_restarted_less_and_less_often(stage):
    stage.play(child("web", "raise SystemExit(1)"))
    until(lambda: len(stage.said) >= 4)
    pauses = [stage.supervisor._running["web"].ends_in_a_row]
    assert pauses[0] >= 4
    assert stage.said[0].startswith("web ended (exit code 1)")


def test_a_child_with_a_bad_configuration_ends_all(stage):
    stage.play(child("refresher", "raise SystemExit(2)"), child("web", "import time; time.sleep(60)"))
    stage.thread.join(60)
    assert not stage.thread.is_alive()
    assert stage.supervisor.exit_code == 2
    assert not any(running.is_alive for running in stage.supervisor._running.values())


def test_a_one_off_that_ends_is_not_restarted(stage):
    stage.play(child("seeding", "raise SystemExit(3)", is_kept=False))
    until(lambda: stage.supervisor.ended("seeding") == 3)
    assert stage.said == []


def test_children_stop_in_order_with_the_database_last(stage, tmp_path):
    log = tmp_path / "log"
    program = (
        "import signal, sys, time\n"
        "def end(*_):\n"
        f"    open({str(log)!r}, 'a').write(sys.argv[1] + ' ')\n"
        "    sys.exit(0)\n"
        "signal.signal(signal.SIGTERM, end)\n"
        "print('ready', flush=True)\n"
        "while True: time.sleep(1)\n"
    )
    for name, rank in (("database", 3), ("web", 1), ("simulator", 2)):
        stage.supervisor.start(Child(name, (sys.executable, "-c", program, name), rank))
    stage.play()
    until(lambda: stage.printed.getvalue().count("ready") == 3)
    stage.stop()
    assert log.read_text().split() == ["web", "simulator", "database"]
    assert stage.supervisor.exit_code == 0


def test_nothing_is_started_after_a_stop_was_requested(stage, tmp_path):
    started = tmp_path / "started"
    stage.play(child("database", "import time; time.sleep(60)"))
    stage.supervisor.stop.request()
    with pytest.raises(NotReady) as refused:
        stage.supervisor.start(child("web", f"open({str(started)!r}, 'w')"))
    assert refused.value.problems == ()
    stage.thread.join(60)
    assert list(stage.supervisor._running) == ["database"]
    assert not started.exists()


@pytest.mark.parametrize("error", [NotReady("Postgres was not ready within 120 s"), OSError("connection refused")])
@pytest.mark.parametrize("is_stopping", [False, True])
def test_a_process_ended_by_ctrl_c_is_no_failure(stage, monkeypatch, error, is_stopping):
    class Starting:
        def __init__(self, *_: object) -> None: ...

        def all(self) -> None:
            if is_stopping:
                stage.supervisor.stop.request()
            raise error

    monkeypatch.setattr("launcher.starting.Starting", Starting)
    told = io.StringIO()
    _start(None, stage.supervisor, Steps(Console(file=told)), StandardOutput())  # type: ignore[arg-type]
    assert (str(error) in told.getvalue()) is not is_stopping
    assert stage.supervisor.exit_code == (0 if is_stopping else 1)


def test_a_child_that_will_not_stop_is_killed_in_time(stage):
    program = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True)\n"
    stage.play(child("web", program + "while True: time.sleep(1)", stop_seconds=0.3))
    until(lambda: "deaf" in stage.printed.getvalue())
    stage.stop()


@pytest.mark.skipif(not Path("/usr/bin/setpriv").exists(), reason="the kernel is asked through setpriv")
def test_children_do_not_outlive_a_launcher_that_was_killed(tmp_path):
    program = (
        "from launcher.supervisor import Supervisor; from launcher.children import Child; import io, sys\n"
        "from honcho.printer import Printer\n"
        "s = Supervisor(Printer(sys.stdout), print)\n"
        "child = 'import os, time; print(os.getpid(), flush=True); time.sleep(60)'\n"
        "s.start(Child('web', (sys.executable, '-c', child), 1))\n"
        "s.run()\n"
    )
    root = Path(__file__).parents[2]
    launcher = subprocess.Popen([sys.executable, "-c", program], cwd=root, stdout=subprocess.PIPE, text=True)
    assert launcher.stdout is not None
    pid = int(launcher.stdout.readline().rsplit("|", 1)[1])
    launcher.kill()
    launcher.wait()
    until(lambda: not Path(f"/proc/{pid}").exists() or "Z" in Path(f"/proc/{pid}/stat").read_text().split()[2])
    launcher.stdout.close()
