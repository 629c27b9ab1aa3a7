"""What the environment says about the database, checked whole; db/engine.py reads the environment, this judges it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

DRIVER = "postgresql+psycopg2"
SCHEMES = ("postgres", "postgresql", DRIVER)
EXAMPLE = "postgresql://user:password@host:5432/stillframe"


class DatabaseConfigurationError(Exception):
    """The environment says something about the database that cannot be used; one line a problem, never a password."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


@dataclass(frozen=True, slots=True)
class Setting:
    """One variable of the environment: its default as text and what it says, for the documentation and its test."""

    name: str
    default: str
    meaning: str


SETTINGS = (
    Setting(
        "DATABASE_URL",
        "",
        "The Postgres to use (15 or later), as `" + EXAMPLE + "` or `file:/path` to a file holding that. "
        "Empty: Stillframe runs its own Postgres in `STILLFRAME_HOME`.",
    ),
    Setting("STILLFRAME_READER_URL", "", "A login of its own for pages and API; a member of `stillframe_reader`."),
    Setting("STILLFRAME_WRITER_URL", "", "A login of its own for the refresher; a member of `stillframe_writer`."),
    Setting("STILLFRAME_HOME", ".stillframe", "The directory that holds all data of the Postgres run here."),
    Setting("STILLFRAME_DB_READER_POOL_SIZE", "5", "Connections kept open by the web process; as many again at peaks."),
    Setting("STILLFRAME_DB_WRITER_POOL_SIZE", "5", "Connections kept open by the refresher; as many again at peaks."),
    Setting("STILLFRAME_DB_POOL_TIMEOUT", "5", "Seconds to wait for a free connection of the pool."),
    Setting("STILLFRAME_DB_CONNECT_TIMEOUT", "3", "Seconds to wait for a new connection."),
    Setting("STILLFRAME_DB_READER_STATEMENT_TIMEOUT", "5", "Seconds after which a page's question is cancelled."),
    Setting("STILLFRAME_DB_WRITER_STATEMENT_TIMEOUT", "30", "Seconds after which a refresher's write is cancelled."),
    Setting("STILLFRAME_DB_LOCK_TIMEOUT", "10", "Seconds to wait for a lock, shorter where the statement's limit is."),
    Setting("STILLFRAME_DB_IDLE_TIMEOUT", "15", "Seconds after which a transaction that does nothing is ended."),
)
_DEFAULTS = {setting.name: setting.default for setting in SETTINGS}


@dataclass(frozen=True, slots=True)
class DatabaseSettings:
    """Where the database is and how patiently it is asked; times in seconds. `url` None: the embedded Postgres."""

    home: Path
    # Out of every repr: SQLAlchemy masks the password, but a host name or a query parameter can tell enough.
    url: URL | None = field(default=None, repr=False)
    reader_url: URL | None = field(default=None, repr=False)
    writer_url: URL | None = field(default=None, repr=False)
    reader_pool_size: int = 5
    writer_pool_size: int = 5
    pool_timeout: int = 5
    connect_timeout: int = 3
    reader_statement_timeout: int = 5
    writer_statement_timeout: int = 30
    lock_timeout: int = 10
    idle_timeout: int = 15


def settings_of(environment: Mapping[str, str]) -> DatabaseSettings:
    """Judge the variables of SETTINGS; raises DatabaseConfigurationError with every problem at once."""
    problems: list[str] = []

    def taken(name: str, judge: Callable[[str, str], Any]) -> Any:
        try:
            return judge(name, environment.get(name, "").strip() or _DEFAULTS[name])
        except DatabaseConfigurationError as error:
            problems.extend(error.problems)

    urls = [taken(name, _url) for name in ("DATABASE_URL", "STILLFRAME_READER_URL", "STILLFRAME_WRITER_URL")]
    home = taken("STILLFRAME_HOME", lambda _, value: Path(value).expanduser().absolute())
    numbers = {s.name.removeprefix("STILLFRAME_DB_").lower(): taken(s.name, _whole) for s in SETTINGS[4:]}
    if problems:
        raise DatabaseConfigurationError(tuple(problems))
    return DatabaseSettings(home, *urls, **numbers)


def _whole(name: str, value: str) -> int:
    if not value.isascii() or not value.isdigit() or not 1 <= int(value) <= 86_400:
        raise _problem(name, value, "write a whole number from 1 to 86400")
    return int(value)


def _url(name: str, value: str) -> URL | None:
    """The URL with its driver named, None when it is empty; a `file:` is read."""
    if value.startswith("file:"):
        try:
            value = Path(value.removeprefix("file:")).read_text().strip()
        except (OSError, UnicodeDecodeError) as error:
            raise _problem(name, value, f"the file cannot be read ({type(error).__name__})") from None
    if not value:
        return None
    try:
        url = make_url(value)
    except (ArgumentError, ValueError):
        # `from None`: the cause repeats the URL with its password.
        raise _problem(name, value, f"it is not a URL; write {EXAMPLE}") from None
    if url.drivername not in SCHEMES:
        raise _problem(name, value, f"Stillframe speaks to Postgres through psycopg2; write {EXAMPLE}")
    if not url.database:
        raise _problem(name, value, f"the name of the database is missing at its end; write {EXAMPLE}")
    return url.set(drivername=DRIVER)


def _problem(name: str, value: str, remedy: str) -> DatabaseConfigurationError:
    return DatabaseConfigurationError((f"{name} = {without_password(value)!r}: {remedy}",))


def without_password(value: str) -> str:
    """A URL, also a broken one, with everything that may be a password masked."""
    masked = re.sub(r"(?i)(pass\w*=)[^&\s]*", r"\1***", value)
    # From the first colon behind the user to the last @: a password may hold either sign unquoted.
    return re.sub(r"((?:^|//)[^:/@]*):(?!//).*@", r"\1:***@", masked)
