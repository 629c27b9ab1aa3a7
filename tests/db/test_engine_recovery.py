"""The embedded Postgres after faults: it starts again by itself, and never touches the server of another home."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from db.embedded import Cluster, EmbeddedPostgresError, EmbeddedPostgresFailed, State, supervision
from db.stopping import Stop
from tests.db.test_engine_embedded import a_supervisor_of, answers, until
from tests.postgres import new_home, remove_home
from tests.refresher.conftest import settings_for

FULL_DISK = OSError(28, "No space left on device")


@pytest.fixture(scope="module")
def foreign() -> Iterator[Cluster]:
    """A Postgres of another home, which must live on."""
    home = new_home()
    Cluster(home).start()
    yield Cluster(home)
    Cluster(home).stop()
    remove_home(home)


@pytest.fixture(scope="module")
def stopped_home() -> Iterator[Path]:
    home = new_home()
    Cluster(home).start()
    Cluster(home).stop()
    yield home
    remove_home(home)


@pytest.fixture
def home(stopped_home: Path) -> Iterator[Path]:
    yield stopped_home
    Cluster(stopped_home).stop()


def killed(home: Path) -> str:
    """Start and kill the server. Returns the lock file that it left."""
    cluster = Cluster(home)
    cluster.start()
    pid = cluster.pid()
    assert pid is not None
    children = psutil.Process(pid).children()
    os.kill(pid, signal.SIGKILL)
    psutil.wait_procs(children, timeout=60)
    until(lambda: cluster.state() is State.CRASHED)
    return (cluster.data / "postmaster.pid").read_text()


def test_a_stale_lock_file_with_the_number_of_a_foreign_postgres_stops_no_foreign_server(
    home: Path, foreign: Cluster
) -> None:
    cluster, foreign_pid = Cluster(home), foreign.pid()
    lines = killed(home).splitlines()
    theirs = (foreign.data / "postmaster.pid").read_text().splitlines()
    (cluster.data / "postmaster.pid").write_text("\n".join([str(foreign_pid), lines[1], theirs[2], *lines[3:]]) + "\n")
    assert cluster.state() is State.CRASHED
    assert cluster.pid() is None
    cluster.stop()
    assert foreign.pid() == foreign_pid
    cluster.start()
    assert answers(home)
    assert cluster.pid() != foreign_pid
    cluster.stop()
    assert foreign.pid() == foreign_pid


def test_the_start_time_decides_where_a_process_hides_its_directory(
    foreign: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(_: psutil.Process) -> str:
        raise psutil.AccessDenied

    monkeypatch.setattr(psutil.Process, "cwd", denied)
    assert foreign.state() is State.RUNNING
    lines = (foreign.data / "postmaster.pid").read_text().splitlines()
    other = foreign.home / "other"
    other.mkdir()
    (other / "postgres").mkdir()
    (other / "postgres" / "PG_VERSION").write_text("18\n")
    for number, value in ((2, str(int(lines[2]) - 3600)), (3, "6543")):
        changed = [*lines[:number], value, *lines[number + 1 :]]
        (other / "postgres" / "postmaster.pid").write_text("\n".join(changed) + "\n")
        assert Cluster(other).state() is State.CRASHED


def test_an_empty_lock_file_that_a_full_disk_left_does_not_keep_the_server_down(home: Path) -> None:
    killed(home)
    (home / "postgres" / "postmaster.pid").write_text("")
    assert Cluster(home).state() is State.CRASHED
    Cluster(home).start()
    assert answers(home)


def test_a_server_starts_although_its_settings_cannot_be_written_again(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed(home)

    def refuse(*_: object, **__: object) -> int:
        raise FULL_DISK

    monkeypatch.setattr(Path, "write_text", refuse)
    Cluster(home).start()
    assert answers(home)


@pytest.mark.slow
def test_it_starts_again_when_server_and_supervisor_die_within_a_second(home: Path) -> None:
    with a_supervisor_of(home) as supervisor:
        pid = Cluster(home).pid()
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        supervisor.kill()
    with a_supervisor_of(home):
        until(lambda: answers(home))
        assert Cluster(home).pid() != pid


@pytest.mark.parametrize(
    "fault", [EmbeddedPostgresFailed("Postgres did not start: x"), FULL_DISK, subprocess.TimeoutExpired("pg_ctl", 70)]
)
@pytest.mark.slow
def test_a_start_that_fails_is_tried_again_with_one_line_for_each_error(
    fault: Exception, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    starts, stop = iter([fault, fault, fault, None]), Stop()

    def start(_: Cluster) -> None:
        if (error := next(starts)) is not None:
            raise error
        stop.request()

    monkeypatch.setattr(supervision, "keep_running", start)
    monkeypatch.setattr(supervision, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(Cluster, "state", lambda _: State.STOPPED)
    supervision._watch(Cluster(Path("/nowhere")), stop)
    lines = capfd.readouterr().err.splitlines()
    assert lines == [f"stillframe: {fault}. Trying again", "stillframe: Postgres runs in /nowhere/postgres"]


def test_an_error_of_the_set_up_is_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Cluster) -> None:
        raise EmbeddedPostgresError("made by Postgres 14")

    monkeypatch.setattr(supervision, "keep_running", refuse)
    with pytest.raises(EmbeddedPostgresError, match="made by Postgres 14"):
        supervision._watch(Cluster(Path("/nowhere")), Stop())


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A file system of 160 MB. Only root may mount it."""
    disk = new_home()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=160m", "none", str(disk)], capture_output=True, check=False
    )
    if mounted.returncode:
        remove_home(disk)
        pytest.skip("no right to mount a file system")
    disk.chmod(0o755)
    yield disk
    subprocess.run(["umount", "-l", str(disk)], capture_output=True, check=False)
    remove_home(disk)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="tmpfs")
def test_a_server_killed_on_a_full_disk_starts_again_when_there_is_room(small_disk: Path) -> None:
    home = small_disk / "home"
    home.mkdir()
    with a_supervisor_of(home) as supervisor:
        assert supervisor.stderr is not None
        filler = small_disk / "filler"
        fill_up(filler)
        pid = Cluster(home).pid()
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        assert "Trying again" in supervisor.stderr.readline()
        filler.unlink()
        until(lambda: answers(home), 60)


def fill_up(file: Path) -> None:
    """Write until the disk is full."""
    with file.open("wb", buffering=0) as filler:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while filler.write(b"x" * size) == size:
                    pass
            except OSError:
                continue


def test_a_refresher_whose_postgres_does_not_start_is_started_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 2 would end `make run`."""
    from refresher import __main__ as refresher

    def fail(*_: object) -> int:
        raise EmbeddedPostgresFailed("Postgres did not start: no space left on device")

    monkeypatch.setattr(refresher, "_run", fail)
    monkeypatch.setattr(refresher, "configure_log_lines", lambda *_: None)
    monkeypatch.setattr(refresher, "load_settings", lambda: settings_for("http://127.0.0.1:9", "main"))
    assert refresher.main(["--once"]) == 1
