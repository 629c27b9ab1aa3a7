"""A real Postgres for tests: one server a run, one migrated template, a clone of it for each test.

The server is the embedded one of db/embedded, shared by all pytest workers. Only here does it listen on 127.0.0.1,
so that a test can put a wire that breaks between a process and the database, and only here does it not wait for the
disk: tests lose nothing in a power cut.

CREATE DATABASE fails while any other session is in its template. Three kinds of session could be in ours, and none is:
- Clients: the template allows no connections, not even those of a superuser. The session that migrated it has ended
  before the first clone is made.
- Autovacuum workers, which ignore that rule: autovacuum is off on the server that is cloned from. Tests are too short
  to need it, and the vacuum that stays on with it starts after 200 million transactions.
- Other workers that clone: each is connected to the database `postgres`, and only locks the template against changes.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import count
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, make_url, text

from db.embedded.cluster import TUNING, Cluster
from db.embedded.sharing import FileLock, changing
from db.engine import DatabaseSettings, owner_engine, reader_engine, writer_engine
from db.roles import grants_of_database
from db.upgrade import upgrade
from tests.ports import free_port

HOME_VARIABLE = "STILLFRAME_TEST_HOME"
HOMES = "stillframe-tests-"
DATABASE = "stillframe"
ENOUGH_BYTES = 4_000_000_000
UNSAFE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}
# Like production on the socket. Tests connect over TCP, where every login is let in without a password.
ACCESS_RULES = "local all all peer map=stillframe\nhost all all 127.0.0.1/32 trust\n"
NO_AUTOVACUUM = {"autovacuum": "off"}

_clones = count()


@dataclass(frozen=True)
class Database:
    """One migrated database, empty but for what the test writes; its engines are production's, each in its role."""

    url: str  # as DATABASE_URL wants it

    @cached_property
    def settings(self) -> DatabaseSettings:
        return DatabaseSettings(Path("unused"), make_url(self.url))

    @cached_property
    def owner(self) -> Engine:
        return owner_engine(self.settings)

    @cached_property
    def writer(self) -> Engine:
        return writer_engine(self.settings)

    @cached_property
    def reader(self) -> Engine:
        return reader_engine(self.settings)

    def dispose(self) -> None:
        for name in ("owner", "writer", "reader"):
            if name in self.__dict__:
                self.__dict__[name].dispose()


@dataclass(frozen=True)
class PostgresServer:
    """A server that a test may fill, kill and start again."""

    home: Path
    is_cloned: bool = False  # its database is a template: nobody can connect to it

    @cached_property
    def port(self) -> int:
        """Chosen once a home, so that a server that is started again is found where it was."""
        remembered = self.home / "port"
        if not remembered.exists():
            remembered.write_text(str(free_port()))
        return int(remembered.read_text())

    @cached_property
    def cluster(self) -> Cluster:
        rules = self.home / "pg_hba.conf"
        if not rules.exists():
            rules.write_text(ACCESS_RULES)
        over = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "logging_collector": "off",
            "hba_file": str(rules),
        }
        return Cluster(self.home, {**TUNING, **UNSAFE, **over, **(NO_AUTOVACUUM if self.is_cloned else {})})

    def url(self, database: str = DATABASE) -> URL:
        url = self.cluster.url().set(host="127.0.0.1", port=self.port, database=database)
        return url.difference_update_query(["host", "port"])

    def start_migrated(self) -> None:
        """Start it unless it runs, with its database migrated; whichever worker comes first does it."""
        with changing(self.home):
            self.cluster.start()
            if (self.home / "migrated").exists():
                return
            engine = create_engine(self.url(), poolclass=NullPool)
            upgrade(engine)
            if self.is_cloned:
                close_template(self.url())
            (self.home / "migrated").touch()

    @property
    def database(self) -> Database:
        """The one database of a server that serves one test."""
        return Database(self.url().render_as_string(hide_password=False))


def begin_run() -> None:
    """Choose a home for this run's server, before workers are started; they inherit it."""
    if HOME_VARIABLE in os.environ:
        return
    _remove_left_over_homes()
    home = new_home()
    os.environ[HOME_VARIABLE] = str(home)
    _in_use[home] = lock = FileLock(home, "run")
    lock.take()


def end_run() -> None:
    """Stop this run's server and delete its home."""
    if home := os.environ.pop(HOME_VARIABLE, None):
        remove_home(Path(home))


def running_server() -> URL:
    """The URL of this run's server, started and migrated by whichever worker comes first; of no test's database."""
    begin_run()
    server = PostgresServer(Path(os.environ[HOME_VARIABLE]), is_cloned=True)
    server.start_migrated()
    return server.url("postgres")


@contextmanager
def own_server() -> Iterator[PostgresServer]:
    """A running server with one migrated database, for a test that kills it."""
    server = PostgresServer(new_home())
    try:
        server.start_migrated()
        yield server
    finally:
        remove_home(server.home)


@contextmanager
def cloned(server: URL) -> Iterator[Database]:
    """A fresh clone of the migrated database, dropped at the end, whoever is still connected."""
    name = f"test_{os.getpid()}_{next(_clones)}"
    engine = _cloning(server)
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {DATABASE} STRATEGY file_copy"))
        for statement in grants_of_database(name):
            connection.execute(text(statement))
    database = Database(server.set(database=name).render_as_string(hide_password=False))
    try:
        yield database
    finally:
        database.dispose()
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


@cache
def _cloning(server: URL) -> Engine:
    """One connection that makes and drops all clones of a process. A new one for each would take as long as a clone."""
    return create_engine(server.set(database="postgres"), pool_size=1, pool_pre_ping=True, isolation_level="AUTOCOMMIT")


def close_template(server: URL) -> None:
    """Let nobody connect to the migrated database any more, and wait for the end of every session in it."""
    with administrating(server) as connection:
        connection.execute(text(f"ALTER DATABASE {DATABASE} WITH ALLOW_CONNECTIONS false IS_TEMPLATE true"))
        while connection.execute(_ENDED, {"database": DATABASE}).all():
            pass  # each round ends the sessions that it finds, and waits for each of them


# The server waits up to ten seconds for the end of each session.
_ENDED = text("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = :database")


@contextmanager
def administrating(server: URL) -> Iterator[Connection]:
    """A connection that makes and drops databases."""
    engine = create_engine(server.set(database="postgres"), poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection


_in_use: dict[Path, FileLock] = {}


def new_home() -> Path:
    """A home for a server; not under pytest's directory, which is closed to the account that runs Postgres for root."""
    home = Path(tempfile.mkdtemp(prefix=HOMES, dir=_homes()))
    home.chmod(0o755)
    return home


def _homes() -> Path:
    """In memory where there is room: a clone takes 30 ms there, 500 on a disk."""
    memory = Path("/dev/shm")
    if os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ENOUGH_BYTES:
        return memory
    return Path(tempfile.gettempdir())


def remove_home(home: Path) -> None:
    """Stop what runs there and delete it."""
    Cluster(home).stop()
    if lock := _in_use.pop(home, None):
        lock.leave()
    shutil.rmtree(home, ignore_errors=True)
    shutil.rmtree(Cluster(home).sockets(), ignore_errors=True)


def _remove_left_over_homes() -> None:
    """What a run that was killed left behind."""
    for home in _homes().glob(f"{HOMES}*"):
        if home.stat().st_uid == os.geteuid() and (home / "run").exists():
            lock = FileLock(home, "run")
            if lock.take(wait=False):
                remove_home(home)
            lock.leave()
