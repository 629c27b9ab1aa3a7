"""Back up to one file, restore from it, and move to another server. Each is checked by reading the newest snapshots.

The file is an archive of pg_dump with tables, rows, functions and row policies. Roles and grants belong to a server, so
a restore makes them first and grants again at its end.
"""

import os
import re
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine, text

from db.engine import DatabaseSettings, database_url, owner_engine
from db.logins import ensure_logins
from db.programs import BackupRefused, ProgramFailed, archived_lines, archived_tables, check_archive, run_program
from db.reads.accounts import read_accounts
from db.reads.moments import read_latest
from db.reads.snapshots import read_snapshot
from db.roles import ensure_roles, grant
from db.upgrade import is_upgrade_due, upgrade
from domain.snapshot import Snapshot

# Earlier servers refuse a setting that pg_restore of version 18 makes.
OLDEST_TO_RESTORE = 17

LEAVING_SECONDS = 2.0

Report = Callable[[str], None]
Moment = tuple[int, datetime]  # the id of an account, and when it was refreshed


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest snapshot of each account, by the account's id."""

    snapshots: Mapping[int, Snapshot]

    def lines(self) -> list[str]:
        """One line an account, to compare by eye."""
        return [
            f"{snapshot.account.name}: newest snapshot {snapshot.refresh.taken_at:%Y-%m-%d %H:%M:%S} UTC, "
            f"{len(snapshot.balances)} balances, {len(snapshot.positions)} positions, {len(snapshot.orders)} orders"
            for snapshot in self.snapshots.values()
        ]


def back_up(settings: DatabaseSettings, file: Path, report: Report) -> None:
    """Write the database to a file that did not exist. Raises BackupRefused."""
    if file.exists():
        raise BackupRefused(f"{file} exists already: choose another name, or move it away")
    engine = owner_engine(settings)
    unfinished = file.with_name(f"{file.name}.unfinished")
    try:
        moments, lines = _newest_refreshes(engine)
        # Nobody else may read it. pg_dump keeps the mode of a file that exists.
        os.close(os.open(unfinished, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600))
        options = ["--format=custom", "--no-owner", "--no-privileges", "--no-comments", "--enable-row-security"]
        run_program("pg_dump", engine.url, [*options, f"--file={unfinished}"])
        _check_backup(unfinished, moments)
        unfinished.rename(file)
    except (OSError, ProgramFailed) as error:
        raise BackupRefused(f"{file} could not be written: {error}") from error
    finally:
        engine.dispose()
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
    report(f"Backed up to {file} ({file.stat().st_size / 1e6:,.1f} MB), and read back:")
    for line in lines:
        report(f"  {line}")


def _newest_refreshes(engine: Engine) -> tuple[Mapping[Moment, str], list[str]]:
    """The account of each newest refresh, and lines about them. Snapshots of an older schema cannot be read yet."""
    with engine.connect() as connection:
        if connection.execute(text("SELECT to_regclass('public.refresh')")).scalar() is None:
            return {}, []
        rows = connection.execute(text(_NEWEST)).all()
        is_older = is_upgrade_due(connection)
    moments = {(row.account_id, row.taken_at): str(row.name) for row in rows}
    if not is_older:
        return moments, read_newest(engine).lines()
    return moments, [f"{name}: newest snapshot {at:%Y-%m-%d %H:%M:%S} UTC" for (_, at), name in moments.items()]


def _check_backup(file: Path, newest: Mapping[Moment, str]) -> None:
    """Every account's newest refresh, as of the start of the backup, must be in the file."""
    check_archive(file)
    tables = [name for name in archived_tables(file) if re.fullmatch(r"refresh(_[0-9a-z_]*\d)?", name)]
    archived = _moments(archived_lines(file, tables)) if tables else set()
    for moment, name in newest.items():
        if moment not in archived:
            raise ProgramFailed(f"the newest refresh of {name} is missing from it")


def _moments(lines: list[str]) -> set[Moment]:
    """The account and moment of each archived refresh."""
    moments: set[Moment] = set()
    columns: list[str] | None = None
    for line in lines:
        if start := re.match(r"COPY public\.\S+ \((.*)\) FROM stdin;", line):
            columns = start[1].split(", ")
        elif line == "\\.":
            columns = None
        elif columns is not None:
            row = dict(zip(columns, line.split("\t"), strict=True))
            moments.add((int(row["account_id"]), datetime.fromisoformat(row["taken_at"])))
    return moments


def restore(settings: DatabaseSettings, file: Path, report: Report) -> Newest:
    """Fill an empty database from a file, migrate it, and read it back. Raises BackupRefused."""
    if not os.access(file, os.R_OK):
        raise BackupRefused(f"{file} cannot be read")
    engine = owner_engine(settings)
    try:
        _prepare(engine)
        options = ["--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error"]
        run_program("pg_restore", engine.url, [*options, str(file)])
        upgrade(engine, report=report)
        with engine.begin() as connection:
            grant(connection)
            connection.execute(text("ANALYZE"))
        newest = read_newest(engine)
    except ProgramFailed as error:
        raise BackupRefused(f"{file} could not be restored: {error}") from error
    finally:
        engine.dispose()
    report(f"Restored {file}, and read back:")
    for line in newest.lines():
        report(f"  {line}")
    return newest


def _prepare(engine: Engine) -> None:
    """Check that the database is empty, and make what the archive refers to."""
    with engine.begin() as connection:
        version = int(connection.execute(text("SHOW server_version_num")).scalar_one()) // 10_000
        if version < OLDEST_TO_RESTORE:
            raise BackupRefused(f"the server is Postgres {version}: a restore needs {OLDEST_TO_RESTORE} or later")
        if connection.execute(text("SELECT to_regclass('public.account')")).scalar() is not None:
            raise BackupRefused(
                "the database holds Stillframe's tables already: restore into an empty one "
                "(another STILLFRAME_HOME, or a DATABASE_URL of a new database)"
            )
        connection.execute(text("CREATE EXTENSION IF NOT EXISTS btree_gist"))
        ensure_roles(connection)
        ensure_logins(connection, engine.url)


def move(settings: DatabaseSettings, target: DatabaseSettings, report: Report) -> None:
    """Copy everything to the empty database of another server, and compare both. Raises BackupRefused."""
    here = owner_engine(settings)
    try:
        if _has_refresher(here):
            raise BackupRefused("a refresher writes to the database: stop it first, so that nothing is left behind")
        with TemporaryDirectory(dir=_existing(settings.home)) as folder:
            file = Path(folder) / "move"
            back_up(settings, file, lambda _: None)
            moved = restore(target, file, lambda _: None)
        if moved != read_newest(here):
            raise BackupRefused("the newest snapshots of both databases differ: keep the old one and move again")
    finally:
        here.dispose()
    report(f"Moved to {database_url(target).render_as_string(hide_password=True)}. Both databases show the same:")
    for line in moved.lines():
        report(f"  {line}")
    report("Set DATABASE_URL to the new database and start Stillframe again. The old one is unchanged.")


def _has_refresher(engine: Engine) -> bool:
    """True if a refresher is connected, and still after the moment that a stopped one takes to disconnect."""
    deadline = time.monotonic() + LEAVING_SECONDS
    while True:
        with engine.connect() as connection:
            if not connection.execute(text(_REFRESHERS)).scalar():
                return False
        if time.monotonic() > deadline:
            return True
        time.sleep(0.05)


def _existing(home: Path) -> Path | None:
    return home if home.is_dir() else None


def target_of(settings: DatabaseSettings, url: str) -> DatabaseSettings:
    """The settings of the database to move to. Raises DatabaseConfigurationError."""
    from db.settings import settings_of

    return replace(settings, url=settings_of({"DATABASE_URL": url}).url, reader_url=None, writer_url=None)


def read_newest(engine: Engine) -> Newest:
    """Read the newest snapshot of each account. Nothing if the database is empty."""
    with engine.connect() as connection:
        if connection.execute(text("SELECT to_regclass('public.account')")).scalar() is None:
            return Newest({})
        accounts = {account.id: account for account in read_accounts(connection)}
        latest = read_latest(connection)
        return Newest({id_: read_snapshot(connection, accounts[id_], at) for id_, at in sorted(latest.items())})


_REFRESHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND application_name = 'stillframe-refresher'
"""

_NEWEST = """
SELECT id AS account_id, name, latest.taken_at
FROM account
CROSS JOIN LATERAL (
    SELECT taken_at FROM refresh WHERE account_id = account.id ORDER BY taken_at DESC LIMIT 1
) AS latest
ORDER BY id
"""
