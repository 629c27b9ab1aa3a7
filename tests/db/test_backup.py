"""Backup, restore and move: nothing is lost, nothing is overwritten, and a damaged file is noticed."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from db.backup import back_up, move, read_newest, restore, target_of
from db.engine import DatabaseSettings, reader_engine
from db.programs import BackupRefused
from db.roles import READER
from db.row_security import guarded_tables
from db.schema import metadata
from tests.db.full_database import fill_database, read_everything
from tests.postgres import Database, administrating


def nothing(_: str) -> None:
    """Report to nobody."""


@pytest.fixture
def filled(database: Database) -> Database:
    fill_database(database.writer)
    with database.owner.connect() as connection:
        connection.execute(text(_NO_REFRESHER))
    return database


_NO_REFRESHER = """
SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
WHERE datname = current_database() AND application_name = 'stillframe-refresher'
"""


@pytest.fixture
def empty(database: Database) -> Iterator[Database]:
    """An empty database on the same server."""
    server = make_url(database.url)
    name = f"empty_{server.database}"
    with administrating(server) as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    created = Database(server.set(database=name).render_as_string(hide_password=False))
    yield created
    created.dispose()
    with administrating(server) as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


def counts(database: Database) -> dict[str, int]:
    with database.owner.connect() as connection:
        return {
            name: connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one() for name in metadata.tables
        }


def test_a_restored_backup_reads_the_same(filled: Database, empty: Database, tmp_path: Path) -> None:
    before, file, lines = read_everything(filled.owner), tmp_path / "backup", list[str]()
    back_up(filled.settings, file, lines.append)
    assert file.stat().st_mode & 0o777 == 0o600
    restored = list[str]()
    restore(empty.settings, file, restored.append)
    assert read_everything(empty.owner) == before
    assert counts(empty) == counts(filled)
    assert lines[1:] == restored[1:]
    assert lines[1].startswith("  main: newest snapshot 2026-11-01 12:00:00 UTC, 1 balances, 1 positions, 3 orders")


@pytest.mark.slow
def test_a_restored_database_has_its_roles_grants_and_policies(
    filled: Database, empty: Database, tmp_path: Path
) -> None:
    back_up(filled.settings, tmp_path / "backup", nothing)
    restore(empty.settings, tmp_path / "backup", nothing)
    with empty.reader.connect() as connection:  # its check accepts no right too many
        assert connection.execute(text("SELECT count(*) FROM account")).scalar() == 1
        granted = connection.execute(text("SELECT has_table_privilege(:role, 'session', 'SELECT')"), {"role": READER})
        assert granted.scalar() is False
    with empty.owner.begin() as connection:
        forced = connection.execute(text("SELECT count(*) FROM pg_class WHERE relforcerowsecurity")).scalar()
        assert forced == len(guarded_tables())
        connection.execute(text("UPDATE sign_in_mode SET mode = 'password'"))
    with empty.reader.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM account")).scalar() == 0


def test_a_backup_overwrites_no_file(filled: Database, tmp_path: Path) -> None:
    file = tmp_path / "backup"
    file.write_text("precious")
    with pytest.raises(BackupRefused, match="exists already"):
        back_up(filled.settings, file, nothing)
    assert file.read_text() == "precious"


def test_a_backup_into_a_missing_directory_is_one_line(filled: Database, tmp_path: Path) -> None:
    with pytest.raises(BackupRefused, match=r"could not be written: .*No such file"):
        back_up(filled.settings, tmp_path / "missing" / "backup", nothing)


def test_a_restore_overwrites_no_data(filled: Database, tmp_path: Path) -> None:
    back_up(filled.settings, tmp_path / "backup", nothing)
    with pytest.raises(BackupRefused, match="holds Stillframe's tables already"):
        restore(filled.settings, tmp_path / "backup", nothing)


@pytest.mark.slow
def test_a_damaged_file_restores_nothing(filled: Database, empty: Database, tmp_path: Path) -> None:
    file = tmp_path / "backup"
    back_up(filled.settings, file, nothing)
    os.truncate(file, file.stat().st_size // 2)
    with pytest.raises(BackupRefused, match="could not be restored: pg_restore"):
        restore(empty.settings, file, nothing)
    assert read_newest(empty.owner).snapshots == {}


def test_a_move_needs_the_refresher_to_be_stopped(filled: Database, empty: Database) -> None:
    with filled.writer.connect(), pytest.raises(BackupRefused, match="stop it first"):
        move(filled.settings, empty.settings, nothing)


@pytest.mark.slow
def test_a_moved_database_reads_the_same(filled: Database, empty: Database, tmp_path: Path) -> None:
    lines = list[str]()
    settings = DatabaseSettings(tmp_path, filled.settings.url)
    move(settings, target_of(settings, empty.url), lines.append)
    assert read_everything(empty.owner) == read_everything(filled.owner)
    assert lines[0].startswith("Moved to postgresql")
    assert list(tmp_path.iterdir()) == []
    reader = reader_engine(DatabaseSettings(tmp_path, make_url(empty.url)))
    with reader.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM account")).scalar() == 1
    reader.dispose()


def test_the_printed_url_is_one_that_programs_of_postgres_accept(filled: Database) -> None:
    from db.embedded.binaries import pg_program
    from db.programs import plain_url

    done = subprocess.run(
        [pg_program("pg_dump"), "--schema-only", plain_url(make_url(filled.url))], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert b"CREATE TABLE public.refresh" in done.stdout


@pytest.mark.slow
def test_an_owner_without_superuser_rights_backs_up_and_restores(
    filled: Database, empty: Database, tmp_path: Path
) -> None:
    """A managed Postgres has no superuser, and row-level security is forced on the owner of the tables."""
    back_up(filled.settings, tmp_path / "first", nothing)
    name = f"tenant_{make_url(empty.url).database}"
    with administrating(make_url(empty.url)) as connection:
        connection.execute(text(f"CREATE ROLE {name} LOGIN CREATEROLE"))
        connection.execute(
            text(f"GRANT stillframe_writer, stillframe_reader, stillframe_auth TO {name} WITH ADMIN TRUE")
        )
        connection.execute(text(f"ALTER DATABASE {make_url(empty.url).database} OWNER TO {name}"))
    settings = DatabaseSettings(tmp_path, make_url(empty.url).set(username=name))
    try:
        newest = restore(settings, tmp_path / "first", nothing)
        back_up(settings, tmp_path / "second", nothing)
        assert (tmp_path / "second").stat().st_size > 0
        assert len(newest.snapshots) == 1
    finally:
        engine = create_engine(make_url(empty.url))
        with engine.begin() as connection:
            connection.execute(text(f"REASSIGN OWNED BY {name} TO stillframe; DROP OWNED BY {name}"))
            connection.execute(text(f"DROP ROLE {name}"))
        engine.dispose()
