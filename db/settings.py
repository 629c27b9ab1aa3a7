"""Settings of the database: environment variables, validated together. db/engine.py passes the environment."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from db.secret_files import SecretUnreadable, read_secret_file
from domain.viewers import Mode

DRIVER = "postgresql+psycopg2"
MODE = "STILLFRAME_SIGN_IN"
SCHEMES = ("postgres", "postgresql", DRIVER)
EXAMPLE = "postgresql://user:password@host:5432/stillframe"


class DatabaseConfigurationError(Exception):
    """Invalid database settings. The message has one line per problem and never shows a password."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable with its default and meaning. A test compares these with the documentation."""

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
    Setting(
        "STILLFRAME_READER_URL",
        "",
        "The login of pages and API, a member of `stillframe_reader` alone. Empty: `stillframe_pages` at "
        "`DATABASE_URL`, with a password that follows from its password.",
    ),
    Setting(
        "STILLFRAME_WRITER_URL",
        "",
        "The login of the refresher, a member of `stillframe_writer`. Empty: `stillframe_refresher`, likewise.",
    ),
    Setting(
        "STILLFRAME_SIGN_IN_URL",
        "",
        "The login of the sign-in layer, a member of `stillframe_auth` alone. Empty: `stillframe_sign_in`, likewise.",
    ),
    Setting("STILLFRAME_HOME", ".stillframe", "The directory that holds all data of the Postgres run here."),
    Setting("STILLFRAME_DB_READER_POOL_SIZE", "5", "Connections kept open by the web process. Twice as many at peaks."),
    Setting(
        "STILLFRAME_DB_WRITER_POOL_SIZE", "5", "Connections of the refresher, beside four for leases and the queue."
    ),
    Setting("STILLFRAME_DB_POOL_TIMEOUT", "5", "Seconds to wait for a free connection of the pool."),
    Setting("STILLFRAME_DB_CONNECT_TIMEOUT", "3", "Seconds to wait for a new connection."),
    Setting("STILLFRAME_DB_READER_STATEMENT_TIMEOUT", "5", "Seconds after which a query of a page is cancelled."),
    Setting(
        "STILLFRAME_DB_WRITER_STATEMENT_TIMEOUT", "30", "Seconds after which a write of the refresher is cancelled."
    ),
    Setting("STILLFRAME_DB_LOCK_TIMEOUT", "10", "Seconds to wait for a lock, at most the statement timeout."),
    Setting("STILLFRAME_DB_IDLE_TIMEOUT", "15", "Seconds after which an idle transaction is ended."),
)
_DEFAULTS = {setting.name: setting.default for setting in SETTINGS}


@dataclass(frozen=True, slots=True)
class DatabaseSettings:
    """URLs, pool sizes and timeouts (in seconds). `url` None: the embedded Postgres."""

    home: Path
    # Not in the repr: SQLAlchemy masks the password, but host names and query parameters may be secret too.
    url: URL | None = field(default=None, repr=False)
    reader_url: URL | None = field(default=None, repr=False)
    writer_url: URL | None = field(default=None, repr=False)
    sign_in_url: URL | None = field(default=None, repr=False)
    reader_pool_size: int = 5
    writer_pool_size: int = 5
    pool_timeout: int = 5
    connect_timeout: int = 3
    reader_statement_timeout: int = 5
    writer_statement_timeout: int = 30
    lock_timeout: int = 10
    idle_timeout: int = 15
    # How people sign in, for the refresher to store. None: leave the database as it is.
    sign_in: Mode | None = None


def settings_of(environment: Mapping[str, str]) -> DatabaseSettings:
    """Parse the variables of SETTINGS. Raises DatabaseConfigurationError with all problems at once."""
    problems: list[str] = []

    def parsed(name: str, parse: Callable[[str, str], Any]) -> Any:
        try:
            return parse(name, environment.get(name, "").strip() or _DEFAULTS[name])
        except DatabaseConfigurationError as error:
            problems.extend(error.problems)

    urls = [parsed(setting.name, _url) for setting in SETTINGS if setting.name.endswith("_URL")]
    sign_in = None
    try:
        sign_in = mode_of(environment)
    except DatabaseConfigurationError as error:
        problems.extend(error.problems)
    home = parsed("STILLFRAME_HOME", lambda _, value: Path(value).expanduser().absolute())
    numbers = {
        s.name.removeprefix("STILLFRAME_DB_").lower(): parsed(s.name, _integer)
        for s in SETTINGS
        if s.name.startswith("STILLFRAME_DB_")
    }
    if problems:
        raise DatabaseConfigurationError(tuple(problems))
    return replace(DatabaseSettings(home, *urls, **numbers), sign_in=sign_in)


def mode_of(environment: Mapping[str, str]) -> Mode | None:
    """How people sign in. None if it is not set. Raises DatabaseConfigurationError."""
    value = environment.get(MODE, "").strip()
    try:
        return Mode(value.lower()) if value else None
    except ValueError:
        raise DatabaseConfigurationError((f"{MODE} = {value!r:.40}: write off, oidc, password or proxy",)) from None


def _integer(name: str, value: str) -> int:
    if not value.isascii() or not value.isdigit() or not 1 <= int(value) <= 86_400:
        raise _problem(name, value, "write a whole number from 1 to 86400")
    return int(value)


def _url(name: str, value: str) -> URL | None:
    """The URL with its driver, None if empty. Reads the file of a `file:` value."""
    if value.startswith("file:"):
        try:
            value = read_secret_file(Path(value.removeprefix("file:")).expanduser())
        except SecretUnreadable as error:
            raise _problem(name, value, str(error)) from None
    if not value:
        return None
    try:
        url = make_url(value)
    except (ArgumentError, ValueError):
        # `from None`: the cause repeats the URL with its password.
        raise _problem(name, value, f"it is not a URL. Write {EXAMPLE}") from None
    if url.drivername not in SCHEMES:
        raise _problem(name, value, f"only Postgres with the driver psycopg2 is supported. Write {EXAMPLE}")
    if not url.database:
        raise _problem(name, value, f"the name of the database is missing at its end. Write {EXAMPLE}")
    return url.set(drivername=DRIVER)


def _problem(name: str, value: str, remedy: str) -> DatabaseConfigurationError:
    return DatabaseConfigurationError((f"{name} = {without_password(value)!r}: {remedy}",))


def without_password(value: str) -> str:
    """Mask every possible password in a URL, even in a malformed one."""
    masked = re.sub(r"(?i)(pass\w*=)[^&\s]*", r"\1***", value)
    # From the first colon after the user to the last @, because an unquoted password may contain both characters.
    return re.sub(r"((?:^|//)[^:/@]*):(?!//).*@", r"\1:***@", masked)
