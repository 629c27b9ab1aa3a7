"""The embedded Postgres: started on demand, shared, supervised, and clear errors if it cannot run."""

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
def stopped_home() -> Iterator[Path]:
    """A home whose server was started once and is stopped. Tests must leave it stopped."""
    home = new_home()
    Cluster(home).start()
    Cluster(home).stop()
    yield home
    remove_home(home)


@pytest.fixture
def home(stopped_home: Path) -> Iterator[Path]:
    yield stopped_home
    Cluster(stopped_home).stop()


@pytest.fixture
def empty_home() -> Iterator[Path]:
    home = new_home()
    yield home
    remove_home(home)


def until(condition: Callable[[], object], seconds: float = 60) -> None:
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
    """A Python of this version that the user may run. The current one may be in a private home."""
    for candidate in (sys.executable, "/usr/bin/python3"):
        command = [candidate, "-c", "import sys; print(sys.version_info[:2])"]
        with suppress(OSError):
            output = subprocess.run(command, capture_output=True, text=True, check=False, user=user).stdout
            if output.strip() == str(sys.version_info[:2]):
                return candidate
    return pytest.skip("no Python that an ordinary user may run")


@contextmanager
def a_user_of(home: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that uses the server until its stdin is closed."""
    process = subprocess.Popen(
        [sys.executable, "-c", STAY, str(home)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "uses it\n"
        yield process
    finally:
        process.communicate(timeout=60)


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
        process.communicate(timeout=60)


def test_the_first_user_starts_the_server_and_the_last_one_stops_it(home):
    cluster = Cluster(home)
    with a_user_of(home):
        with a_user_of(home):
            assert cluster.state() is State.RUNNING
        assert cluster.state() is State.RUNNING
    assert cluster.state() is State.STOPPED


@pytest.mark.slow
def test_a_killed_user_does_not_keep_the_server_running(home):
    with a_user_of(home):
        with a_user_of(home) as killed:
            killed.kill()
            killed.wait()
        assert Cluster(home).state() is State.RUNNING
    assert Cluster(home).state() is State.STOPPED


@pytest.mark.slow
@pytest.mark.slow
def test_a_manually_started_server_stays_when_its_users_leave(home):
    assert db(home, "start").stdout.startswith("running, process ")
    with a_user_of(home):
        pass
    assert db(home, "status").returncode == 0
    assert db(home, "stop").stdout.startswith("stopped, ")


def test_a_killed_server_is_restarted_by_its_supervisor(home):
    with a_supervisor_of(home):
        killed = Cluster(home).pid()
        assert killed is not None
        os.kill(killed, signal.SIGKILL)
        until(lambda: Cluster(home).pid() not in (None, killed) and answers(home))
    assert Cluster(home).state() is State.STOPPED


@pytest.mark.slow
def test_a_shutdown_server_stays_down_under_its_supervisor(home):
    with a_supervisor_of(home) as supervisor:
        Cluster(home).stop()
        assert supervisor.stderr is not None
        assert "was shut down" in supervisor.stderr.readline()
        with a_user_of(home):  # under a supervisor a user starts no server
            assert Cluster(home).state() is State.STOPPED
        keep_running(Cluster(home))
        assert "runs again" in supervisor.stderr.readline()
        assert answers(home)
    assert Cluster(home).state() is State.STOPPED


@pytest.mark.slow
def test_the_supervisor_stops_when_the_users_have_finished(home):
    with a_supervisor_of(home) as supervisor:
        with a_user_of(home):
            supervisor.terminate()
            with pytest.raises(subprocess.TimeoutExpired):
                supervisor.wait(0.5)
            assert answers(home)
        assert supervisor.wait(60) == 0
    assert Cluster(home).state() is State.STOPPED


@pytest.mark.slow
def test_one_home_has_one_supervisor(home):
    with a_supervisor_of(home):
        second = db(home, "serve")
    assert second.returncode == 2
    assert "another process supervises" in second.stderr


def test_the_server_listens_on_no_network_and_its_data_is_private(home):
    with a_user_of(home):
        engine = create_engine(Cluster(home).url())
        with engine.connect() as connection:
            assert connection.execute(text("SHOW listen_addresses")).scalar() == ""
            assert connection.execute(text("SHOW fsync")).scalar() == "on"
            assert connection.execute(text("SHOW synchronous_commit")).scalar() == "on"
        engine.dispose()
    assert (home / "postgres").stat().st_mode & 0o077 == 0


@pytest.mark.slow
def test_pg_ctl_by_hand_starts_the_same_server(home):
    """A server started with pg_ctl uses the same settings, so every process finds it."""
    cluster = Cluster(home)
    with a_supervisor_of(home):
        before = cluster.pid()
        cluster.stop()
        from db.embedded.account import account_of
        from db.embedded.binaries import pg_program

        command = [
            pg_program("pg_ctl"),
            "-D",
            str(cluster.data),
            "-w",
            "-l",
            str(cluster.data / "by-hand.log"),
            "start",
        ]
        assert account_of(cluster.data).run(command, 30).returncode == 0
        assert cluster.pid() != before
        assert answers(home)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["a" * 120, "with space, comma and 'quote'"])
def test_the_home_may_have_any_path(empty_home, name):
    home = empty_home / name
    with a_user_of(home):
        assert answers(home)
        sockets = Cluster(home).sockets()
    assert Cluster(home).state() is State.STOPPED
    assert sockets.exists() == (sockets == home / "postgres")


@pytest.mark.slow
def test_an_interrupted_initdb_starts_again(empty_home):
    (empty_home / "postgres.new" / "base").mkdir(parents=True)
    cluster = Cluster(empty_home)
    cluster.make()
    assert cluster.state() is State.STOPPED
    assert not (empty_home / "postgres.new").exists()


@pytest.mark.slow
def test_data_of_another_version_is_refused_in_one_line(empty_home):
    (empty_home / "postgres").mkdir(mode=0o700)
    (empty_home / "postgres" / "PG_VERSION").write_text("14\n")
    with pytest.raises(EmbeddedPostgresError, match=r"made by Postgres 14, this is 18: dump it"):
        Cluster(empty_home).start()


def test_a_directory_with_other_files_is_left_alone(empty_home):
    (empty_home / "postgres").mkdir()
    (empty_home / "postgres" / "letters.txt").touch()
    with pytest.raises(EmbeddedPostgresError, match="move them away"):
        use_cluster(empty_home)
    assert (empty_home / "postgres" / "letters.txt").exists()


def test_a_home_that_cannot_be_created_is_an_error_of_one_line(empty_home):
    (empty_home / "file").touch()
    result = db(empty_home / "file" / "home", "start")
    assert result.returncode == 2
    assert result.stderr == (
        f"stillframe: STILLFRAME_HOME = '{empty_home}/file/home': Not a directory. "
        "Choose a directory that can be written\n"
    )


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
@pytest.mark.slow
def test_an_ordinary_user_can_run_the_server_but_not_in_a_foreign_home(empty_home):
    os.chown(empty_home, NOBODY, NOBODY)
    assert db(empty_home, "start", user=NOBODY).stdout.startswith("running")
    assert (empty_home / "postgres").stat().st_uid == NOBODY
    assert db(empty_home, "stop").stdout.startswith("stopped")  # root can stop it
    closed = new_home()
    refused = db(closed, "start", user=NOBODY)
    remove_home(closed)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "it cannot be written. Choose another, or change its owner" in refused.stderr


def test_embedded_commands_are_refused_with_a_database_url(database):
    result = subprocess.run(
        [sys.executable, "-m", "db", "stop"],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": database.url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stderr) == (
        2,
        "stillframe: DATABASE_URL is set: `stop` is for the embedded Postgres only\n",
    )
