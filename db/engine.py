"""Engines, one per role: the owner migrates, the writer is the refresher, the reader serves pages and API, and the
sign-in layer keeps sessions.

Each has a login of its own (db/logins.py). None can become another role.
"""

import os
import shutil
from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy import URL, Engine, create_engine, event

from db.embedded import Cluster, use_cluster
from db.load import watch_engine
from db.login_checks import check_reader, check_session, connect_or_refuse
from db.logins import PAGES_LOGIN, REFRESHER_LOGIN, SIGN_IN_LOGIN, login_url
from db.rotation import follow_passwords
from db.settings import SETTINGS, DatabaseConfigurationError, DatabaseSettings, Setting, settings_of
from db.viewing import show_token

__all__ = [
    "SETTINGS",
    "DatabaseConfigurationError",
    "DatabaseSettings",
    "Setting",
    "database_settings",
    "database_url",
    "free_bytes",
    "owner_engine",
    "reader_engine",
    "sign_in_engine",
    "writer_engine",
]

# Detects a dead peer within 25 s without a query, and a peer that accepts no bytes within 15 s.
KEEPALIVE = {
    "keepalives": 1,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}
RECYCLE_SECONDS = 1800
# Migrations may rebuild a table, so statements have no limit, but waiting for a lock has.
OWNER_LOCK_SECONDS = 60

# A page reads a few thousand rows by index. Parallel workers and JIT would take longer than the read.
_SHORT = {"max_parallel_workers_per_gather": "0", "jit": "off"}


def database_settings() -> DatabaseSettings:
    """Settings from the environment. Raises DatabaseConfigurationError with all problems at once."""
    return settings_of(os.environ)


def database_url(settings: DatabaseSettings | None = None) -> URL:
    """The URL of the database. Does not connect."""
    settings = settings or database_settings()
    if settings.url is None and (settings.reader_url or settings.writer_url or settings.sign_in_url):
        # A login for one process must not start an embedded Postgres for the others.
        raise DatabaseConfigurationError(("DATABASE_URL is not set, and this process has no URL of its own: set it",))
    return settings.url or Cluster(settings.home).url()


def owner_engine(settings: DatabaseSettings | None = None) -> Engine:
    """The engine that migrates."""
    settings = settings or database_settings()
    limits = {"statement_timeout": 0, "lock_timeout": OWNER_LOCK_SECONDS}
    return _engine(settings, _url(settings), "stillframe-owner", limits, pool_size=1)


def writer_engine(settings: DatabaseSettings | None = None, *, pool_size: int | None = None) -> Engine:
    """The engine of the refresher."""
    settings = settings or database_settings()
    limits = {"statement_timeout": settings.writer_statement_timeout, "lock_timeout": settings.lock_timeout}
    size = pool_size or settings.writer_pool_size
    url = settings.writer_url or login_url(_url(settings), REFRESHER_LOGIN)
    # Fetched data must not be lost because all connections are busy, so wait as long as a statement may take.
    patience = max(settings.pool_timeout, settings.writer_statement_timeout)
    # A write takes milliseconds and jobs wait for a free connection, so there is no need of more at peaks.
    return _engine(settings, url, "stillframe-refresher", limits, pool_size=size, overflow=0, pool_timeout=patience)


def free_bytes(settings: DatabaseSettings | None = None) -> int | None:
    """The free space on the disk of the embedded database. None with a database elsewhere, or without its folder."""
    settings = settings or database_settings()
    if settings.url is not None or not settings.home.is_dir():
        return None
    return shutil.disk_usage(settings.home).free


def reader_engine(settings: DatabaseSettings | None = None, *, pool_size: int | None = None) -> Engine:
    """The engine of pages and API. It can read, and insert refresh requests."""
    settings = settings or database_settings()
    limit = settings.reader_statement_timeout
    limits = {"statement_timeout": limit, "lock_timeout": min(limit, settings.lock_timeout)}
    size = pool_size or settings.reader_pool_size
    url = settings.reader_url or login_url(_url(settings), PAGES_LOGIN)
    engine = _engine(settings, url, "stillframe-web", limits, _SHORT, pool_size=size)
    event.listen(engine, "connect", lambda connection, _: check_reader(connection))
    event.listen(engine, "begin", show_token)
    return engine


def sign_in_engine(settings: DatabaseSettings | None = None) -> Engine:
    """The engine of the sign-in layer: sessions, attempts and audit rows, and no account data."""
    settings = settings or database_settings()
    limit = settings.reader_statement_timeout
    limits = {"statement_timeout": limit, "lock_timeout": min(limit, settings.lock_timeout)}
    url = settings.sign_in_url or login_url(_url(settings), SIGN_IN_LOGIN)
    return _engine(settings, url, "stillframe-sign-in", limits, _SHORT, pool_size=settings.reader_pool_size)


def _url(settings: DatabaseSettings) -> URL:
    """The URL of the owner. Starts the embedded Postgres if there is no other."""
    url = database_url(settings)
    if settings.url is None:
        use_cluster(settings.home)
    return url


def _engine(
    settings: DatabaseSettings,
    url: URL,
    name: str,
    limits: dict[str, int],
    others: Mapping[str, str] = MappingProxyType({}),
    *,
    pool_size: int,
    overflow: int | None = None,
    pool_timeout: int | None = None,
) -> Engine:
    options = {
        "TimeZone": "UTC",
        "idle_in_transaction_session_timeout": f"{settings.idle_timeout}s",
        **{limit: f"{seconds}s" for limit, seconds in limits.items()},
        **others,
    }
    url_options = [str(url.query["options"])] if "options" in url.query else []
    connect_args = {
        "application_name": name,
        "connect_timeout": settings.connect_timeout,
        "options": " ".join([*url_options, *(f"-c {key}={value}" for key, value in options.items())]),
        **KEEPALIVE,
    }
    engine = create_engine(
        url.difference_update_query(["options", "application_name", "connect_timeout"]),
        connect_args=connect_args,
        pool_pre_ping=True,
        pool_size=pool_size,
        max_overflow=pool_size if overflow is None else overflow,
        pool_timeout=pool_timeout or settings.pool_timeout,
        pool_recycle=RECYCLE_SECONDS,
        pool_use_lifo=True,
        use_native_hstore=False,  # no column has this type, and each new connection would ask for its oid
        hide_parameters=True,  # errors show the statement without account data
    )
    watch_engine(engine, name)
    follow_passwords(engine, os.environ)  # before the next one, which connects
    event.listen(engine, "do_connect", connect_or_refuse)
    event.listen(engine, "connect", lambda connection, _: check_session(connection, settings.idle_timeout))
    return engine
