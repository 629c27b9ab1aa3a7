"""`python -m db`: its commands, and their table in docs/operations.md."""

import re
from pathlib import Path

import pytest

import db.__main__
from db.__main__ import COMMANDS, main
from tests.ports import free_port
from tests.postgres import Database

DOCS = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")


def test_the_documentation_lists_exactly_the_commands_with_their_help() -> None:
    section = DOCS.split("## The database from the command line")[1].split("\n## ")[0]
    assert dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", section, re.M)) == COMMANDS


def test_the_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    shown = " ".join(capsys.readouterr().out.split())
    assert [name for name, meaning in COMMANDS.items() if f"{name} {meaning}" not in shown] == []
    assert f"`python -m db {' | '.join(COMMANDS)}`" in (db.__main__.__doc__ or "")


def test_the_url_is_printed_without_its_password(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://me:secret@db.example/x")
    assert main(["url"]) == 0
    printed = capsys.readouterr().out
    assert "db.example/x" in printed
    assert "secret" not in printed


def test_an_upgrade_of_a_database_that_is_up_to_date_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, database: Database
) -> None:
    monkeypatch.setenv("DATABASE_URL", database.url)
    assert main(["upgrade"]) == 0


def test_a_database_that_cannot_be_reached_is_exit_code_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"postgresql://me@127.0.0.1:{free_port()}/x")
    assert main(["upgrade"]) == 1
    assert capsys.readouterr().err.startswith("stillframe: the database cannot be reached: ")


@pytest.mark.parametrize("command", ["start", "stop", "serve", "status"])
def test_commands_of_the_embedded_postgres_are_exit_code_2_beside_a_database_url(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://me@127.0.0.1/x")
    assert main([command]) == 2
    assert f"`{command}` is for the embedded Postgres only" in capsys.readouterr().err
