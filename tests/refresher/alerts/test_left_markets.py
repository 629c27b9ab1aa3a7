"""An alert ends when its market leaves the rule: it is sold, or watched no more."""

from datetime import timedelta

import pytest

from db.writes.accounts import AccountSetting, write_accounts
from db.writes.refresh import write_refresh
from db.writes.watchlist import delete_watched_market, write_watched_market
from domain.alert_states import State
from domain.sources import Source, Success
from refresher.alerts.reminders import remind
from tests.factories import ASKED, balance, later, observation, price, valuation
from tests.postgres import Database
from tests.refresher.alerts.stage import Stage

HOUR = 3600


@pytest.fixture
def stage(database: Database) -> Stage:
    return Stage(database)


def test_an_alert_of_a_market_that_is_watched_no_more_ends_without_a_reminder(stage: Stage) -> None:
    stage.rule('close("1h") < 100', "watched")
    write_watched_market(stage.database.writer, None, stage.account.venue, "BTC/USD")
    stage.refresh(0)
    stage.candles([90])
    assert stage.evaluate(HOUR) == ["fired BTC/USD"]
    delete_watched_market(stage.database.writer, None, stage.account.venue, "BTC/USD")
    assert stage.refresh(HOUR + 30) == ["resolved BTC/USD"]
    assert stage.evaluate(HOUR + 60) == []
    assert remind(stage.database.writer, timedelta(hours=1), later(9 * HOUR)) == 0


def test_an_alert_of_a_sold_coin_ends_and_one_of_a_named_market_goes_on(stage: Stage) -> None:
    stage.rule("price > 1", name="held")
    stage.rule("price > 1", "BTC/USD", name="named")
    assert stage.refresh(0, triggers=Success(())) == ["fired BTC/USD"] * 2
    sold = Success((balance("USD", "95000"),))
    assert stage.refresh(30, triggers=Success(()), balances=sold) == ["resolved BTC/USD"]


def test_a_market_that_an_account_of_another_refresher_holds_goes_on(stage: Stage) -> None:
    stage.rule("price > 1")
    settings = [AccountSetting(name, "cryptocom", ASKED, 30, "USD") for name in ("main", "other")]
    other = write_accounts(stage.database.writer, settings)["other"]
    assert stage.refresh(0, triggers=Success(())) == ["fired BTC/USD"]
    cash = {Source.BALANCES: Success((balance("USD", "1"),)), Source.PRICES: Success((price(),))}
    write_refresh(stage.database.writer, observation(other, later(30), cash, valuation("1")))
    stage.evaluator.run([other.id], later(30))
    assert stage.events() == ["fired BTC/USD"]
    assert stage.alerts()["BTC/USD"].state.state is State.FIRING
