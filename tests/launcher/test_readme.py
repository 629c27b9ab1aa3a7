"""The README to the letter: its commands work as a new user would paste them."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.postgres import new_home, remove_home
from tests.simulator.exchange_process import run_simulator

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
DOCS = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "stillframe.example.toml",
    *sorted((ROOT / "docs").glob("*.md")),
]


@pytest.mark.parametrize("file", DOCS, ids=lambda file: file.name)
def test_every_command_names_the_python_that_has_the_packages(file: Path) -> None:
    """The system's Python has no packages, so a pasted command would fail."""
    text = file.read_text().replace("refresher python -m", "")  # in the container
    commands = re.findall(r"(\S*)python3? -m (?:refresher|db|launcher|tests|simulator|bench)", text)
    assert [before for before in commands if before.lstrip('`("$') != ".venv/bin/"] == []


def block(words: str) -> str:
    """The code block of the README that holds these words."""
    (text,) = [
        text for text in re.findall(r"^ *```\w*\n(.*?)^ *```", README, re.DOTALL | re.MULTILINE) if words in text
    ]
    return "\n".join(line.strip() for line in text.splitlines())


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A directory that looks like a checkout after its first `make run`, in somebody's home."""
    directory = tmp_path / "stillframe"
    (directory / ".venv" / "bin").mkdir(parents=True)
    for room in ("db", "domain", "exchanges", "logs", "refresher", "analysis"):
        (directory / room).symlink_to(ROOT / room)
    python = directory / ".venv" / "bin" / "python"
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    return directory


def test_the_key_files_are_readable_by_their_owner_only(checkout: Path) -> None:
    commands = block("cat > secrets/key").replace("cat >", "echo pasted >")
    subprocess.run(["sh", "-ec", commands], cwd=checkout, check=True)
    assert {file.name: oct(file.stat().st_mode & 0o777) for file in (checkout / "secrets").iterdir()} == {
        "key": "0o600",
        "secret": "0o600",
    }


@pytest.mark.slow
def test_the_line_for_cron_and_the_sql_work_as_printed(checkout: Path) -> None:
    """cron runs a line with sh, in the home directory, with almost no environment."""
    home = new_home()
    with run_simulator(days=1) as exchange:
        (checkout / "secrets").mkdir()
        (checkout / "secrets" / "key").write_text(exchange.api_key)
        (checkout / "secrets" / "secret").write_text(exchange.api_secret)
        text = re.sub(
            r'^(exchange = "cryptocom")', rf'\1\nbase_url = "{exchange.url}"', block("[[accounts]]"), flags=re.M
        )
        (checkout / "stillframe.toml").write_text(text)
        environment = {"HOME": str(checkout.parent), "PATH": "/usr/bin:/bin", "STILLFRAME_HOME": str(home)}
        try:
            line = re.sub(r"^(\S+ ){5}", "", block("--once"))
            ran = subprocess.run(["sh", "-c", line], cwd=checkout.parent, env=environment, check=False)
            assert ran.returncode == 0, (checkout / "once.log").read_text()
            start = "[ -e .venv ] && .venv/bin/python -m db start >/dev/null"
            sql = subprocess.run(
                ["sh", "-ec", f"{start}; {block('psql')}; .venv/bin/python -m db stop >/dev/null"],
                cwd=checkout,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
            assert "main | cryptocom" in sql.stdout, sql.stderr
        finally:
            remove_home(home)


def test_the_readme_says_what_the_first_start_takes() -> None:
    assert re.search(r"takes\s+one to two minutes and 900 MB", README)
    assert os.access(ROOT / "deploy" / "compose.yaml", os.R_OK)
