"""The process of a server: which one it is by its own lock file, postmaster.pid.

A number alone names no process: after a crash or a reboot it may be that of another server. A server is ours if it
works in our data directory and has our port. If its directory cannot be seen, its start time decides.
"""

import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from db.embedded.account import EmbeddedPostgresError

# Postgres writes whole seconds, and a process starts a moment before it writes them.
START_TIMES_DIFFER_BY = 5.0
# The children of a killed server notice it within a second. A busy machine takes longer.
CHILDREN_END_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class LockFile:
    """The content of postmaster.pid. Fields are None while the server has not written them yet."""

    pid: int
    started_at: float | None
    port: str | None
    is_ready: bool


def lock_file_of(data: Path) -> LockFile | None:
    """The lock file of a data directory. None without one. A file that a full disk left empty has process 0."""
    try:
        lines = (data / "postmaster.pid").read_text(errors="replace").splitlines()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise EmbeddedPostgresError(
            f"{data} cannot be read ({type(error).__name__}): run as the user that made it"
        ) from None
    fields = [line.strip() for line in lines] + [""] * 8
    return LockFile(
        pid=int(fields[0]) if fields[0].isdecimal() else 0,
        started_at=float(fields[2]) if fields[2].isdecimal() else None,
        port=fields[3] or None,
        is_ready=fields[7] == "ready",
    )


def is_server_of(lock_file: LockFile, data: Path, port: str) -> bool:
    """True if the process of a lock file lives and is the server of this data directory."""
    if lock_file.pid <= 0 or lock_file.port not in (None, port):
        return False
    try:
        process = psutil.Process(lock_file.pid)
        if not _is_postgres(process):
            return False
        works_here = _works_in(process, data)
        if works_here is not None:
            return works_here
        started_at = process.create_time()
    except psutil.Error:
        return False
    return lock_file.started_at is not None and abs(started_at - lock_file.started_at) < START_TIMES_DIFFER_BY


def remove_stale_lock_files(data: Path, sockets: Path, port: str) -> None:
    """Remove postmaster.pid and the lock of the socket if no process of this data directory is left.

    Postgres itself starts neither beside a lock file that a full disk left empty, nor while another process has the
    number in it, be it one that ended and was not collected yet. Children of a killed server may still write for a
    moment, so they are waited for. If they stay, the files stay too.
    """
    deadline = time.monotonic() + CHILDREN_END_SECONDS
    while _has_process(data):
        if time.monotonic() > deadline:
            return
        time.sleep(0.1)
    (data / "postmaster.pid").unlink(missing_ok=True)
    (sockets / f".s.PGSQL.{port}.lock").unlink(missing_ok=True)


def _has_process(data: Path) -> bool:
    for process in psutil.process_iter():
        try:
            if _is_postgres(process) and _works_in(process, data) is not False:
                return True
        except psutil.Error:
            continue
    return False


def _is_postgres(process: psutil.Process) -> bool:
    return bool(process.status() != psutil.STATUS_ZOMBIE and process.name().startswith("postgres"))


def _works_in(process: psutil.Process, data: Path) -> bool | None:
    """True if the process works in a directory, as every process of Postgres does. None if that cannot be seen."""
    try:
        return Path(process.cwd()).samefile(data)
    except (psutil.AccessDenied, PermissionError):
        return None
    except OSError:
        return False
