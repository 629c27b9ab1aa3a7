"""Preflight checks before anything is started: one line for each problem, with its remedy."""

import socket
from dataclasses import dataclass
from pathlib import Path

from db.embedded import Cluster, EmbeddedPostgresError
from db.embedded.sharing import is_supervised
from db.engine import DatabaseConfigurationError, DatabaseSettings, database_settings, database_url
from refresher.configuration.settings import ConfigurationError, Settings, load_settings
from signin.settings import SignInConfigurationError, check_api_token, read_settings

HOST = "127.0.0.1"


class NotReady(Exception):
    """Stillframe cannot run. `problems` are lines for the user."""

    def __init__(self, *problems: str) -> None:
        self.problems = problems
        super().__init__("; ".join(problems))


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan of a run."""

    port: int
    settings: Settings
    database: DatabaseSettings

    @property
    def url(self) -> str:
        """The address of the dashboard."""
        return f"http://{HOST}:{self.port}"

    @property
    def is_demo(self) -> bool:
        """True if a simulated exchange is needed: no account and no demo exchange is configured."""
        return self.settings.is_demo and self.settings.demo_url is None

    @property
    def cluster(self) -> Cluster | None:
        """Our own Postgres. None if DATABASE_URL names another one."""
        return None if self.database.url is not None else Cluster(self.database.home)


def plan(port: str) -> Plan:
    """Check everything. Raises NotReady with every problem."""
    problems: list[str] = []
    number = 0
    try:
        number = _free_port(port)
    except NotReady as error:
        problems.extend(error.problems)
    try:
        settings = load_settings()
    except ConfigurationError as error:
        problems.extend(error.problems)
    try:
        check_api_token(read_settings())
    except SignInConfigurationError as error:
        problems.extend(error.problems)
    try:
        database = database_settings()
        database_url(database)
        if database.url is None:
            _check_home(database.home)
    except (DatabaseConfigurationError, EmbeddedPostgresError) as error:
        problems.extend(str(error).splitlines())
    if problems:
        raise NotReady(*dict.fromkeys(problems))
    return Plan(number, settings, database)


def free_port() -> int:
    """A port without a listener."""
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return int(listener.getsockname()[1])


def _free_port(given: str) -> int:
    if not given.isascii() or not given.isdigit() or not 1 <= int(given) <= 65_535:
        raise NotReady(f"PORT = {given!r}: write a number from 1 to 65535, as in `make run PORT=8502`")
    port = int(given)
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
        except PermissionError:
            raise NotReady(f"PORT = {port}: only root may use it; choose one above 1023") from None
        except OSError:
            raise NotReady(
                f"PORT = {port}: it is in use on {HOST}; stop what uses it, or choose another: make run PORT={port + 1}"
            ) from None
    return port


def _check_home(home: Path) -> None:
    Cluster(home).make_home()
    if is_supervised(home):
        raise EmbeddedPostgresError(
            f"STILLFRAME_HOME = {str(home)!r}: another Stillframe runs on it; stop that one, or choose another home"
        )
