"""A candle may be stored after its close, and after others have read the candles of its market."""

import pytest

from tests.factories import later
from tests.postgres import Database
from tests.refresher.alerts.stage import Stage

QUARTER = 900


@pytest.fixture
def stage(database: Database) -> Stage:
    return Stage(database)


@pytest.mark.parametrize("other", ["price > 1", 'value > 1 and close("15m") > 1'])
def test_a_rule_is_evaluated_with_the_candle_that_was_stored_after_another_rule_read(stage: Stage, other: str) -> None:
    stage.rule('close("15m") < 100', "BTC/USD", name="low")
    stage.rule(other, name="other", for_=10**6)
    stage.candles([110, 110], "15m")
    assert stage.refresh(2 * QUARTER + 5) == []
    assert stage.refresh(3 * QUARTER + 2) == []
    stage.candles([90], "15m", since=later(2 * QUARTER))
    assert stage.evaluate(3 * QUARTER + 20) == ["fired BTC/USD"]


def test_an_account_rule_reads_the_candle_that_was_stored_late(stage: Stage) -> None:
    stage.rule('value > 1 and close("15m") < 100')
    stage.candles([110, 110], "15m")
    assert stage.refresh(2 * QUARTER + 5) == []
    assert stage.refresh(3 * QUARTER + 2) == []
    stage.candles([90], "15m", since=later(2 * QUARTER))
    assert stage.refresh(3 * QUARTER + 20) == ["fired main BTC"]
