"""For any order of refreshes, failures, crashes and restarts each change of a state is sent once to each channel."""

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Engine, event

from db.reads.alerts import read_alert_events
from domain.alerts import AlertEventKind, DeliveryState
from domain.sources import Success
from refresher.alerts.evaluator import Evaluator
from refresher.alerts.sender import Sender
from refresher.configuration.alert_settings import AlertSettings
from tests.factories import failure, later
from tests.postgres import Database
from tests.refresher.alerts.receivers import TelegramServer, telegram_server
from tests.refresher.alerts.stage import FOREVER, Stage
from tests.refresher.alerts.test_sender import phone

# A process that dies after a service took a message and before that is noted sends it again: at least once.
_NOTED = "SET state = 'sent'"


class Crash(BaseException):
    """The process dies."""


@contextmanager
def crashing(engine: Engine, after: int) -> Iterator[None]:
    """Die at a statement, counted from now on."""
    remaining = [after]

    def strike(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        remaining[0] -= 1
        if remaining[0] < 0 and _NOTED not in statement:
            raise Crash

    event.listen(engine, "before_cursor_execute", strike)
    try:
        with suppress(Crash):
            yield
    finally:
        event.remove(engine, "before_cursor_execute", strike)


class World:
    """Two refreshers over one database. Each may die at any statement and starts again without memory."""

    def __init__(self, database: Database, telegram: TelegramServer, seed: int) -> None:
        self.stage, self.chance, self.telegram = Stage(database), random.Random(seed), telegram
        self.settings = AlertSettings(channels=(phone(telegram.url),), per_hour=1000)
        self.writer = database.writer
        self.evaluators = [Evaluator(self.writer), Evaluator(self.writer)]
        self.second = 0
        self.failing: set[datetime] = set()

    def live(self) -> None:
        """One step of some kind."""
        self.second += 30
        match self.chance.randrange(5):
            case 0 | 1:
                self.refresh()
            case 2 | 3:
                self.evaluate(crashes=self.chance.random() < 0.4)
            case _:
                self.send(crashes=self.chance.random() < 0.4)

    def refresh(self) -> None:
        fails = self.chance.random() < 0.2
        balances = {"balances": failure()} if fails else {}
        covered = {} if self.chance.random() < 0.5 else {"triggers": Success(())}
        if fails:
            self.failing.add(later(self.second))
        with suppress(Crash), crashing_evaluation(self.stage):
            last = str(self.chance.choice([80000, 100000]))
            self.stage.refresh(self.second, last=last, **balances, **covered)

    def evaluate(self, *, crashes: bool) -> None:
        index = self.chance.randrange(2)
        with crashing(self.writer, self.chance.randrange(30) if crashes else 10**9):
            self.evaluators[index].run([self.stage.account.id], later(self.second))
            return
        self.evaluators[index] = Evaluator(self.writer)

    def send(self, *, crashes: bool) -> None:
        if self.chance.random() < 0.2:
            self.telegram.script = [(503, {})]
        with crashing(self.writer, self.chance.randrange(10) if crashes else 10**9):
            Sender(self.writer, self.settings, lambda: later(self.second)).run()

    def settle(self) -> None:
        """Everything works from now on."""
        self.telegram.script = []
        for _ in range(5):
            self.second += 3600
            self.evaluate(crashes=False)
            self.send(crashes=False)


@contextmanager
def crashing_evaluation(stage: Stage) -> Iterator[None]:
    """A refresh is written, and the evaluation after it is left to the refreshers of the world."""
    evaluator, stage.evaluator = stage.evaluator, _Idle()  # type: ignore[assignment]
    try:
        yield
    finally:
        stage.evaluator = evaluator


class _Idle:
    def run(self, account_ids: object, now: object) -> int:
        return 0


@pytest.fixture
def telegram() -> Iterator[TelegramServer]:
    with telegram_server() as server:
        yield server


@pytest.mark.parametrize("seed", range(3))
def test_each_change_is_sent_once_whatever_crashes(database: Database, telegram: TelegramServer, seed: int) -> None:
    world = World(database, telegram, seed)
    world.stage.rule("value < 90000", name="low")
    world.stage.rule("uncovered_value > 100", name="open")
    world.refresh()
    for _ in range(60):
        world.live()
    world.settle()
    with database.reader.connect() as connection:
        events = list(reversed(read_alert_events(connection, FOREVER, 1000)))
    assert len(events) > 4
    for alert_id in {one.alert_id for one in events}:
        kinds = [one.event for one in events if one.alert_id == alert_id]
        assert (
            kinds == [AlertEventKind.FIRED, AlertEventKind.RESOLVED] * (len(kinds) // 2) + kinds[len(kinds) // 2 * 2 :]
        )
    assert not world.failing & {one.at for one in events}, "a refresh without balances decided"
    messages = Counter(message.event_id for message in world.stage.messages())
    assert messages == Counter(one.id for one in events)
    assert {message.state for message in world.stage.messages()} <= {DeliveryState.SENT, DeliveryState.HELD}
    assert all(message.reason for message in world.stage.messages() if message.state is DeliveryState.HELD)
    assert _lines(telegram) == sum(message.state is DeliveryState.SENT for message in world.stage.messages())


def _lines(telegram: TelegramServer) -> int:
    """The number of events that the receiver was told of."""
    heads = ("FIRING: ", "RESOLVED: ")
    counts = [sum(line.startswith(heads) for line in text.split("\n")) for text in telegram.texts]
    return sum(counts)
