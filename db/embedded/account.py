"""The operating system user that runs Postgres, because Postgres refuses to run as root."""

import os
import pwd
import stat
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

SYSTEM_USER = "stillframe"


class EmbeddedPostgresError(Exception):
    """The embedded Postgres cannot run as it is set up. The message is one line and says what to do."""


class EmbeddedPostgresFailed(EmbeddedPostgresError):
    """The embedded Postgres did not start, stop or answer this time. A later attempt may succeed."""


@dataclass(frozen=True, slots=True)
class ServerAccount:
    """The user and group ids of the server. None: those of this process."""

    user: int | None = None
    group: int | None = None

    def run(self, command: list[str], timeout: float) -> subprocess.CompletedProcess[str]:
        """Run a Postgres program as this user, without a terminal and without PG* environment variables."""
        environment = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
        groups: list[int] | None = None if self.user is None else []
        return subprocess.run(  # noqa: S603 - our own binaries with our own arguments
            command,
            user=self.user,
            group=self.group,
            extra_groups=groups,
            cwd="/",
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=timeout,
            check=False,
        )

    def write_whole(self, file: Path, content: str) -> None:
        """Write a private file completely or not at all. A file with this content already is left alone.

        So a full disk does not keep a server from starting.
        """
        if not file.exists() or file.read_text() != content:
            new = file.with_name(f"{file.name}.new")
            new.write_text(content)
            new.chmod(0o600)
            self.own(new)
            new.replace(file)

    def own(self, path: Path) -> None:
        """Make this user the owner of a path."""
        if self.user is not None and self.group is not None:
            os.chown(path, self.user, self.group)


def account_of(data: Path) -> ServerAccount:
    """The user for a data directory: its owner if it exists, else the system user `stillframe` for root."""
    if data.exists():
        owner = data.stat().st_uid
        if owner == os.geteuid() != 0:
            return ServerAccount()
        if os.geteuid() != 0:
            raise EmbeddedPostgresError(
                f"{data} belongs to {_name_of(owner)}: run as that user, or as root, or set STILLFRAME_HOME elsewhere"
            )
        if owner != 0:
            return ServerAccount(owner, data.stat().st_gid)
    return _system_account() if os.geteuid() == 0 else ServerAccount()


def take_over(data: Path, account: ServerAccount) -> None:
    """Give the user a data directory that root copied (`cp -r`), closed to others as Postgres requires."""
    if account.user is not None and data.stat().st_uid != account.user:
        for path in (data, *data.rglob("*")):
            os.chown(path, account.user, -1 if account.group is None else account.group, follow_symlinks=False)
    if data.stat().st_mode & 0o077:
        data.chmod(0o700)


def open_path_to(path: Path, account: ServerAccount) -> None:
    """Let the user traverse the parent directories. This grants no right to list or read them."""
    if account.user is None:
        return
    for directory in path.parents:
        status = directory.stat()
        if status.st_uid != account.user and not status.st_mode & stat.S_IXOTH:
            directory.chmod(stat.S_IMODE(status.st_mode) | stat.S_IXOTH)
            sys.stderr.write(f"stillframe: let other users pass through {directory} (Postgres does not run as root)\n")


def _system_account() -> ServerAccount:
    try:
        entry = pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        entry = _created_account()
    return ServerAccount(entry.pw_uid, entry.pw_gid)


def _created_account() -> pwd.struct_passwd:
    command = ["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
    except (OSError, subprocess.CalledProcessError) as error:
        try:
            return pwd.getpwnam(SYSTEM_USER)  # created concurrently
        except KeyError:
            raise EmbeddedPostgresError(
                "Postgres does not run as root and the user 'stillframe' could not be made: run as an ordinary user, "
                "or set DATABASE_URL to a Postgres of yours"
            ) from error
    return pwd.getpwnam(SYSTEM_USER)


def _name_of(user: int) -> str:
    try:
        return f"user {pwd.getpwuid(user).pw_name!r}"
    except KeyError:
        return f"user {user}"
