"""A start waits for a database that is away, and ends only for an error of the configuration."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from honcho.printer import Printer
from rich.console import Console
from sqlalchemy import Engine, make_url
from sqlalchemy.exc import OperationalError

from db.engine import database_settings
from launcher import starting as module
from launcher.preflight import NotReady, Plan
from launcher.progress import Steps
from launcher.starting import Starting, is_refusal
from launcher.supervisor import Supervisor
from refresher.configuration.settings import Settings
from tests.ports import free_port
from tests.refresher.conftest import settings_for


class Start:
    """A start against a database that is elsewhere, with its printed lines."""

    def __init__(self, url: str) -> None:
        self.printed = io.StringIO()
        self.supervisor = Supervisor(Printer(io.StringIO()), lambda _: None)
        settings: Settings = settings_for("http://127.0.0.1:9", "main")
        database = replace(database_settings(), url=make_url(url), home=Path("/nowhere"))
        steps = Steps(Console(file=self.printed, width=200))
        self.starting = Starting(Plan(1, settings, database), self.supervisor, steps)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SHORTEST_PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(module, "LOOK_SECONDS", 0.01)


@pytest.mark.usefixtures("quick")
def test_a_database_that_is_away_is_waited_for_with_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    start, attempts = Start(f"postgresql+psycopg2://nobody@127.0.0.1:{free_port()}/none"), []

    def upgrade(engine: Engine, **_: object) -> None:
        attempts.append(engine)
        if len(attempts) < 3:
            raise OperationalError("SELECT 1", {}, Exception("connection refused"))

    monkeypatch.setattr(module, "upgrade", upgrade)
    start.starting._prepare_database()
    assert len(attempts) == 3
    assert start.printed.getvalue().count("cannot be reached: connection refused. Trying again") == 1


@pytest.mark.usefixtures("quick")
def test_a_refused_login_ends_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    start = Start("postgresql+psycopg2://nobody@127.0.0.1/none")

    def upgrade(_: Engine, **__: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception('FATAL:  password authentication failed for user "nobody"'))

    monkeypatch.setattr(module, "upgrade", upgrade)
    with pytest.raises(NotReady, match="Is DATABASE_URL right"):
        start.starting._prepare_database()


@pytest.mark.usefixtures("quick")
def test_a_slow_part_is_waited_for_and_named() -> None:
    start, looks = Start("postgresql+psycopg2://nobody@127.0.0.1/none"), iter([False, False, False, True])
    start.starting._until(lambda: next(looks), 0.0, "Postgres")
    assert start.printed.getvalue().count("Postgres is not ready after 0 s: see its lines. Still waiting") == 1


@pytest.mark.parametrize(
    ("reason", "code", "expected"),
    [
        ("connection refused", "", False),
        ("the database system is starting up", "57P03", False),
        ('FATAL:  database "x" does not exist', "", True),
        ("no pg_hba.conf entry for host", "", True),
        ("x", "28P01", True),
    ],
)
def test_only_a_refusal_ends_a_start(reason: str, code: str, expected: bool) -> None:
    assert is_refusal(reason, code) is expected
