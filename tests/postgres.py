"""A real Postgres for tests: one server a run, one migrated template, a clone of it for each test."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from sqlalchemy import URL, Engine, create_engine, text

from db.embedded import CONFIGURATION, EmbeddedServer
from db.engine import reader_engine, writer_engine
from db.upgrade import upgrade

HOME_VARIABLE = "STILLFRAME_TEST_HOME"
TEMPLATE = "stillframe_template"
# Tests lose nothing in a power cut.
UNSAFE = CONFIGURATION + "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\nmax_connections = 200\n"

_clones = count()


@dataclass(frozen=True)
class Database:
    """One migrated database, empty but for what the test writes, and engines for each role."""

    url: str  # with the password, as DATABASE_URL wants it
    owner: Engine
    writer: Engine
    reader: Engine


def begin_run() -> None:
    """Choose a home for this run's server, before workers are started; they inherit it."""
    if HOME_VARIABLE not in os.environ:
        os.environ[HOME_VARIABLE] = tempfile.mkdtemp(prefix="stillframe-tests-")


def end_run() -> None:
    """Stop this run's server and delete its home."""
    home = os.environ.pop(HOME_VARIABLE, None)
    if home is not None:
        EmbeddedServer(Path(home)).stop()
        shutil.rmtree(home, ignore_errors=True)


def running_server() -> URL:
    """The URL of this run's server, started and given its template by whichever worker comes first."""
    begin_run()
    url = EmbeddedServer(Path(os.environ[HOME_VARIABLE]), UNSAFE).ensure_running()
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(1)"))
        if not connection.execute(text("SELECT 1 FROM pg_database WHERE datname = :n"), {"n": TEMPLATE}).scalar():
            connection.execute(text("CREATE DATABASE stillframe_making"))
            making = create_engine(url.set(database="stillframe_making"))
            upgrade(making)
            making.dispose()
            connection.execute(text(f"ALTER DATABASE stillframe_making RENAME TO {TEMPLATE}"))
    admin.dispose()
    return url


@contextmanager
def cloned(server: URL) -> Iterator[Database]:
    """A fresh clone of the template, dropped at the end."""
    name = f"test_{os.getpid()}_{next(_clones)}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY WAL_LOG"))
        # What a database grants beside its tables is not copied with a template.
        connection.execute(text(f"GRANT TEMPORARY ON DATABASE {name} TO stillframe_writer"))
        connection.execute(text(f"REVOKE TEMPORARY ON DATABASE {name} FROM PUBLIC"))
    url = server.set(database=name)
    owner = create_engine(url)
    database = Database(
        url.render_as_string(hide_password=False), owner, writer_engine(url=url), reader_engine(url=url)
    )
    try:
        yield database
    finally:
        for engine in (database.owner, database.writer, database.reader):
            engine.dispose()
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        admin.dispose()
