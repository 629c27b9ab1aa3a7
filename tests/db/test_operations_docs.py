"""The commands of docs/operations.md for backup, restore, copy and move, run word for word."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import inspect

from db.embedded import Cluster
from db.engine import DatabaseSettings, owner_engine, writer_engine
from db.schema import metadata
from db.upgrade import upgrade
from tests.db.full_database import configure, fill_database, read_everything, work_out
from tests.db.old_revisions import copy_tables
from tests.postgres import PostgresServer, new_home, remove_home

ROOT = Path(__file__).parents[2]
DOCS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
DOCUMENTED_URL = "postgresql://owner:password@host:5432/stillframe"


def documented(name: str) -> str:
    (script,) = re.findall(rf"^```sh {name}\n(.*?)^```$", DOCS, re.MULTILINE | re.DOTALL)
    return str(script)


@dataclass(frozen=True)
class Installation:
    """A folder with .venv and .stillframe, as after `make run`. Its Postgres is stopped and holds a full database."""

    folder: Path

    def run(self, name: str, url: str = "") -> str:
        """Run the commands of the documentation. Returns what they print."""
        return self.run_script(documented(name).replace(DOCUMENTED_URL, url))

    def run_script(self, script: str) -> str:
        environment = {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(
            ["sh", "-eu", "-c", script], cwd=self.folder, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def everything(self, home: str = ".stillframe") -> object:
        cluster = Cluster(self.folder / home)
        cluster.start()
        try:
            return everything_at(DatabaseSettings(cluster.home, cluster.url()))
        finally:
            cluster.stop()


def everything_at(settings: DatabaseSettings) -> object:
    owner = owner_engine(settings)
    try:
        return read_everything(owner)
    finally:
        owner.dispose()


@pytest.fixture
def installation() -> Iterator[Installation]:
    folder = new_home()
    python = folder / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} "$@"\n')
    python.chmod(0o755)
    cluster = Cluster(folder / ".stillframe")
    cluster.start()
    settings = DatabaseSettings(cluster.home, cluster.url())
    owner, writer = owner_engine(settings), writer_engine(settings)
    upgrade(owner)
    fill_database(writer)
    owner.dispose()
    writer.dispose()
    cluster.stop()
    yield Installation(folder)
    for home in (".stillframe", "present", "restored", "copy"):
        Cluster(folder / home).stop()
    remove_home(folder)


@pytest.mark.slow
def test_backup_and_restore_work_as_documented(installation: Installation) -> None:
    backed_up, restored = installation.run("backup"), installation.run("restore")
    assert backed_up.splitlines()[1:] == restored.splitlines()[1:]
    assert installation.everything("restored") == installation.everything()


@pytest.mark.slow
def test_a_copied_data_folder_starts_as_documented(installation: Installation) -> None:
    assert "running" in installation.run("copy")
    assert installation.everything("copy") == installation.everything()


@pytest.mark.slow
def test_moving_to_another_postgres_works_as_documented(installation: Installation) -> None:
    server = PostgresServer(new_home())
    server.cluster.start()
    try:
        url = server.url().set(drivername="postgresql").render_as_string()
        assert "Moved to " in installation.run("move", url)
        moved = everything_at(DatabaseSettings(server.home, server.url()))
    finally:
        remove_home(server.home)
    assert moved == installation.everything()


@pytest.mark.slow
def test_an_upgrade_works_as_documented_and_its_backup_can_be_restored(installation: Installation) -> None:
    expected = set_back(installation, "0012")
    printed = installation.run("upgrade").splitlines()
    assert [line for line in printed if line.startswith("  main: newest snapshot")]
    assert any("migrating to 0013" in line for line in printed)
    assert worked_out(installation.folder / ".stillframe") == expected
    installation.run_script(documented("restore").replace("stillframe.backup", "before-upgrade.backup"))
    assert worked_out(installation.folder / "restored") == expected


def set_back(installation: Installation, revision: str) -> object:
    """Give the installation a database of an old revision. Returns what it holds, as of the present one."""
    home, present = installation.folder / ".stillframe", installation.folder / "present"
    home.rename(present)
    full, old = Cluster(present), Cluster(home)
    for cluster in (full, old):
        cluster.start()
    here, there = (owner_engine(DatabaseSettings(cluster.home, cluster.url())) for cluster in (full, old))
    upgrade(there, revision)
    copy_tables(here, there, set(inspect(there).get_table_names()) & set(metadata.tables))
    for engine, cluster in ((here, full), (there, old)):
        engine.dispose()
        cluster.stop()
    return worked_out(present)


def worked_out(home: Path) -> object:
    """Everything in a database, with the values and books that follow from the rest."""
    cluster = Cluster(home)
    cluster.start()
    settings = DatabaseSettings(cluster.home, cluster.url())
    writer = writer_engine(settings)
    try:
        work_out(writer, configure(writer))
        return everything_at(settings)
    finally:
        writer.dispose()
        cluster.stop()
