"""The operating system's account that runs Postgres, which refuses to run as root."""

import os
import pwd
import stat
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

SYSTEM_USER = "stillframe"


class EmbeddedPostgresError(Exception):
    """Our own Postgres cannot be run as asked; the message is one line with its remedy."""


@dataclass(frozen=True, slots=True)
class ServerAccount:
    """Who the server runs as. None: whoever we are."""

    user: int | None = None
    group: int | None = None

    def run(self, command: list[str], timeout: float) -> subprocess.CompletedProcess[str]:
        """Run a command of Postgres as this account, away from the terminal and without our environment's PG* words."""
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

    def own(self, path: Path) -> None:
        """Give it a directory or file."""
        if self.user is not None and self.group is not None:
            os.chown(path, self.user, self.group)


def account_of(data: Path) -> ServerAccount:
    """The account for this data directory: its owner's where it exists, a system user of our own for root."""
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


def open_path_to(path: Path, account: ServerAccount) -> None:
    """Let the account pass through the directories above; it gains no right to list or read them."""
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
            return pwd.getpwnam(SYSTEM_USER)  # another process made it meanwhile
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
