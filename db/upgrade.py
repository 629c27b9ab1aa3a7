"""Upgrading: bringing a database to the present schema, one process at a time."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from db.locks import LockClass
from db.roles import grant_roles

MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Apply the missing migrations in one transaction and grant the roles; a second process waits and finds it done."""
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL lock_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:class, 0)"), {"class": int(LockClass.MIGRATION)})
        command.upgrade(configuration(connection), revision)
        if revision == "head":
            grant_roles(connection)


def newest_revision() -> str:
    """The revision that the code expects."""
    head = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    assert head is not None
    return head


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's configuration, for a connection that is open already."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config
