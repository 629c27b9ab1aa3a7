"""One data directory and its server: create, start, stop, and find it from any process.

The state is read from postmaster.pid: a shutdown removes it, a crash leaves it behind. The server listens on a Unix
socket in a directory that only its user and root can enter, and on no network.
"""

import hashlib
import os
import shutil
import stat
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from sqlalchemy import URL

from db.embedded.access import OWNER, write_access_rules
from db.embedded.account import (
    EmbeddedPostgresError,
    EmbeddedPostgresFailed,
    ServerAccount,
    account_of,
    open_path_to,
    take_over,
)
from db.embedded.binaries import open_binaries, pg_program
from db.embedded.postmaster import is_server_of, lock_file_of, remove_stale_lock_files
from db.settings import DRIVER

DATABASE = "stillframe"
PORT = 5432  # only the name of the socket: nothing listens on it

# For a small machine that also runs the refresher and the pages. Commits are on disk before they are confirmed.
TUNING = {
    "listen_addresses": "",
    "max_connections": "60",
    "shared_buffers": "128MB",
    "effective_cache_size": "512MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "fsync": "on",
    "synchronous_commit": "on",
    "wal_compression": "on",
    "max_wal_size": "512MB",
    "min_wal_size": "64MB",
    "checkpoint_completion_target": "0.9",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "logging_collector": "on",
    "log_filename": "postgres-%a.log",  # a week of logs: each weekday overwrites its file
    "log_truncate_on_rotation": "on",
    "log_rotation_age": "1d",
}
LONGEST_SOCKET_PATH = 100  # bytes. Linux allows 107, macOS 103
INITDB_SECONDS = 120.0
START_SECONDS = 60.0
STOP_SECONDS = 60.0


class State(StrEnum):
    """The state of a server."""

    ABSENT = "absent"  # no data directory yet
    STOPPED = "stopped"  # shut down on purpose
    CRASHED = "crashed"  # gone without a shutdown
    STARTING = "starting"
    RUNNING = "running"


@dataclass(frozen=True, slots=True)
class Cluster:
    """The embedded Postgres of one home."""

    home: Path
    tuning: Mapping[str, str] = field(default_factory=lambda: TUNING)

    @property
    def data(self) -> Path:
        """The data directory."""
        return self.home / "postgres"

    def url(self) -> URL:
        """The URL of the database, running or not. All processes get the same URL."""
        query = {"host": str(self.sockets()), "port": str(PORT)}
        return URL.create(DRIVER, username=OWNER, database=DATABASE, query=query)

    def state(self) -> State:
        """The current state of the server."""
        if not (self.data / "PG_VERSION").exists():
            return State.ABSENT
        lock_file = lock_file_of(self.data)
        if lock_file is None:
            return State.STOPPED
        if not is_server_of(lock_file, self.data, self._port):
            return State.CRASHED
        return State.RUNNING if lock_file.is_ready else State.STARTING

    def is_made(self) -> bool:
        """True once the first start has created the database."""
        return (self.data / "stillframe.made").exists()

    def pid(self) -> int | None:
        """The process id of the server, None while it does not run."""
        lock_file = lock_file_of(self.data)
        return lock_file.pid if lock_file and is_server_of(lock_file, self.data, self._port) else None

    @property
    def _port(self) -> str:
        return self.tuning.get("port", str(PORT))

    def make(self) -> None:
        """Create the data directory unless it exists, atomically. Hold the lock `changing`."""
        self.make_home()
        if self.state() is not State.ABSENT:
            return
        if self.data.exists() and any(self.data.iterdir()):
            raise EmbeddedPostgresError(f"{self.data} holds files, but no Postgres data: move them away")
        account = account_of(self.data)
        directory = self.home / "postgres.new"
        if directory.exists():
            shutil.rmtree(directory)  # left by an interrupted attempt
        directory.mkdir(mode=0o700)
        account.own(directory)
        open_path_to(directory, account)
        open_binaries(account)
        options = ["--username", OWNER, "--auth", "peer", "--encoding", "UTF8", "--no-instructions"]
        locale = ["--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--locale", "C"]
        sync = ["--no-sync"] if self.tuning.get("fsync") == "off" else []
        done = account.run([pg_program("initdb"), "-D", str(directory), *options, *locale, *sync], INITDB_SECONDS)
        if done.returncode:
            raise EmbeddedPostgresFailed(f"Postgres could not make {self.data}: {_last_line(done.stdout)}")
        directory.rename(self.data)

    def start(self) -> None:
        """Start the server unless it runs, and wait until it accepts connections."""
        self.make()
        self._wait_while_starting()
        if self.state() is State.RUNNING:
            return
        account = account_of(self.data)
        take_over(self.data, account)
        self._check_version()
        remove_stale_lock_files(self.data, self.sockets(), self._port)
        open_path_to(self.data, account)
        open_binaries(account)
        self._configure(account)
        startup = self.data / "startup.log"
        startup.unlink(missing_ok=True)
        command = [pg_program("pg_ctl"), "-D", str(self.data), "-w", "-t", f"{START_SECONDS:.0f}", "-l", str(startup)]
        done = account.run([*command, "start"], START_SECONDS + 10)
        if done.returncode and self.state() is not State.RUNNING:
            raise EmbeddedPostgresFailed(f"Postgres did not start: {self._reason(done.stdout)}")
        self._make_database(account)

    def stop(self) -> None:
        """Shut the server down if it runs. Open transactions are rolled back."""
        if self.pid() is None:
            return
        command = [
            pg_program("pg_ctl"),
            "-D",
            str(self.data),
            "-w",
            "-t",
            f"{STOP_SECONDS:.0f}",
            "-m",
            "fast",
            "stop",
        ]
        done = account_of(self.data).run(command, STOP_SECONDS + 10)
        if done.returncode and self.pid() is not None:
            raise EmbeddedPostgresFailed(f"Postgres did not stop: {_last_line(done.stdout)}")
        if self.sockets() != self.data:
            with suppress(OSError):
                self.sockets().rmdir()

    def make_home(self) -> None:
        """Create the home unless it exists, and check that it is writable."""
        try:
            self.home.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise EmbeddedPostgresError(
                f"STILLFRAME_HOME = {str(self.home)!r}: {reason}. Choose a directory that can be written"
            ) from None
        if not os.access(self.home, os.W_OK | os.X_OK):
            raise EmbeddedPostgresError(
                f"STILLFRAME_HOME = {str(self.home)!r}: it cannot be written. Choose another, or change its owner"
            )

    def _check_version(self) -> None:
        """A server can read only data of its own major version."""
        made_by = (self.data / "PG_VERSION").read_text().strip()
        done = ServerAccount().run([pg_program("postgres"), "--version"], START_SECONDS)
        ours = done.stdout.split()[-1].split(".")[0] if done.returncode == 0 else made_by
        if ours != made_by:
            raise EmbeddedPostgresError(
                f"{self.data} was made by Postgres {made_by}, this is {ours}: "
                "dump it with the version that made it (docs/operations.md, upgrading)"
            )

    def _configure(self, account: ServerAccount) -> None:
        """Write the settings into the data directory, so that a manual pg_ctl uses them too."""
        sockets = self.sockets()
        if sockets != self.data:
            _make_private(sockets, account)
        options = {**self.tuning, "unix_socket_directories": f'"{sockets}"', "port": self._port}
        quoted = {name: value.replace("'", "''") for name, value in options.items()}
        settings = "".join(f"{name} = '{value}'\n" for name, value in quoted.items())
        account.write_whole(self.data / "stillframe.conf", settings)
        write_access_rules(self.data, account)
        main_file = self.data / "postgresql.conf"
        main_settings, include = main_file.read_text(), "include = 'stillframe.conf'"
        if include not in main_settings:
            account.write_whole(main_file, f"{main_settings}\n{include}\n")

    def _make_database(self, account: ServerAccount) -> None:
        """Create the database at the first start, with createdb, because psql is not packaged."""
        if self.is_made():
            return
        options = ["--host", str(self.sockets()), "--port", self._port, "--username", OWNER]
        done = account.run([pg_program("createdb"), *options, "--maintenance-db", "postgres", DATABASE], START_SECONDS)
        if done.returncode and "already exists" not in done.stdout:
            raise EmbeddedPostgresFailed(f"Postgres could not make its database: {_last_line(done.stdout)}")
        (self.data / "stillframe.made").touch()

    def sockets(self) -> Path:
        """The directory of the socket: the data directory, unless libpq cannot use its path."""
        socket = f"{self.data}/.s.PGSQL.{PORT}"
        if len(socket.encode()) <= LONGEST_SOCKET_PATH and not set(",\"'\\") & set(socket):
            return self.data
        digest = hashlib.sha256(str(self.data.resolve()).encode()).hexdigest()[:16]
        # Not tempfile.gettempdir(), because all processes must use one directory, whatever their TMPDIR.
        return Path("/tmp") / f"stillframe-{digest}"  # noqa: S108 - private, see _make_private

    def _wait_while_starting(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while self.state() is State.STARTING and time.monotonic() < deadline:
            time.sleep(0.05)

    def _reason(self, output: str) -> str:
        """The reason of a failed start: the last FATAL line of the server, else the last line of pg_ctl."""
        logs = sorted(self.data.glob("log/*.log"), key=lambda log: log.stat().st_mtime)
        for log in [*logs[-1:], self.data / "startup.log"]:
            lines = log.read_text(errors="replace").splitlines() if log.exists() else []
            if fatal := [line for line in lines[-20:] if "FATAL" in line or "PANIC" in line]:
                return f"{fatal[-1].split('FATAL:')[-1].strip()} (see {log})"
        return _last_line(output)


def _make_private(directory: Path, account: ServerAccount) -> None:
    """Create a private directory outside the home. Refuse an existing one of another user."""
    owner = os.geteuid() if account.user is None else account.user
    if not directory.exists():
        directory.mkdir(mode=0o700)
        account.own(directory)
    status = directory.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != owner or status.st_mode & 0o077:
        raise EmbeddedPostgresError(f"{directory} is not ours: remove it, or choose a shorter STILLFRAME_HOME")


def _last_line(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return lines[-1] if lines else "no output"
