"""For any order of refreshes, failures, crashes and restarts each change of a state is sent once to each channel."""

import random
from collections import Counter
from collections.abc import Collection, Iterator
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
from tests.refresher.alerts.desk import phone
from tests.refresher.alerts.receivers import TelegramServer
from tests.refresher.alerts.stage import FOREVER, Stage

# A process that dies after a service took a message and before that is noted sends it again: at least once.
_NOTED = "SET state = 'sent'"
_WRITES = "INSERT INTO alert_event"


class Crash(BaseException):
    """The process dies."""


@contextmanager
def crashing(engine: Engine, after: int, near: str = "") -> Iterator[None]:
    """Die at a statement, counted from now on among those with these words."""
    remaining = [after]

    def strike(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        remaining[0] -= near in statement
        if remaining[0] < 0 and near in statement and _NOTED not in statement:
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
        self.stage.evaluator = _Idle(database.writer)
        self.settings = AlertSettings(channels=(phone(telegram.url),), per_hour=1000)
        self.writer = database.writer
        self.evaluators = [Evaluator(self.writer), Evaluator(self.writer)]
        self.second = 0
        self.failing: set[datetime] = set()

    def live(self) -> None:
        """One step of some kind."""
        self.second += 30
        match self.chance.randrange(6):
            case 0 | 1:
                self.refresh()
            case 2 | 3 | 4:
                self.evaluate(crashes=self.chance.random() < 0.4)
            case _:
                self.send(crashes=self.chance.random() < 0.4)

    def refresh(self) -> None:
        fails = self.chance.random() < 0.2
        results: dict[str, Any] = {"balances": failure()} if fails else {}
        if self.chance.random() < 0.5:
            results["triggers"] = Success(())
        if fails:
            self.failing.add(later(self.second))
        last = str(self.chance.choice([80000, 100000]))
        self.stage.refresh(self.second, last=last, **results)

    def evaluate(self, *, crashes: bool) -> None:
        index = self.chance.randrange(2)
        evaluator = self.evaluators[index]
        if crashes:  # the next process has no memory of this one
            self.evaluators[index] = Evaluator(self.writer)
        with crashing(self.writer, *(self.moment(_WRITES) if crashes else (10**9,))):
            evaluator.run([self.stage.account.id], later(self.second))

    def send(self, *, crashes: bool) -> None:
        if self.chance.random() < 0.2:
            self.telegram.script = [(503, {})]
        with crashing(self.writer, *(self.moment("UPDATE outbox") if crashes else (10**9,))):
            Sender(self.writer, self.settings, lambda: later(self.second)).run()

    def moment(self, words: str) -> tuple[int, str]:
        """The statement at which a process dies: often one that writes, else any."""
        return (0, words) if self.chance.random() < 0.6 else (self.chance.randrange(30), "")

    def settle(self) -> None:
        """Everything works from now on."""
        self.telegram.script = []
        for _ in range(5):
            self.second += 3600
            self.evaluate(crashes=False)
            self.send(crashes=False)


class _Idle(Evaluator):
    """A refresh is written, and its evaluation is left to the refreshers of the world."""

    def run(self, account_ids: Collection[int], now: datetime) -> int:
        return 0


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_each_change_is_sent_once_whatever_crashes(database: Database, telegram: TelegramServer, seed: int) -> None:
    world = World(database, telegram, seed)
    world.stage.rule("value < 90000", name="low")
    world.stage.rule("uncovered_value > 100", name="open")
    world.refresh()
    for _ in range(100):
        world.live()
    world.settle()
    with database.reader.connect() as connection:
        events = list(reversed(read_alert_events(connection, FOREVER, 1000)))
    assert len(events) > 4
    for alert_id in {alert_event.alert_id for alert_event in events}:
        kinds = [alert_event.event for alert_event in events if alert_event.alert_id == alert_id]
        assert (
            kinds == [AlertEventKind.FIRED, AlertEventKind.RESOLVED] * (len(kinds) // 2) + kinds[len(kinds) // 2 * 2 :]
        )
    assert not world.failing & {alert_event.at for alert_event in events}, "a refresh without balances decided"
    messages = Counter(message.event_id for message in world.stage.messages())
    assert messages == Counter(alert_event.id for alert_event in events)
    assert {message.state for message in world.stage.messages()} <= {DeliveryState.SENT, DeliveryState.HELD}
    assert all(message.reason for message in world.stage.messages() if message.state is DeliveryState.HELD)
    assert _lines(telegram) == sum(message.state is DeliveryState.SENT for message in world.stage.messages())


def _lines(telegram: TelegramServer) -> int:
    """The number of events that the receiver was told of."""
    heads = ("FIRING: ", "RESOLVED: ")
    counts = [sum(line.startswith(heads) for line in text.split("\n")) for text in telegram.texts]
    return sum(counts)
