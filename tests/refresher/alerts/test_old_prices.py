"""A price counts from the moment at which an exchange listed it last, and only until it is old."""

import pytest

from domain.alert_states import Health, State
from domain.sources import Success
from tests.factories import failure, price
from tests.postgres import Database
from tests.refresher.alerts.stage import Stage

MINUTE = 60


@pytest.fixture
def stage(database: Database) -> Stage:
    return Stage(database)


def test_a_price_that_fails_for_long_is_no_data(stage: Stage) -> None:
    """A market has no data two quarters and five minutes after its newest value."""
    stage.rule("price < 90000")
    assert stage.refresh(0, last="85000") == ["fired BTC/USD"]
    stage.refresh(35 * MINUTE, prices=failure())
    assert stage.alerts()["BTC/USD"].state.health is Health.OK
    assert stage.refresh(36 * MINUTE, prices=failure()) == []
    alert = stage.alerts()["BTC/USD"]
    assert (alert.state.state, alert.state.health) == (State.FIRING, Health.NO_DATA)
    assert alert.reason == "price: no data, the newest was seen at 01 Nov 12:00 UTC"
    assert stage.refresh(37 * MINUTE) == ["resolved BTC/USD"]


def test_a_new_rule_does_not_fire_on_an_old_price(stage: Stage) -> None:
    stage.refresh(0, last="85000")
    stage.rule("price < 90000")
    assert stage.refresh(60 * MINUTE, prices=failure()) == []


def test_a_price_that_an_exchange_lists_no_longer_is_no_data(stage: Stage) -> None:
    stage.candles([85000])
    stage.refresh(0, last="85000")
    stage.rule("price < 90000", "BTC/USD")
    others = Success((price("ETH/USD", last="3000"),))
    assert stage.refresh(1 * MINUTE, prices=others) == []
    assert stage.alerts()["BTC/USD"].state.health is Health.NO_DATA


def test_a_price_that_stands_still_is_current(stage: Stage) -> None:
    stage.refresh(0, last="85000")
    stage.refresh(60 * MINUTE, last="85000")
    stage.rule("price < 90000")
    assert stage.refresh(61 * MINUTE, last="85000") == ["fired BTC/USD"]
