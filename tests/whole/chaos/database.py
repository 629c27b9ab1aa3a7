"""Faults of Postgres: killed, frozen, full, locked, read-only, without rights."""

import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import psutil
from sqlalchemy import text

from db.embedded.sharing import keep_running
from tests.whole.chaos.fault import Act, Fault, not_ready, says
from tests.whole.chaos.stack import Stack, until

KILL, STOP, GO_ON = signal.SIGKILL, signal.SIGSTOP, signal.SIGCONT
AGAIN = "started again by its supervisor, no row is lost"
WAITS = "the pages show what they have, and go on by themselves"


@contextmanager
def killed(stack: Stack) -> Iterator[None]:
    os.kill(stack.postmaster(), KILL)
    yield


@contextmanager
def killed_with_its_supervisor(stack: Stack) -> Iterator[None]:
    """Both die within a second."""
    server, supervisor = stack.postmaster(), stack.process("database").pid
    os.kill(server, KILL)
    os.kill(supervisor, KILL)
    yield


@contextmanager
def supervisor_killed(stack: Stack) -> Iterator[None]:
    stack.signal("database", KILL)
    yield


def left_lock_file(content: str) -> Act:
    """Both die and leave a lock file with another content."""

    @contextmanager
    def act(stack: Stack) -> Iterator[None]:
        server, supervisor = stack.postmaster(), stack.process("database").pid
        os.kill(supervisor, STOP)
        children = psutil.Process(server).children()
        os.kill(server, KILL)
        psutil.wait_procs(children, timeout=60)
        (stack.cluster.data / "postmaster.pid").write_text(content)
        os.kill(supervisor, KILL)
        yield

    return act


def child_killed(name: str) -> Act:
    """A process of Postgres dies. Postgres then restarts all others."""

    @contextmanager
    def act(stack: Stack) -> Iterator[None]:
        for process in psutil.Process(stack.postmaster()).children():
            with suppress(psutil.Error):
                if name in " ".join(process.cmdline()):
                    process.kill()
                    break
        else:
            raise AssertionError(f"no process {name}")
        yield

    return act


@contextmanager
def frozen(stack: Stack) -> Iterator[None]:
    """Every process of Postgres stands still."""
    server = psutil.Process(stack.postmaster())
    processes = [server, *server.children()]
    for process in processes:
        process.suspend()
    try:
        yield
    finally:
        for process in processes:
            with suppress(psutil.Error):
                process.resume()


@contextmanager
def postmaster_frozen(stack: Stack) -> Iterator[None]:
    """No new connection is accepted."""
    server = psutil.Process(stack.postmaster())
    server.suspend()
    try:
        yield
    finally:
        server.resume()


@contextmanager
def shut_down(stack: Stack) -> Iterator[None]:
    """A person shuts the server down and starts it again."""
    stack.cluster.stop()
    try:
        yield
    finally:
        keep_running(stack.cluster)


def runs(statement: str, undo: str = "") -> Act:
    """A statement of the owner, and its opposite afterwards."""

    @contextmanager
    def act(stack: Stack) -> Iterator[None]:
        stack.run(statement)
        try:
            yield
        finally:
            if undo:
                stack.run(undo)

    return act


def set_by_system(setting: str, value: str) -> Act:
    @contextmanager
    def act(stack: Stack) -> Iterator[None]:
        stack.run(f"ALTER SYSTEM SET {setting} = {value}")
        stack.run("SELECT pg_reload_conf()")
        stack.run(TERMINATE)
        try:
            yield
        finally:
            with stack.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("SET default_transaction_read_only = off"))
                connection.execute(text(f"ALTER SYSTEM RESET {setting}"))
                connection.execute(text("SELECT pg_reload_conf()"))
            stack.run(TERMINATE)

    return act


def locked(table: str) -> Act:
    """Another transaction holds a table."""

    @contextmanager
    def act(stack: Stack) -> Iterator[None]:
        with stack.engine.connect() as connection:
            connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
            connection.execute(text(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE"))
            yield
            connection.rollback()

    return act


@contextmanager
def no_connection_left(stack: Stack) -> Iterator[None]:
    """Other clients hold every connection."""
    stack.run(TERMINATE)
    with ExitStack() as held:
        with suppress(Exception):
            while True:
                held.enter_context(stack.engine.connect())
        yield


@contextmanager
def full_disk(stack: Stack) -> Iterator[None]:
    """No byte is left. Without a file system of its own, only a little can be filled, and the fault is skipped."""
    filler = stack.cluster.home.parent / "filler"
    fill_up(filler)
    try:
        yield
    finally:
        filler.unlink()


@contextmanager
def killed_on_a_full_disk(stack: Stack) -> Iterator[None]:
    with full_disk(stack):
        killed_server = stack.postmaster()
        os.kill(killed_server, KILL)
        until(lambda: not is_running(killed_server))  # it may even find room in what the killed one left
        yield


def is_running(pid: int) -> bool:
    """True while the process lives. One that ended and was not collected yet does not."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def fill_up(file: Path) -> None:
    """Write until the disk is full."""
    with file.open("wb", buffering=0) as filler:
        for size in (1 << 20, 1 << 12, 1):
            with suppress(OSError):
                while filler.write(b"x" * size) == size:
                    pass


TERMINATE = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
CANCEL = TERMINATE.replace("terminate", "cancel")
LEASES = "SELECT count(pg_terminate_backend(pid)) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"


def database_faults(*, has_own_disk: bool) -> Iterator[Fault]:
    yield Fault("Postgres killed", AGAIN, killed, says("Postgres was killed or crashed: started again"))
    yield Fault("Postgres and its supervisor killed at once", AGAIN, killed_with_its_supervisor)
    yield Fault("supervisor of Postgres killed", AGAIN, supervisor_killed, says("database was killed (SIGKILL)"))
    yield Fault("an empty lock file left behind", AGAIN, left_lock_file(""))
    yield Fault(
        "a lock file with the number of another process", AGAIN, left_lock_file(f"{os.getpid()}\n/x\n1\n5432\n")
    )
    for name in ("checkpointer", "walwriter", "stillframe"):
        yield Fault(f"a process of Postgres killed: {name}", AGAIN, child_killed(name))
    yield Fault("all of Postgres stands still", WAITS, frozen, not_ready("did not answer"))
    yield Fault("Postgres accepts no connection", WAITS, postmaster_frozen)
    yield Fault("Postgres shut down by hand", "stays down until it is started", shut_down, not_ready("reached"))
    yield Fault("all connections ended", WAITS, runs(TERMINATE))
    yield Fault("all queries cancelled", WAITS, runs(CANCEL))
    yield Fault("the lease ended", "taken again", runs(LEASES))
    yield Fault("no connection left", WAITS, no_connection_left)
    for table in ("refresh", "price", "order_version"):
        yield Fault(f"{table} locked", WAITS, locked(table))
    yield Fault("read-only", WAITS, set_by_system("default_transaction_read_only", "on"))
    yield Fault(
        "pages without rights", WAITS, runs("REVOKE SELECT ON refresh FROM stillframe_reader",
                                            "GRANT SELECT ON refresh TO stillframe_reader"), not_ready("permission"),
    )  # fmt: skip
    yield Fault(
        "a table away, as in a restore", WAITS, runs("ALTER TABLE refresh RENAME TO refresh_away",
                                                     "ALTER TABLE refresh_away RENAME TO refresh"),
        not_ready("has not been set up"),
    )  # fmt: skip
    yield Fault("VACUUM FULL of refreshes", WAITS, runs("VACUUM FULL refresh"))
    if has_own_disk:
        yield Fault("a full disk", WAITS, full_disk)
        yield Fault("Postgres killed on a full disk", "started again when there is room", killed_on_a_full_disk)
