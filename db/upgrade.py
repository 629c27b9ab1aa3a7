"""Upgrade a database to the schema of this version: extension, roles, migrations, grants.

All steps run in one transaction under one lock. Two processes that start together upgrade once, and a failed upgrade
changes nothing.
"""

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from db.locks import LockClass
from db.logins import ensure_logins
from db.roles import ensure_roles, grant
from db.row_security import READING_FUNCTIONS, has_functions
from db.settings import DatabaseConfigurationError

MIGRATIONS = Path(__file__).with_name("migrations")
OLDEST_POSTGRES = 15


def upgrade(engine: Engine, revision: str = "head", report: Callable[[str], None] = lambda _: None) -> None:
    """Migrate as the owner, with a line for each migration. An interrupted upgrade is undone and can be repeated.

    Raises DatabaseConfigurationError if the database is too old or newer than this version.
    """
    with engine.begin() as connection:
        _check_version(connection)
        connection.execute(text("SELECT pg_advisory_xact_lock(:class, 0)"), {"class": int(LockClass.MIGRATION)})
        if revision == "head" and not is_upgrade_due(connection) and has_functions(connection):
            ensure_logins(connection, engine.url)
            return
        connection.execute(text("CREATE EXTENSION IF NOT EXISTS btree_gist"))
        ensure_roles(connection)
        ensure_logins(connection, engine.url)
        for function in READING_FUNCTIONS:
            connection.execute(text(f"DROP FUNCTION IF EXISTS {function}"))
        with _reported(connection, report):
            command.upgrade(_config(connection), revision)
        if revision in ("head", newest_revision()):
            grant(connection)


@contextmanager
def _reported(connection: Connection, report: Callable[[str], None]) -> Iterator[None]:
    """Report each migration before it begins. Alembic announces it in its log."""
    size = connection.execute(text("SELECT pg_size_pretty(pg_database_size(current_database()))")).scalar_one()
    handler = _Announcements(lambda line: report(f"{line} (the database holds {size})"))
    log = logging.getLogger("alembic.runtime.migration")
    level = log.level
    log.setLevel(logging.INFO)
    log.addHandler(handler)
    try:
        yield
    finally:
        log.removeHandler(handler)
        log.setLevel(level)


class _Announcements(logging.Handler):
    """Turns "Running upgrade 0006 -> 0007, what it does" into "migrating to 0007: what it does"."""

    def __init__(self, report: Callable[[str], None]) -> None:
        super().__init__(logging.INFO)
        self._report = report

    def emit(self, record: logging.LogRecord) -> None:
        if match := re.match(r"Running upgrade .*-> (\S+), (.*)", record.getMessage()):
            self._report(f"migrating to {match[1]}: {match[2].rstrip('.')}")


def newest_revision() -> str:
    """The revision of the current schema."""
    head = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    assert head is not None
    return head


def is_upgrade_due(connection: Connection) -> bool:
    """True if the schema is older than this version. Raises DatabaseConfigurationError if it is newer."""
    revision = MigrationContext.configure(connection).get_current_revision()
    revisions = {script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}
    if revision is not None and revision not in revisions:
        raise DatabaseConfigurationError(
            (f"the database is at revision {revision}, unknown to this version: run the newer Stillframe again",)
        )
    return revision != newest_revision()


def _check_version(connection: Connection) -> None:
    version = int(connection.execute(text("SHOW server_version_num")).scalar_one()) // 10_000
    if version < OLDEST_POSTGRES:
        raise DatabaseConfigurationError(
            (f"DATABASE_URL: the server is Postgres {version}, but version {OLDEST_POSTGRES} or later is required",)
        )


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
