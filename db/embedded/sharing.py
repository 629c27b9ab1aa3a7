"""Several processes share one server: whoever comes first starts it, the last to leave stops it.

Who uses it is told by locks on files in the home, which the operating system gives back when a process dies, however
it dies; a list of process ids would outlive a kill. While a supervisor runs, it alone starts and stops the server.
"""

import atexit
import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from db.embedded.account import EmbeddedPostgresError
from db.embedded.cluster import Cluster, State

_held: dict[Path, "Share"] = {}
_guard = threading.Lock()


class FileLock:
    """A lock on a file of the home; whoever can read the file can take it."""

    def __init__(self, home: Path, name: str) -> None:
        self._path = home / name
        self._descriptor: int | None = None

    def take(self, *, shared: bool = False, wait: bool = True) -> bool:
        """Take it, or change how it is held; False when others hold it and we would not wait."""
        if self._descriptor is None:
            self._descriptor = os.open(self._path, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(self._descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            return False
        return True

    def leave(self) -> None:
        """Give it back."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


class Share:
    """This process's part in the server of one home."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self._users = FileLock(cluster.home, "postgres.users")
        # The server that was started because somebody needed it, and that goes when nobody does.
        self._on_demand = cluster.home / "postgres.on-demand"

    def enter(self) -> None:
        """Use the server from now on; start it if it does not run and nobody supervises it."""
        with changing(self.cluster.home):
            self._users.take(shared=True)
            if is_supervised(self.cluster.home) or self.cluster.state() is State.RUNNING:
                return
            self.cluster.start()
            self._on_demand.write_text(str(self.cluster.pid()))

    def leave(self) -> None:
        """Use it no longer; the last one out stops a server that was started on demand."""
        with changing(self.cluster.home):
            alone = self._users.take(wait=False)
            pid = self.cluster.pid()
            mine = pid is not None and self._on_demand.exists() and self._on_demand.read_text() == str(pid)
            if alone and mine and not is_supervised(self.cluster.home):
                self.cluster.stop()
            self._users.leave()

    def others(self) -> bool:
        """Whether another process uses the server."""
        alone = self._users.take(wait=False)
        self._users.take(shared=True)
        return not alone


def use_cluster(home: Path) -> None:
    """Share the embedded server of this home until the process ends, starting it if need be. Safe to repeat."""
    with _guard:
        if home in _held:
            return
        cluster = Cluster(home)
        cluster.make_home()
        share = Share(cluster)
        share.enter()
        _held[home] = share
        atexit.register(share.leave)


def keep_running(cluster: Cluster) -> None:
    """Start it so that it stays until it is told to stop."""
    cluster.make_home()
    with changing(cluster.home):
        cluster.start()
        (cluster.home / "postgres.on-demand").unlink(missing_ok=True)


def is_supervised(home: Path) -> bool:
    """Whether a supervisor looks after the server of this home."""
    lock = FileLock(home, "postgres.supervisor")
    try:
        return not lock.take(shared=True, wait=False)
    finally:
        lock.leave()


@contextmanager
def supervising(home: Path) -> Iterator[None]:
    """Be the supervisor of this home; there is one."""
    lock = FileLock(home, "postgres.supervisor")
    if not lock.take(wait=False):
        lock.leave()
        raise EmbeddedPostgresError(f"another process supervises the Postgres in {home}: stop that one first")
    try:
        yield
    finally:
        lock.leave()


@contextmanager
def changing(home: Path) -> Iterator[None]:
    """Alone in starting or stopping the server of this home."""
    lock = FileLock(home, "postgres.change")
    lock.take()
    try:
        yield
    finally:
        lock.leave()
