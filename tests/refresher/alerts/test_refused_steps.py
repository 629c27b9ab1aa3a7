"""Steps of an alert that were not written: what they were about is evaluated again, and nothing is lost."""

from collections.abc import Sequence

import pytest
from sqlalchemy import Engine

from db.reads.alerts import read_alert_events
from db.writes.alerts import AlertWrite, write_alerts
from refresher.alerts import evaluator
from tests.factories import later
from tests.postgres import Database
from tests.refresher.alerts.stage import FOREVER, Stage

HOUR = 3600
GAP = (90, 90, 110, 110, 110, 110)  # after the close at 14:00: it fires at 15:00 and resolves at 17:00
EVENTS = [("fired", later(3 * HOUR)), ("resolved", later(5 * HOUR))]


@pytest.fixture
def stage(database: Database) -> Stage:
    """An hour rule whose alert is known, and a market whose next candles have just arrived together."""
    stage = Stage(database)
    stage.rule('close("1h") < 100', name="low")
    stage.refresh(0)
    stage.candles((110, 110))
    stage.evaluate(2 * HOUR)
    stage.candles(GAP, since=later(2 * HOUR))
    return stage


def events_of(stage: Stage) -> list[tuple[str, object]]:
    with stage.database.reader.connect() as connection:
        return [(event.event.value, event.at) for event in reversed(read_alert_events(connection, FOREVER, 10))]


def test_the_evaluation_of_an_overtaken_refresher_does_not_count(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other refresher has written the first step, and dies before the second."""
    calls: list[Sequence[AlertWrite]] = []

    def overtaken(engine: Engine, steps: Sequence[AlertWrite]) -> list[bool]:
        calls.append(steps)
        if len(calls) == 1:
            write_alerts(engine, steps)
        return write_alerts(engine, steps)

    monkeypatch.setattr(evaluator, "write_alerts", overtaken)
    stage.evaluate(8 * HOUR)
    assert events_of(stage) == EVENTS[:1]
    stage.evaluate(8 * HOUR)
    assert events_of(stage) == EVENTS


def test_a_step_that_cannot_be_written_is_evaluated_again(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(engine: Engine, steps: Sequence[AlertWrite]) -> list[bool]:
        raise ValueError("a step that Postgres refuses")

    monkeypatch.setattr(evaluator, "write_alerts", broken)
    stage.evaluate(8 * HOUR)
    monkeypatch.undo()
    stage.evaluate(10 * HOUR)
    assert events_of(stage) == EVENTS
