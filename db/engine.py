"""Engines: how each process connects, with which role, and for how long it is ready to wait.

One of the places that read the environment. Nothing is built at import; each process builds its engines once.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, Engine, create_engine, make_url
from sqlalchemy.exc import ArgumentError

DRIVER = "postgresql+psycopg2"  # named, because SQLAlchemy's default for postgresql:// may be another
HOME_VARIABLE = "STILLFRAME_HOME"
DEFAULT_HOME = ".stillframe"
READER_ROLE = "stillframe_reader"
WRITER_ROLE = "stillframe_writer"


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable of the database, with its default and what it means."""

    name: str
    default: str
    meaning: str


SETTINGS = (
    Setting("DATABASE_URL", "", "Postgres 15 or later to use instead of the embedded one"),
    Setting("STILLFRAME_READER_URL", "", "separate login for pages and API; else DATABASE_URL in the role of a reader"),
    Setting("STILLFRAME_WRITER_URL", "", "separate login for the refresher; else DATABASE_URL in the role of a writer"),
    Setting(HOME_VARIABLE, DEFAULT_HOME, "directory of the embedded Postgres and all other data"),
    Setting("STILLFRAME_DB_POOL_SIZE", "5", "connections that a process keeps open"),
    Setting("STILLFRAME_DB_POOL_OVERFLOW", "5", "connections beyond these at peaks"),
    Setting("STILLFRAME_DB_POOL_TIMEOUT_S", "5", "seconds to wait for a free connection"),
    Setting("STILLFRAME_DB_CONNECT_TIMEOUT_S", "3", "seconds to wait for a new connection"),
    Setting("STILLFRAME_DB_READ_TIMEOUT_MS", "5000", "longest statement of pages and API, milliseconds"),
    Setting("STILLFRAME_DB_WRITE_TIMEOUT_MS", "30000", "longest statement of the refresher, milliseconds"),
    Setting("STILLFRAME_DB_LOCK_TIMEOUT_MS", "5000", "longest wait for a lock, milliseconds"),
    Setting("STILLFRAME_DB_IDLE_TIMEOUT_MS", "15000", "longest idle time inside a transaction, milliseconds"),
)


class DatabaseConfigurationError(Exception):
    """A setting of the database cannot be used; the message is one line: field, value, remedy."""


def home_directory(environment: Mapping[str, str] | None = None) -> Path:
    """Where Stillframe keeps its data."""
    return Path(_value(HOME_VARIABLE, environment)).expanduser().resolve()


def configured_url(name: str = "DATABASE_URL", environment: Mapping[str, str] | None = None) -> URL | None:
    """The URL a variable gives, with the driver named; None when it is not set. The password never shows in errors."""
    given = _value(name, environment)
    if not given:
        return None
    try:
        url = make_url(given)
    except (ArgumentError, ValueError):
        raise DatabaseConfigurationError(
            f"{name}: not a database URL; give postgresql://user:password@host:port/database"
        ) from None
    if url.get_backend_name() not in ("postgresql", "postgres"):
        raise DatabaseConfigurationError(
            f"{name}: {url.get_backend_name()!r} is not Postgres; give postgresql://user:password@host:port/database"
        )
    return url.set(drivername=DRIVER)


def database_url() -> URL:
    """Where the database is: DATABASE_URL, else the embedded Postgres, which is started if it does not run."""
    configured = configured_url()
    if configured is not None:
        return configured
    from db.embedded import EmbeddedServer  # only here: a deployment with DATABASE_URL needs no embedded Postgres

    return EmbeddedServer(home_directory()).ensure_running()


def owner_engine() -> Engine:
    """An engine as the user of DATABASE_URL, for migrations: no role, no statement time-out."""
    return _engine(database_url(), "stillframe-owner", statement_ms=0, pool_size=1)


def writer_engine(pool_size: int | None = None, url: URL | None = None) -> Engine:
    """An engine in the role of the writer, for the refresher."""
    own = configured_url("STILLFRAME_WRITER_URL")
    return _engine(
        url or own or database_url(),
        "stillframe-refresher",
        statement_ms=_number("STILLFRAME_DB_WRITE_TIMEOUT_MS"),
        pool_size=pool_size,
        role=None if own else WRITER_ROLE,
    )


def reader_engine(pool_size: int | None = None, url: URL | None = None) -> Engine:
    """An engine in the role of the reader, for pages and API: it can SELECT, and INSERT a wish to refresh."""
    own = configured_url("STILLFRAME_READER_URL")
    return _engine(
        url or own or database_url(),
        "stillframe-web",
        statement_ms=_number("STILLFRAME_DB_READ_TIMEOUT_MS"),
        pool_size=pool_size,
        role=None if own else READER_ROLE,
    )


def _engine(url: URL, name: str, *, statement_ms: int, pool_size: int | None = None, role: str | None = None) -> Engine:
    options = {
        "TimeZone": "UTC",
        "statement_timeout": str(statement_ms),
        "lock_timeout": str(_number("STILLFRAME_DB_LOCK_TIMEOUT_MS")),
        "idle_in_transaction_session_timeout": str(_number("STILLFRAME_DB_IDLE_TIMEOUT_MS")),
    }
    if role is not None:
        options["role"] = role
    return create_engine(
        url,
        pool_pre_ping=True,
        pool_size=pool_size or _number("STILLFRAME_DB_POOL_SIZE"),
        max_overflow=_number("STILLFRAME_DB_POOL_OVERFLOW"),
        pool_timeout=_number("STILLFRAME_DB_POOL_TIMEOUT_S"),
        pool_recycle=1800,
        hide_parameters=True,  # what is written never shows in a traceback
        connect_args={
            "application_name": name,
            "connect_timeout": _number("STILLFRAME_DB_CONNECT_TIMEOUT_S"),
            "options": " ".join(f"-c {key}={value}" for key, value in options.items()),
            "keepalives_idle": 30,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            "tcp_user_timeout": 10_000,
        },
    )


def _value(name: str, environment: Mapping[str, str] | None = None) -> str:
    default = next(setting.default for setting in SETTINGS if setting.name == name)
    return (os.environ if environment is None else environment).get(name, "").strip() or default


def _number(name: str) -> int:
    value = _value(name)
    if not value.isascii() or not value.isdigit():
        raise DatabaseConfigurationError(f"{name}: {value!r} is not a whole number; give one, or leave it out")
    return int(value)
