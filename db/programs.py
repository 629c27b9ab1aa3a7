"""pg_dump and pg_restore of the embedded Postgres package, for the server of any URL."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import URL

from db.embedded.binaries import pg_program


class BackupRefused(Exception):
    """A backup, a restore or a move cannot be done, or its check failed. The message is one line."""


class ProgramFailed(Exception):
    """A program of Postgres failed. The message is its last line, without a password."""


def run_program(name: str, url: URL, arguments: Sequence[str]) -> None:
    """Run a program against the server of a URL, without its output. Raises ProgramFailed."""
    done = subprocess.run(  # noqa: S603 - our own binaries
        [pg_program(name), f"--dbname={plain_url(url)}", *arguments],
        env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", **({"PGPASSWORD": url.password} if url.password else {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        raise ProgramFailed(f"{name}: {last_line(done.stderr)}")


def plain_url(url: URL) -> str:
    """The URL for a program of Postgres. A password in an argument would be visible to every user of the machine."""
    return url.set(drivername="postgresql", password=None).render_as_string()


def last_line(output: str) -> str:
    """The last line that says why."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if "error:" in line]
    return (errors or lines or ["no output"])[-1]


def archived_lines(file: Path, tables: Sequence[str]) -> list[str]:
    """The data of tables in an archive, as lines of COPY."""
    words = [word for table in tables for word in ("--table", table)]
    return _output(["--data-only", *words, "--file=-", str(file)])


def archived_tables(file: Path) -> list[str]:
    """The names of the tables with data in an archive."""
    words = (line.split() for line in _output(["--list", str(file)]))
    # 4020; 0 16544 TABLE DATA public refresh stillframe
    return [line[6] for line in words if line[3:5] == ["TABLE", "DATA"]]


def check_archive(file: Path) -> None:
    """Read an archive to its end. Raises ProgramFailed if it is damaged."""
    _output([f"--file={os.devnull}", str(file)])


def _output(arguments: Sequence[str]) -> list[str]:
    done = subprocess.run(  # noqa: S603 - our own binaries
        [pg_program("pg_restore"), *arguments], capture_output=True, text=True, errors="replace", check=False
    )
    if done.returncode:
        raise ProgramFailed(f"pg_restore: {last_line(done.stderr)}")
    return done.stdout.splitlines()
