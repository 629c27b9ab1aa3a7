"""Accounts that leave the configuration or get another name: their alerts end, because nothing evaluates them again."""

from dataclasses import replace

import pytest

from db.writes.accounts import AccountSetting, write_accounts
from tests.factories import ASKED
from tests.postgres import Database
from tests.refresher.alerts.stage import Stage

MAIN = AccountSetting("main", "cryptocom", ASKED, 30, "USD", key_fingerprint="key of main")


@pytest.fixture
def stage(database: Database) -> Stage:
    return Stage(database)


def fires(stage: Stage) -> None:
    write_accounts(stage.database.writer, [MAIN])
    stage.rule("net_value < 90000", name="low")
    assert stage.refresh(0, last="80000") == ["fired main"]


def test_an_alert_ends_when_its_account_leaves_and_fires_again_when_it_is_back(stage: Stage) -> None:
    fires(stage)
    write_accounts(stage.database.writer, [])
    assert stage.events() == ["fired main", "resolved main"]
    write_accounts(stage.database.writer, [])
    write_accounts(stage.database.writer, [MAIN])
    assert stage.refresh(60, last="80000") == ["fired main"]


def test_an_alert_of_a_renamed_account_goes_on_under_the_new_name_alone(stage: Stage) -> None:
    fires(stage)
    write_accounts(stage.database.writer, [replace(MAIN, name="savings")])
    assert stage.events() == ["fired main", "resolved main"]
    assert stage.refresh(60, last="80000") == ["fired savings"]


def test_an_alert_stays_when_the_refresher_starts_again(stage: Stage) -> None:
    fires(stage)
    write_accounts(stage.database.writer, [MAIN])
    assert stage.refresh(60, last="80000") == []
    assert stage.events() == ["fired main"]
