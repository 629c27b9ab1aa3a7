"""Several processes share one server. The first user starts it, the last one stops it.

Users hold file locks in the home. The operating system releases a lock when its process dies, even by a kill. While a
supervisor runs, only the supervisor starts and stops the server.
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
    """A lock on a file of the home. Read access to the file is enough to take it."""

    def __init__(self, home: Path, name: str) -> None:
        self._path = home / name
        self._descriptor: int | None = None

    def take(self, *, shared: bool = False, wait: bool = True) -> bool:
        """Take the lock, or change its mode. Returns False if it is held elsewhere and `wait` is False."""
        if self._descriptor is None:
            self._descriptor = os.open(self._path, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(self._descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            return False
        return True

    def leave(self) -> None:
        """Release the lock."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


class Share:
    """This process as a user of the server of one home."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self._users = FileLock(cluster.home, "postgres.users")
        # Holds the pid of a server that was started on demand. The last user stops such a server.
        self._on_demand = cluster.home / "postgres.on-demand"

    def enter(self) -> None:
        """Become a user of the server. Start it unless it runs or has a supervisor."""
        with changing(self.cluster.home):
            self._users.take(shared=True)
            if is_supervised(self.cluster.home) or self.cluster.state() is State.RUNNING:
                return
            self.cluster.start()
            self._on_demand.write_text(str(self.cluster.pid()))

    def leave(self) -> None:
        """Stop using the server. The last user stops a server that was started on demand."""
        with changing(self.cluster.home):
            is_last = self._users.take(wait=False)
            pid = self.cluster.pid()
            is_on_demand = pid is not None and self._on_demand.exists() and self._on_demand.read_text() == str(pid)
            if is_last and is_on_demand and not is_supervised(self.cluster.home):
                self.cluster.stop()
            self._users.leave()

    def others(self) -> bool:
        """True if another process uses the server."""
        is_only_user = self._users.take(wait=False)
        self._users.take(shared=True)
        return not is_only_user


def use_cluster(home: Path) -> None:
    """Use the embedded server of this home until the process ends. Starts it if needed. Safe to repeat."""
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
    """Start the server and keep it running without users."""
    cluster.make_home()
    with changing(cluster.home):
        cluster.start()
        (cluster.home / "postgres.on-demand").unlink(missing_ok=True)


def is_supervised(home: Path) -> bool:
    """True if a supervisor runs for this home."""
    lock = FileLock(home, "postgres.supervisor")
    try:
        return not lock.take(shared=True, wait=False)
    finally:
        lock.leave()


@contextmanager
def supervising(home: Path) -> Iterator[None]:
    """Be the only supervisor of this home. Raises EmbeddedPostgresError if another one runs."""
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
    """Hold the lock for starting or stopping the server of this home."""
    lock = FileLock(home, "postgres.change")
    lock.take()
    try:
        yield
    finally:
        lock.leave()
