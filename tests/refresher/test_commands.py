"""The command line, as cron, a supervisor and a person meet it: exit codes, and lines that tell what to do."""

import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import text

from db.reads.moments import read_latest
from db.writes.accounts import AccountSetting, write_accounts
from refresher.__main__ import main
from tests.exchanges.payload_server import PayloadServer
from tests.exchanges.wire_payloads import answer
from tests.factories import ASKED
from tests.postgres import Database
from tests.refresher.refresher_process import ROOT, configured, run_refresher
from tests.refresher.scripted_exchange import BALANCES, ORDERS, POSITIONS, TRIGGERS

NOWHERE = "postgresql://nobody:hunter2@127.0.0.1:9/nothing"


@dataclass
class Ended:
    """How a command ended."""

    returncode: int
    stdout: str
    stderr: str


Call = Callable[..., Ended]


@pytest.fixture
def call(
    own_process_state: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Ended]:
    """Run a command in this process, which spares the seconds that starting one takes."""

    def called(environment: Mapping[str, str], database_url: str, *arguments: str) -> Ended:
        for name, value in {**environment, "DATABASE_URL": database_url}.items():
            monkeypatch.setenv(name, value)
        try:
            code = main(arguments)
        except SystemExit as ended:
            code = int(str(ended.code))
        written = capsys.readouterr()
        return Ended(code, written.out, written.err)

    return called


def refuse_the_key(exchange: PayloadServer) -> None:
    for path in (BALANCES, POSITIONS, ORDERS, TRIGGERS):
        exchange.says(path, {"code": 40101, "message": "UNAUTHORIZED"}, status=401)


def refreshes(database: Database) -> int:
    with database.reader.connect() as connection:
        return int(connection.execute(text("SELECT count(*) FROM refresh")).scalar_one())


def test_once_refreshes_every_account_and_exits_0(database: Database, exchange: PayloadServer, tmp_path: Path) -> None:
    ended = run_refresher(configured(tmp_path, exchange.url, "one", "two"), database.url, "--once")
    assert ended.returncode == 0, ended.stderr
    with database.reader.connect() as connection:
        assert len(read_latest(connection)) == 2
    assert "triggers_ms=" in ended.stderr


def test_once_exits_0_when_a_source_failed_and_1_when_an_account_failed_wholly(
    call: Call, database: Database, exchange: PayloadServer, tmp_path: Path
) -> None:
    environment = configured(tmp_path, exchange.url)
    exchange.says(TRIGGERS, "garbage")
    assert call(environment, database.url, "--once").returncode == 0
    refuse_the_key(exchange)
    ended = call(environment, database.url, "--once")
    assert ended.returncode == 1
    assert len([line for line in ended.stderr.splitlines() if "check api_key" in line]) == 1
    assert "Traceback" not in ended.stderr
    assert refreshes(database) == 2


def test_a_bad_configuration_exits_2_with_a_line_for_each_problem(
    call: Call, database: Database, exchange: PayloadServer, tmp_path: Path
) -> None:
    environment = configured(tmp_path, exchange.url, "main", "main", seconds=1, more='base_curency = "USD"\n')
    ended = call(environment, database.url, "--once")
    assert ended.returncode == 2
    assert len(ended.stderr.splitlines()) == 4
    assert all(line.startswith("stillframe: ") for line in ended.stderr.splitlines())


def test_a_start_without_accounts_and_demo_explains_both(call: Call, database: Database, tmp_path: Path) -> None:
    (tmp_path / "empty.toml").write_text("")
    ended = call({"STILLFRAME_CONFIG": str(tmp_path / "empty.toml")}, database.url)
    assert ended.returncode == 2
    (line,) = ended.stderr.splitlines()
    assert "stillframe.example.toml" in line
    assert "make run" in line


def test_once_without_a_database_is_one_line_and_exits_1(call: Call, exchange: PayloadServer, tmp_path: Path) -> None:
    ended = call(configured(tmp_path, exchange.url), NOWHERE, "--once")
    assert ended.returncode == 1
    assert len(ended.stderr.splitlines()) == 1
    assert "database does not answer" in ended.stderr
    assert "hunter2" not in ended.stderr
    assert exchange.requests == []


def test_a_database_address_that_is_none_exits_2(call: Call, exchange: PayloadServer, tmp_path: Path) -> None:
    ended = call(configured(tmp_path, exchange.url), "mysql://me:hunter2@x/y", "--once")
    assert ended.returncode == 2
    assert ended.stderr.startswith("stillframe: DATABASE_URL")
    assert "hunter2" not in ended.stderr


def test_a_name_that_stood_for_another_exchange_is_refused(
    call: Call, database: Database, exchange: PayloadServer, tmp_path: Path
) -> None:
    with database.owner.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO account (name, exchange, sources, refresh_seconds, base_currency) "
                "VALUES ('main', 'kraken', '{balances}', 30, 'USD')"
            )
        )
    ended = call(configured(tmp_path, exchange.url), database.url, "--once")
    assert ended.returncode == 2
    assert "give the new account a name of its own" in ended.stderr


def test_a_database_that_refuses_is_one_line_and_exits_1(
    call: Call, database: Database, exchange: PayloadServer, tmp_path: Path
) -> None:
    with database.owner.begin() as connection:
        connection.execute(text("REVOKE ALL ON account FROM stillframe_writer"))
    ended = call(configured(tmp_path, exchange.url), database.url, "--once")
    assert ended.returncode == 1
    assert ended.stderr.splitlines() == ["stillframe: the database refuses: permission denied for table account"]


def test_check_prints_its_findings_and_needs_no_database(call: Call, exchange: PayloadServer, tmp_path: Path) -> None:
    exchange.says("private/get-accounts", answer())
    ended = call(configured(tmp_path, exchange.url) | {"COLUMNS": "200"}, NOWHERE, "--check")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    for words in ("answers within", "apart", "triggers", "withdraw: unknown", "priced in USD", "warning"):
        assert words in ended.stdout


def test_check_of_a_refused_key_exits_1_and_shows_no_secret(
    call: Call, exchange: PayloadServer, tmp_path: Path
) -> None:
    refuse_the_key(exchange)
    environment = configured(tmp_path, exchange.url) | {"TEST_API_SECRET": "secret-4711-of-mine", "COLUMNS": "200"}
    ended = call(environment, NOWHERE, "--check")
    assert ended.returncode == 1
    assert "check api_key" in ended.stdout
    assert "secret-4711-of-mine" not in ended.stdout + ended.stderr


@pytest.mark.parametrize(
    "arguments", [["--once", "--check"], ["--since", "2026-01-01"], ["--backfill", "--since", "x"]]
)
def test_options_that_do_not_go_together_exit_2(
    call: Call, exchange: PayloadServer, tmp_path: Path, arguments: list[str]
) -> None:
    ended = call(configured(tmp_path, exchange.url), NOWHERE, *arguments)
    assert ended.returncode == 2
    assert "usage:" in ended.stderr


def test_tax_close_takes_a_year_and_says_why_nothing_was_closed(
    database: Database, exchange: PayloadServer, tmp_path: Path, call: Call
) -> None:
    environment = configured(tmp_path, exchange.url, "one")
    ended = call(environment, database.url, "tax-close", "2020", "--zone", "Europe/Zurich", "--method", "fifo")
    assert (ended.returncode, ended.stderr) == (
        1, "stillframe: no account was refreshed yet, so there is no year to close\n"
    )  # fmt: skip
    write_accounts(database.writer, [AccountSetting("one", "cryptocom", ASKED, 30, "USD")])
    ended = call(environment, database.url, "tax-close", "2020", "--currency", "chf")
    assert (ended.returncode, ended.stdout) == (1, "The books of one are not worked out yet. Try again later.\n")
    assert call(environment, database.url, "tax-close", "soon").returncode == 2


@pytest.mark.slow
def test_a_refresher_loads_no_pandas_and_no_streamlit() -> None:
    """They take memory and time at each start, and the refresher draws nothing."""
    script = "import sys, refresher.__main__, refresher.commands.serve; print(*sys.modules)"
    modules = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert {"pandas", "pyarrow", "streamlit", "plotly"}.isdisjoint(modules.stdout.split())
