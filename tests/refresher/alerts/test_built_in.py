"""Built-in alerts: each fires at the threshold of docs/alerts.md, and not below it."""

from pathlib import Path
from typing import Any

import pytest

from db.writes.built_in_rules import write_built_in_rules
from db.writes.outcomes import write_outcomes
from db.writes.permissions import write_permission
from domain.endings import Ending, Evidence, Outcome
from domain.permissions import KeyPermission
from domain.positions import PositionSide
from domain.rules import EVERY, Severity
from domain.sources import Source, Success
from refresher.alerts.built_in import BUILT_IN
from tests.factories import NOON, failure, later, order, position, price
from tests.postgres import Database
from tests.refresher.alerts.stage import Stage

DOCS = Path(__file__).resolve().parents[3] / "docs" / "alerts.md"
NO_STOP: Success[Any] = Success(())
DAY = 86400


@pytest.fixture
def stage(database: Database) -> Stage:
    stage = Stage(database)
    write_built_in_rules(database.writer, BUILT_IN)
    return stage


def fired(stage: Stage) -> list[tuple[str, str]]:
    """Rule and subject of everything that fired, in order."""
    return [
        (message.subject.partition(": ")[0], message.subject.partition(": ")[2])
        for message in stage.messages()
        if message.event_id is not None
    ]


def ended(stage: Stage, key: str, ending: Ending, source: Source = Source.ORDERS) -> None:
    """The ending of an order that the refresh at second 60 missed first, found out at second 90."""
    outcome = Outcome("main", source, key, ending, later(60), Evidence.ORDER_HISTORY)
    write_outcomes(stage.database.writer, stage.account.id, [outcome], later(90))


def test_every_built_in_rule_is_on_for_every_account_and_stands_in_the_documentation() -> None:
    words = DOCS.read_text().partition("## Built-in alerts")[2]
    for rule in BUILT_IN:
        assert rule.is_enabled
        assert (rule.subjects, rule.accounts, rule.channels) == ((EVERY,), (), ())
        assert f"| {rule.name} | `{rule.text}` |" in words


def test_a_holding_above_the_floor_without_a_stop_fires_after_15_minutes(stage: Stage) -> None:
    for seconds in (0, 899):
        stage.refresh(seconds, triggers=NO_STOP)
    assert fired(stage) == []
    stage.refresh(900, triggers=NO_STOP)
    assert fired(stage) == [("Unprotected holding", "main BTC")]


def test_a_holding_below_the_floor_needs_no_stop(stage: Stage) -> None:
    for seconds in (0, 900):
        stage.refresh(seconds, btc="0.0005", triggers=NO_STOP)
    assert fired(stage) == []


def test_a_stop_that_vanished_fires_once_its_ending_had_time_to_be_found(stage: Stage) -> None:
    stage.refresh(0)
    for seconds in (60, 239):
        stage.refresh(seconds, triggers=NO_STOP)
    assert fired(stage) == []
    stage.refresh(240, triggers=NO_STOP)
    assert fired(stage) == [("Stop vanished", "main BTC/USD stop")]
    assert stage.messages()[0].severity is Severity.CRITICAL


def test_a_stop_that_left_with_its_holding_has_not_vanished(stage: Stage) -> None:
    stage.refresh(0)
    for seconds in (60, 240, 300):
        stage.refresh(seconds, triggers=NO_STOP, balances=NO_STOP, worth="95000")
    assert fired(stage) == []


def test_a_stop_that_was_triggered_fires_and_has_not_vanished(stage: Stage) -> None:
    stage.refresh(0)
    stage.refresh(60, triggers=NO_STOP)
    ended(stage, "stop", Ending.TRIGGERED, Source.TRIGGERS)
    for seconds in (120, 300):
        stage.refresh(seconds, triggers=NO_STOP)
    assert fired(stage) == [("Stop triggered", "main BTC/USD stop")]


def test_an_order_that_was_filled_fires_and_one_that_was_cancelled_does_not(stage: Stage) -> None:
    stage.refresh(0, orders=Success((order("1"), order("2"))))
    stage.refresh(60)
    ended(stage, "1", Ending.FILLED)
    ended(stage, "2", Ending.CANCELLED)
    stage.refresh(120)
    assert fired(stage) == [("Order filled", "main BTC/USD 1")]


@pytest.mark.parametrize(("liquidation", "fires"), [("89.9", False), ("90.1", True)])
def test_liquidation_fires_nearer_than_ten_percent(stage: Stage, liquidation: str, fires: bool) -> None:
    near = position(
        side=PositionSide.LONG, mark_price=price(last="100").last, liquidation_price=price(last=liquidation).last
    )
    stage.refresh(0, positions=Success((near,)))
    assert fired(stage) == ([("Liquidation near", "main BTCUSD-PERP")] if fires else [])


@pytest.mark.parametrize(("last", "fires"), [("95001", False), ("95000", True)])
def test_net_value_fires_when_it_fell_by_five_percent_in_a_day(stage: Stage, last: str, fires: bool) -> None:
    stage.refresh(0, last="100000")
    stage.refresh(DAY, last=last)
    assert fired(stage) == ([("Net value fell", "main")] if fires else [])


def test_a_source_fires_after_failing_for_15_minutes(stage: Stage) -> None:
    stage.refresh(0)
    for seconds in (30, 899):
        stage.refresh(seconds, orders=failure())
    assert fired(stage) == []
    stage.refresh(900, orders=failure())
    assert fired(stage) == [("Source failing", "main orders")]


@pytest.mark.parametrize(("may", "fires"), [(True, True), (False, False), (None, False)])
def test_a_key_that_can_withdraw_fires_by_the_exchanges_word_alone(stage: Stage, may: bool | None, fires: bool) -> None:
    write_permission(stage.database.writer, stage.account.id, KeyPermission(True, True, may, "", NOON))
    stage.refresh(0)
    assert fired(stage) == ([("Key can withdraw", "main")] if fires else [])
