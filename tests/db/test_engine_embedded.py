"""Our own Postgres: started by who needs it, shared, supervised, found again, and honest when it cannot run."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import sqlalchemy
from sqlalchemy import create_engine, text

from db.embedded import Cluster, EmbeddedPostgresError, State
from db.embedded.sharing import keep_running, use_cluster
from tests.postgres import new_home, remove_home

ROOT = Path(__file__).parents[2]
USER = "from pathlib import Path; from db.embedded import use_cluster; import sys; use_cluster(Path(sys.argv[1])); "
STAY = USER + "print('uses it', flush=True); sys.stdin.read()"
NOBODY = 65_534


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    """A home whose server was started once, for tests that leave it stopped."""
    home = new_home()
    Cluster(home).start()
    Cluster(home).stop()
    yield home
    remove_home(home)


@pytest.fixture
def home(made: Path) -> Iterator[Path]:
    yield made
    Cluster(made).stop()


@pytest.fixture
def empty_home() -> Iterator[Path]:
    home = new_home()
    yield home
    remove_home(home)


def until(condition: Callable[[], object], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def answers(home: Path) -> bool:
    engine = create_engine(Cluster(home).url())
    try:
        with engine.connect() as connection:
            return connection.execute(text("SELECT 1")).scalar() == 1
    except Exception:
        return False
    finally:
        engine.dispose()


def db(home: Path, command: str, user: int | None = None) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.defpath, "STILLFRAME_HOME": str(home), "PYTHONDONTWRITEBYTECODE": "1"}
    words = [sys.executable, "-m", "db", command]
    if user is not None:
        words[0] = python_of(user)
        environment["PYTHONPATH"] = str(Path(sqlalchemy.__file__).parents[1])
    return subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, user=user)


def python_of(user: int) -> str:
    """A Python that this user may run, of our version; ours may stand in a home of its own."""
    for candidate in (sys.executable, "/usr/bin/python3"):
        command = [candidate, "-c", "import sys; print(sys.version_info[:2])"]
        with suppress(OSError):
            told = subprocess.run(command, capture_output=True, text=True, check=False, user=user).stdout
            if told.strip() == str(sys.version_info[:2]):
                return candidate
    return pytest.skip("no Python that an ordinary user may run")


@contextmanager
def a_user_of(home: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that uses the server until its standard input is closed."""
    process = subprocess.Popen(
        [sys.executable, "-c", STAY, str(home)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "uses it\n"
        yield process
    finally:
        process.communicate(timeout=30)


@contextmanager
def a_supervisor_of(home: Path) -> Iterator[subprocess.Popen[str]]:
    environment = {**os.environ, "STILLFRAME_HOME": str(home)}
    process = subprocess.Popen(
        [sys.executable, "-m", "db", "serve"], cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stderr is not None
        assert "Postgres runs in" in process.stderr.readline()
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=30)


def test_whoever_comes_first_starts_it_and_the_last_to_leave_stops_it(home):
    cluster = Cluster(home)
    with a_user_of(home):
        with a_user_of(home):
            assert cluster.state() is State.RUNNING
        assert cluster.state() is State.RUNNING
    assert cluster.state() is State.STOPPED


def test_a_user_that_was_killed_keeps_nothing_running(home):
    with a_user_of(home):
        with a_user_of(home) as killed:
            killed.kill()
            killed.wait()
        assert Cluster(home).state() is State.RUNNING
    assert Cluster(home).state() is State.STOPPED


def test_a_server_that_was_started_by_hand_stays_when_its_users_leave(home):
    assert db(home, "start").stdout.startswith("running, process ")
    with a_user_of(home):
        pass
    assert db(home, "status").returncode == 0
    assert db(home, "stop").stdout.startswith("stopped, ")


def test_a_supervised_server_that_is_killed_comes_back_at_once(home):
    with a_supervisor_of(home):
        killed = Cluster(home).pid()
        assert killed is not None
        os.kill(killed, signal.SIGKILL)
        until(lambda: Cluster(home).pid() not in (None, killed) and answers(home))
    assert Cluster(home).state() is State.STOPPED


def test_a_supervised_server_that_was_shut_down_stays_down_until_it_is_started(home):
    with a_supervisor_of(home) as supervisor:
        Cluster(home).stop()
        assert supervisor.stderr is not None
        assert "was shut down" in supervisor.stderr.readline()
        with a_user_of(home):  # a user under a supervisor starts nothing by itself
            assert Cluster(home).state() is State.STOPPED
        keep_running(Cluster(home))
        assert "runs again" in supervisor.stderr.readline()
        assert answers(home)
    assert Cluster(home).state() is State.STOPPED


def test_the_supervisor_stops_when_the_users_have_finished(home):
    with a_supervisor_of(home) as supervisor:
        with a_user_of(home):
            supervisor.terminate()
            with pytest.raises(subprocess.TimeoutExpired):
                supervisor.wait(0.5)
            assert answers(home)
        assert supervisor.wait(30) == 0
    assert Cluster(home).state() is State.STOPPED


def test_one_home_has_one_supervisor(home):
    with a_supervisor_of(home):
        second = db(home, "serve")
    assert second.returncode == 2
    assert "another process supervises" in second.stderr


def test_it_listens_on_no_network_and_nobody_else_may_enter(home):
    with a_user_of(home):
        engine = create_engine(Cluster(home).url())
        with engine.connect() as connection:
            assert connection.execute(text("SHOW listen_addresses")).scalar() == ""
            assert connection.execute(text("SHOW fsync")).scalar() == "on"
            assert connection.execute(text("SHOW synchronous_commit")).scalar() == "on"
        engine.dispose()
    assert (home / "postgres").stat().st_mode & 0o077 == 0


def test_pg_ctl_by_hand_starts_the_same_server(home):
    """Whoever starts it by Postgres's own means, every process finds it where it was."""
    cluster = Cluster(home)
    with a_supervisor_of(home):
        before = cluster.pid()
        cluster.stop()
        from db.embedded.account import account_of
        from db.embedded.cluster import _program

        command = [_program("pg_ctl"), "-D", str(cluster.data), "-w", "-l", str(cluster.data / "by-hand.log"), "start"]
        assert account_of(cluster.data).run(command, 30).returncode == 0
        assert cluster.pid() != before
        assert answers(home)


@pytest.mark.parametrize("name", ["a" * 120, "with space, comma and 'quote'"])
def test_any_path_will_do(empty_home, name):
    home = empty_home / name
    with a_user_of(home):
        assert answers(home)
        sockets = Cluster(home).sockets()
    assert Cluster(home).state() is State.STOPPED
    assert sockets.exists() == (sockets == home / "postgres")


def test_a_making_that_was_interrupted_is_begun_anew(empty_home):
    (empty_home / "postgres.new" / "base").mkdir(parents=True)
    cluster = Cluster(empty_home)
    cluster.make()
    assert cluster.state() is State.STOPPED
    assert not (empty_home / "postgres.new").exists()


def test_data_of_another_version_is_refused_in_one_line(empty_home):
    (empty_home / "postgres").mkdir(mode=0o700)
    (empty_home / "postgres" / "PG_VERSION").write_text("14\n")
    with pytest.raises(EmbeddedPostgresError, match=r"made by Postgres 14, this is 18: dump it"):
        Cluster(empty_home).start()


def test_a_directory_of_something_else_is_left_alone(empty_home):
    (empty_home / "postgres").mkdir()
    (empty_home / "postgres" / "letters.txt").touch()
    with pytest.raises(EmbeddedPostgresError, match="move it away"):
        use_cluster(empty_home)
    assert (empty_home / "postgres" / "letters.txt").exists()


def test_a_home_that_cannot_be_made_is_told_in_one_line(empty_home):
    (empty_home / "file").touch()
    told = db(empty_home / "file" / "home", "start")
    assert told.returncode == 2
    assert told.stderr == (
        f"stillframe: STILLFRAME_HOME = '{empty_home}/file/home': Not a directory; "
        "choose a directory that can be written\n"
    )


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_it_runs_for_an_ordinary_user_too_and_tells_who_may_not(empty_home):
    os.chown(empty_home, NOBODY, NOBODY)
    assert db(empty_home, "start", user=NOBODY).stdout.startswith("running")
    assert (empty_home / "postgres").stat().st_uid == NOBODY
    assert db(empty_home, "stop").stdout.startswith("stopped")  # root may
    closed = new_home()
    refused = db(closed, "start", user=NOBODY)
    remove_home(closed)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "it cannot be written; choose another, or change its owner" in refused.stderr


def test_the_embedded_commands_leave_a_database_url_alone(database):
    told = subprocess.run(
        [sys.executable, "-m", "db", "stop"],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": database.url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (told.returncode, told.stderr) == (
        2,
        "stillframe: DATABASE_URL is set: `stop` is for the embedded Postgres only\n",
    )
