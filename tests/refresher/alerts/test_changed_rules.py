"""A rule with a changed text, or one that was switched off, is another rule for its alerts: they begin again."""

from dataclasses import replace
from typing import Any

import pytest

from db.writes.rules import write_rule
from domain.alert_states import State
from domain.rules import Rule, RuleOrigin, Severity
from tests.factories import later
from tests.postgres import Database
from tests.refresher.alerts.stage import Stage

HOUR = 3600


@pytest.fixture
def stage(database: Database) -> Stage:
    return Stage(database)


def change(stage: Stage, rule: Rule, **fields: Any) -> None:
    write_rule(stage.database.writer, None, replace(rule.definition, **fields), RuleOrigin.APP)


def test_a_changed_text_ends_what_fires_and_fires_by_itself(stage: Stage) -> None:
    rule = stage.rule("net_value < 90000", name="r")
    assert stage.refresh(0, last="80000") == ["fired main"]
    change(stage, rule, text="net_value > 10")
    assert stage.events()[1:] == ["resolved main"]
    assert stage.refresh(30, last="80000") == ["fired main"]
    assert len(stage.messages()) == 2, "the end by a change of the rule sends no message"


def test_a_changed_text_holds_for_its_own_time(stage: Stage) -> None:
    rule = stage.rule("net_value > 10", name="r", for_=HOUR)
    stage.refresh(0)
    stage.refresh(3000)
    change(stage, rule, text="net_value > 20")
    assert stage.refresh(HOUR) == []
    assert stage.refresh(2 * HOUR) == ["fired main"]


def test_a_changed_text_about_a_market_is_evaluated_at_the_newest_close(stage: Stage) -> None:
    rule = stage.rule('close("1h") < 100', name="r")
    stage.candles([110], since=later(-HOUR))
    stage.refresh(0)
    change(stage, rule, text='close("1h") < 120')
    assert stage.evaluate(60) == ["fired BTC/USD"]
    assert stage.evaluate(90) == []


def test_another_severity_or_channel_leaves_alerts_as_they_are(stage: Stage) -> None:
    rule = stage.rule("net_value < 90000")
    assert stage.refresh(0, last="80000") == ["fired main"]
    change(stage, rule, severity=Severity.CRITICAL, channels=("phone",))
    assert stage.refresh(30, last="80000") == []
    assert stage.alerts()["main"].state.state is State.FIRING


def test_a_rule_that_is_switched_off_fires_no_more(stage: Stage) -> None:
    rule = stage.rule("net_value < 90000")
    assert stage.refresh(0, last="80000") == ["fired main"]
    change(stage, rule, is_enabled=False)
    assert stage.alerts()["main"].state.state is State.NORMAL


@pytest.mark.parametrize("restarts", [False, True])
def test_a_rule_that_is_switched_on_tells_nothing_of_the_time_when_it_was_off(stage: Stage, restarts: bool) -> None:
    rule = stage.rule('close("1h") < 100')
    stage.refresh(0)
    stage.candles([110])
    assert stage.evaluate(HOUR) == []
    change(stage, rule, is_enabled=False)
    stage.candles([90, 110, 90, 110], since=later(HOUR))
    assert stage.evaluate(5 * HOUR) == []
    change(stage, rule, is_enabled=True)
    if restarts:
        stage.restart()
    assert stage.evaluate(5 * HOUR + 30) == []
    stage.candles([90], since=later(5 * HOUR))
    assert stage.evaluate(6 * HOUR) == ["fired BTC/USD"]
