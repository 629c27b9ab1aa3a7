"""One key is one account: the same key under two names is refused, a new name for a known key is the old account."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import text
from structlog.testing import capture_logs

from db.writes.accounts import AccountRefused, AccountSetting, KeyTaken, write_accounts
from db.writes.key_salt import SALT_BYTES, write_key_salt
from domain.sources import Source
from refresher.configuration.settings import AccountSettings, ConfigurationError, load_settings
from refresher.present.accounts import fingerprint_of
from tests.exchanges.payload_server import PayloadServer
from tests.postgres import Database
from tests.refresher.conftest import settings_for, watched_accounts
from tests.refresher.refresher_process import configured, run_refresher

SAME = "accounts 'one' and 'two' have the same API key, so everything in it would count twice: remove one of them, or"


def account(name: str, key: str, exchange: str = "cryptocom", **values: object) -> AccountSettings:
    return AccountSettings(name, exchange, SecretStr(key), SecretStr("secret"), **values)  # type: ignore[arg-type]


def setting(name: str, fingerprint: str | None, exchange: str = "kraken") -> AccountSetting:
    return AccountSetting(name, exchange, (Source.BALANCES,), 30, "USD", key_fingerprint=fingerprint)


def rows(database: Database) -> Mapping[str, tuple[int, bool]]:
    with database.reader.connect() as connection:
        rows = connection.execute(text("SELECT name, id, is_configured FROM account"))
        return {name: (id_, is_configured) for name, id_, is_configured in rows}


@pytest.mark.parametrize(
    "command", ["--once", *(pytest.param(name, marks=pytest.mark.slow) for name in (None, "--backfill", "--check"))]
)
def test_two_names_for_one_key_are_refused_in_one_line_by_every_command(
    database: Database, exchange: PayloadServer, tmp_path: Path, command: str | None
) -> None:
    environment = configured(tmp_path, exchange.url, "one", "two")
    same = environment | dict.fromkeys((name for name in environment if name.startswith("TEST_API_KEY")), "abc")
    ended = run_refresher(same, database.url, *([command] if command else []))
    assert ended.returncode == 2
    (line,) = ended.stderr.splitlines()
    assert line.startswith(f"stillframe: {SAME}")
    assert "abc" not in ended.stdout + ended.stderr
    assert exchange.requests == []


def test_two_accounts_with_different_keys_on_one_exchange_are_served_also_after_a_restart(
    database: Database, exchange: PayloadServer
) -> None:
    for _ in range(2):
        first, two = watched_accounts(database, settings_for(exchange.url, "one", "two"))
        assert first.refresh().succeeded
        assert two.refresh().succeeded
        for watched in (first, two):
            watched.release()
    assert len(rows(database)) == 2


def test_the_database_refuses_what_the_configuration_let_through(database: Database, exchange: PayloadServer) -> None:
    with pytest.raises(KeyTaken, match="accounts 'one' and 'two' have the same API key"):
        watched_accounts(database, settings_for(exchange.url, "one", "two", key="abc"))
    assert rows(database) == {}


def test_a_new_name_for_a_known_key_goes_on_with_the_past_of_the_old_one(
    database: Database, exchange: PayloadServer
) -> None:
    (old,) = watched_accounts(database, settings_for(exchange.url, "old", key="abc"))
    assert old.refresh().succeeded
    old.release()
    with capture_logs() as logs:
        (new,) = watched_accounts(database, settings_for(exchange.url, "new", key="abc"))
    assert rows(database) == {"new": (old.account.id, True)}
    assert [(line["account"], line["previous"]) for line in logs if "previous" in line] == [("new", "old")]
    assert {order.account for order in new.snapshot().orders} == {"new"}
    assert new.refresh().succeeded
    new.release()


def test_a_name_whose_key_was_changed_keeps_its_past(database: Database, exchange: PayloadServer) -> None:
    (before,) = watched_accounts(database, settings_for(exchange.url, "main", key="abc"))
    (after,) = watched_accounts(database, settings_for(exchange.url, "main", key="def"))
    assert before.account.id == after.account.id


def test_a_key_that_moves_to_another_name_while_its_own_stays_is_refused(database: Database) -> None:
    write_accounts(database.writer, [setting("one", "fp1"), setting("two", "fp2")])
    swapped = [setting("one", "fp2"), setting("two", "fp1")]
    with pytest.raises(AccountRefused, match="'one' has the API key that 'two' used until now"):
        write_accounts(database.writer, swapped)
    assert set(rows(database)) == {"one", "two"}


def test_a_known_name_that_gets_the_key_of_a_former_account_keeps_its_own_past(database: Database) -> None:
    accounts = write_accounts(database.writer, [setting("one", "fp1"), setting("two", "fp2")])
    now = write_accounts(database.writer, [setting("one", "fp2")])
    assert now["one"].id == accounts["one"].id
    assert rows(database)["two"] == (accounts["two"].id, False)
    # The earlier account gets no name from a key that now belongs to the other one.
    assert set(write_accounts(database.writer, [setting("one", "fp2"), setting("three", "fp1")])) == {"one", "three"}


def test_a_key_that_opens_another_part_of_the_exchange_moves_no_past(database: Database) -> None:
    before = write_accounts(database.writer, [setting("futures", "fp1", "binanceusdm")])
    after = write_accounts(database.writer, [setting("all", "fp1", "binance")])
    assert before["futures"].id != after["all"].id
    assert set(rows(database)) == {"futures", "all"}


def test_accounts_without_a_fingerprint_are_compared_with_no_other(database: Database) -> None:
    assert len(write_accounts(database.writer, [setting("one", None), setting("two", None)])) == 2
    write_accounts(database.writer, [setting("one", "fp1"), setting("two", None)])
    with pytest.raises(KeyTaken):  # the fingerprint of a key stays stored
        write_accounts(database.writer, [setting("one", None), setting("two", "fp1")])


def test_the_fingerprint_covers_key_and_api_and_reveals_neither() -> None:
    salt = b"s" * SALT_BYTES
    main = fingerprint_of(account("main", "abc"), salt)
    assert len(main) == 64
    assert "abc" not in main
    assert main == fingerprint_of(account("other", "abc"), salt)
    assert main != fingerprint_of(account("main", "abd"), salt)
    assert main != fingerprint_of(account("main", "abc"), b"t" * SALT_BYTES)
    assert main != fingerprint_of(account("main", "abc", "kraken"), salt)
    assert main != fingerprint_of(account("main", "abc", base_url="http://127.0.0.1:9"), salt)
    spot, futures = (fingerprint_of(account("main", "abc", name), salt) for name in ("binance", "binanceusdm"))
    assert spot == futures


def test_an_address_is_one_whatever_the_case_of_its_letters() -> None:
    upper, lower = (fingerprint_of(account("main", key, "hyperliquid"), b"s") for key in ("0xAB", "0xab"))
    assert upper == lower
    assert fingerprint_of(account("main", "AB"), b"s") != fingerprint_of(account("main", "ab"), b"s")


def test_the_salt_is_made_once_and_pages_may_not_read_it(database: Database) -> None:
    salt = write_key_salt(database.writer)
    assert len(salt) == SALT_BYTES
    assert write_key_salt(database.writer) == salt


def test_every_pair_of_equal_keys_is_a_problem_of_the_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = configured(tmp_path, "http://127.0.0.1:9", "one", "two", "three")
    for name, value in environment.items():
        monkeypatch.setenv(name, "abc" if name.startswith("TEST_API_KEY") else value)
    with pytest.raises(ConfigurationError) as caught:
        load_settings()
    assert [problem.partition(" have ")[0] for problem in caught.value.problems] == [
        "accounts 'one' and 'two'",
        "accounts 'one' and 'three'",
    ]
