"""Rotation of secrets without a restart by hand: exchange keys and database passwords in files."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, event, make_url, text

from db.rotation import follow_passwords
from refresher.configuration.problems import ConfigurationError
from refresher.process.secret_watch import SecretWatch
from tests.postgres import Database, PostgresServer, own_server
from tests.refresher.refresher_process import configured, refresher
from tests.simulator.exchange_process import run_simulator


def replaced(file: Path, content: str) -> None:
    """Replace a file at once, as deployment tools do."""
    new = file.with_suffix(".new")
    new.write_text(content)
    new.rename(file)


@pytest.mark.slow
def test_a_rotated_exchange_key_is_used_without_a_restart_by_hand(database: Database, tmp_path: Path) -> None:
    with run_simulator(days=1) as exchange:
        environment = configured(tmp_path, exchange.url)
        key = tmp_path / "key"
        key.write_text("the wrong key")
        file = tmp_path / "stillframe.toml"
        file.write_text(file.read_text().replace("env:TEST_API_KEY", f"file:{key}"))
        with refresher(environment, database.url, tmp_path / "log") as running:
            running.wait_for("refuses the key")
            replaced(key, exchange.api_key)
            running.wait_for("secrets changed: starting again with them")
            running.wait_for("balances_ms=")
            running.wait_for("refreshed ")
            assert running.end() == 0
            assert running.lines().count("started ") == 2


def test_a_change_counts_when_it_has_settled_and_can_be_used(tmp_path: Path) -> None:
    key, secret = tmp_path / "key", tmp_path / "secret"
    for file in (key, secret):
        file.write_text("old")
    problems: list[str] = ["the file is empty"]

    def load() -> None:
        if problems:
            raise ConfigurationError(problems)

    watch = SecretWatch((key, secret), load)
    assert not watch.look()
    replaced(key, "new")
    assert not watch.look()  # the secret may follow
    secret.unlink()
    assert not watch.look()
    assert not watch.look()  # a missing file is a rotation under way
    secret.write_text("")
    assert not watch.look()
    assert not watch.look()  # settled, and refused
    problems.clear()
    assert not watch.look()  # nothing changed since
    replaced(secret, "new")
    assert not watch.look()
    assert watch.look()
    assert watch.has_changed


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with own_server() as server:
        yield server


@pytest.mark.slow
def test_a_rotated_database_password_is_used_by_the_next_connection(server: PostgresServer, tmp_path: Path) -> None:
    """The test's server asks for no password, so the driver's parameters are compared."""
    file = tmp_path / "url"
    url = make_url(server.database.url).set(drivername="postgresql")
    file.write_text(url.set(password="old").render_as_string(hide_password=False))
    engine = create_engine(url.set(drivername="postgresql+psycopg2", password="configured"))
    follow_passwords(engine, {"DATABASE_URL": f"file:{file}"})
    passwords: list[str] = []
    event.listen(engine, "do_connect", lambda _d, _r, _a, parameters: passwords.append(parameters["password"]))
    for password in ("old", "new"):
        replaced(file, url.set(password=password).render_as_string(hide_password=False))
        with engine.connect() as connection:
            assert connection.execute(text("SELECT 1")).scalar_one() == 1
        engine.dispose()
    assert passwords == ["old", "new"]
