"""Closes whose candles arrive long after them: alerts end in the states that they would have had in time."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import accumulate
from random import Random

import pytest

from db.reads.alerts import read_alert_events, read_alerts
from db.writes.outbox import claim_messages
from domain.alert_states import AlertState, Health, State
from domain.alerts import DeliveryState
from refresher.alerts.evaluator import Evaluator
from refresher.alerts.reminders import remind
from refresher.alerts.sender import Sender
from refresher.configuration.alert_settings import AlertSettings
from tests.factories import later
from tests.postgres import Database
from tests.refresher.alerts.desk import phone
from tests.refresher.alerts.receivers import TelegramServer, telegram_server
from tests.refresher.alerts.stage import FOREVER, Stage

HOUR = 3600
HELD, SENT, WAITING = DeliveryState.HELD, DeliveryState.SENT, DeliveryState.WAITING
ENDED = "its candles arrived late, and the alert had ended by then"
MISSING = "candles since then are missing"


class Outage:
    """An hour rule about a market whose last candle closed at 14:00, in time, and then no more."""

    def __init__(self, database: Database, telegram: TelegramServer) -> None:
        self.telegram = telegram
        self.settings = AlertSettings(channels=(phone(telegram.url),))
        self.stage = Stage(database, [channel.state for channel in self.settings.channels])

    def begin(self, *closes: object, **rule: int) -> None:
        self.stage.rule('close("1h") < 100', name="low", **rule)
        self.stage.refresh(0)
        self.stage.candles(closes)
        self.evaluate(len(closes))
        self.send(len(closes))

    def arrive(self, *closes: object, opened: int, at: int) -> list[str]:
        """Candles arrive at an hour, the first of them opened at another."""
        self.stage.candles(closes, since=later(opened * HOUR))
        return self.evaluate(at)

    def evaluate(self, hour: int) -> list[str]:
        return self.stage.evaluate(hour * HOUR)

    def send(self, hour: int, seconds: int = 0) -> int:
        return Sender(self.stage.database.writer, self.settings, now=lambda: later(hour * HOUR + seconds)).run()

    def state(self) -> AlertState:
        return self.stage.alerts()["BTC/USD"].state

    def outcomes(self) -> list[tuple[DeliveryState, str | None]]:
        return [(message.state, message.reason) for message in self.stage.messages()]


@pytest.fixture
def outage(database: Database) -> Iterator[Outage]:
    with telegram_server() as telegram:
        yield Outage(database, telegram)


def test_an_alert_of_the_gap_is_in_the_history_as_late_and_sends_nothing(outage: Outage) -> None:
    outage.begin(110, 110)
    assert [outage.evaluate(hour) for hour in range(3, 11)] == [[]] * 8
    assert outage.state().health is Health.NO_DATA
    assert outage.arrive(90, 90, 110, 110, 110, 110, 110, 110, opened=2, at=10) == ["fired BTC/USD", "resolved BTC/USD"]
    with outage.stage.database.reader.connect() as connection:
        events = read_alert_events(connection, FOREVER, 10)
    assert [(event.at, event.late_at) for event in reversed(events)] == [
        (later(3 * HOUR), later(10 * HOUR)),
        (later(5 * HOUR), later(10 * HOUR)),
    ]
    assert outage.send(10) == 0
    assert outage.outcomes() == [(HELD, ENDED), (HELD, "the message that it fired was held back")]
    assert outage.state().health is Health.OK


def test_an_alert_that_still_fires_is_told_once_with_its_true_begin(outage: Outage) -> None:
    outage.begin(110, 110)
    outage.evaluate(9)
    assert outage.arrive(110, 90, 110, 90, 90, 90, 90, opened=2, at=9) == [
        "fired BTC/USD", "resolved BTC/USD", "fired BTC/USD"
    ]  # fmt: skip
    assert outage.send(9) == 1
    assert outage.telegram.texts == [
        "FIRING: low, BTC/USD\nClose of 1h is 90, below 100\n"
        "warning, since 01 Nov 18:00 UTC\nlate: its candles arrived 01 Nov 21:00"
    ]
    assert outage.send(9, 30) == 0
    assert [state for state, _ in outage.outcomes()] == [HELD, HELD, SENT]
    outage.evaluate(10)
    assert remind(outage.stage.database.writer, timedelta(hours=2), later(10 * HOUR)) == 0, "it was told an hour ago"
    assert remind(outage.stage.database.writer, timedelta(hours=2), later(11 * HOUR)) == 1


def test_a_late_message_waits_while_candles_are_missing_and_is_held_if_the_rest_ends_the_alert(outage: Outage) -> None:
    outage.begin(110, 110)
    outage.evaluate(9)
    assert outage.arrive(90, 90, opened=2, at=9) == ["fired BTC/USD"]
    assert outage.send(9) == 0
    assert outage.evaluate(10) == []
    assert (outage.state().state, outage.state().health) == (State.FIRING, Health.NO_DATA)
    assert outage.send(10) == 0
    assert outage.outcomes() == [(WAITING, MISSING)]
    assert outage.arrive(110, 110, 110, 110, 110, 110, opened=4, at=10) == ["resolved BTC/USD"]
    assert outage.send(11) == 0
    assert [state for state, _ in outage.outcomes()] == [HELD, HELD]


def test_the_end_is_told_while_another_sender_is_telling_the_late_begin(outage: Outage) -> None:
    outage.begin(110, 110)
    outage.evaluate(9)
    assert outage.arrive(90, 90, 90, 90, 90, 90, 90, opened=2, at=9) == ["fired BTC/USD"]
    writer, at = outage.stage.database.writer, later(9 * HOUR)
    assert len(claim_messages(writer, "phone", "another sender", at, timedelta(hours=2), 50)) == 1
    assert outage.arrive(110, opened=9, at=10) == ["resolved BTC/USD"]
    assert outage.send(10) == 1
    assert outage.telegram.texts[0].startswith("RESOLVED: low, BTC/USD\n")


def test_the_end_of_an_alert_that_was_told_is_told_once(outage: Outage) -> None:
    outage.begin(110, 90)
    assert outage.arrive(110, 90, 110, 110, 110, 110, 110, opened=2, at=9) == [
        "resolved BTC/USD", "fired BTC/USD", "resolved BTC/USD"
    ]  # fmt: skip
    assert outage.send(9) == 1
    assert outage.telegram.texts[1].startswith("RESOLVED: low, BTC/USD\n")
    assert [state for state, _ in outage.outcomes()] == [SENT, SENT, HELD, HELD]


def test_the_end_of_an_alert_that_fires_again_is_not_told_but_its_new_begin(outage: Outage) -> None:
    outage.begin(110, 90)
    assert outage.arrive(110, 90, 90, 90, 90, 90, 90, opened=2, at=9) == ["resolved BTC/USD", "fired BTC/USD"]
    assert outage.send(9) == 1
    assert [text.splitlines()[0] for text in outage.telegram.texts] == ["FIRING: low, BTC/USD"] * 2
    again = "its candles arrived late, and the alert fired again by then"
    assert outage.outcomes() == [(SENT, None), (HELD, again), (SENT, None)]


def test_closes_of_a_gap_that_is_filled_backwards_are_evaluated_in_order_once_it_is_filled(outage: Outage) -> None:
    outage.begin(110, 110)
    outage.evaluate(9)
    assert outage.arrive(90, 90, opened=7, at=9) == []
    assert (outage.state().state, outage.state().health) == (State.NORMAL, Health.NO_DATA)
    assert outage.arrive(110, 90, opened=5, at=9) == []
    outage.stage.restart()
    events = outage.arrive(110, 90, 110, opened=2, at=9)
    assert events == ["fired BTC/USD", "resolved BTC/USD", "fired BTC/USD"], "at 16:00, 17:00 and 19:00"
    assert outage.state().fired_at == later(7 * HOUR)
    assert outage.evaluate(9) == []
    assert outage.send(9) == 1
    assert [state for state, _ in outage.outcomes()] == [HELD, HELD, SENT]


def test_a_restart_forgets_no_close_of_the_gap(outage: Outage) -> None:
    outage.begin(110, 110, for_=2 * HOUR)
    outage.evaluate(9)
    outage.stage.restart()
    assert outage.arrive(110, 90, 90, 90, 90, 90, 90, opened=2, at=9) == ["fired BTC/USD"]
    assert outage.state().fired_at == later(6 * HOUR)


def test_without_news_nothing_resolves_even_if_another_part_of_the_rule_does_not_hold(outage: Outage) -> None:
    """An unknown part and one that holds not are together no. Without news that is no evaluation."""
    stage = outage.stage
    stage.rule('close("15m") < 100 and change(close("1d"), "1d") < 5 %', name="low")
    stage.refresh(0)
    stage.candles([100, 100], "1d", since=later(-60 * HOUR))
    stage.candles([90], "15m")
    assert stage.evaluate(900) == ["fired BTC/USD"]
    stage.candles([200], "1d", since=later(-12 * HOUR))
    assert stage.evaluate(20 * HOUR) == []
    assert (outage.state().state, outage.state().health) == (State.FIRING, Health.NO_DATA)


def test_a_rule_that_is_written_during_an_outage_begins_with_the_close_of_then(outage: Outage) -> None:
    outage.stage.candles([90, 90])
    outage.stage.refresh(9 * HOUR)
    outage.stage.rule('close("1h") < 100', name="low")
    assert outage.evaluate(9) == []
    assert outage.state() == AlertState(health=Health.NO_DATA)
    assert outage.arrive(90, 90, 90, 90, 90, 90, 110, 90, opened=2, at=10) == ["fired BTC/USD"]
    assert outage.state().fired_at == later(10 * HOUR)


RULES = (
    ('close("1h") < 100', 0, 0, None),
    ('close("1h") < 100', 2, 0, None),
    ('close("1h") < 100', 1, 2, None),
    ('close("1h") < 100', 0, 1, 'close("1h") > 110'),
    ('close("1h") crosses above sma(3, "1h")', 0, 0, None),
    ('not close("1h") rising for 2', 1, 1, None),
)
MARKETS, CLOSES = 3, 16


SEEDS = [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 20))]


@pytest.mark.parametrize("seed", SEEDS)
def test_any_outage_ends_in_the_states_and_events_of_an_evaluation_in_time(database: Database, seed: int) -> None:
    """Three markets have the same candles. Those of the second arrive late, in parts of any size.

    After gaps, the newest candles of the third arrive first, then older ones backwards. Two refreshers take turns as
    they like, and sometimes begin anew.
    """
    stage, random = Stage(database), Random(seed)
    evaluators = [stage.evaluator, Evaluator(database.writer, wait=timedelta(0))]
    rows = {n: [random.choice((90, 105, 120)) for _ in range(CLOSES)] for n in range(MARKETS)}
    stored = {n: stored_by_close(random) for n in rows}
    backwards = {n: stored_backwards(random) for n in rows}
    markets = {n: (f"IN{n}/USD", f"LATE{n}/USD", f"BACK{n}/USD") for n in rows}
    names = [name for symbols in markets.values() for name in symbols]
    for text, for_, keep_for, resolves in RULES:
        name = f"{text} {for_} {keep_for} {resolves}"
        stage.rule(text, *names, name=name, for_=for_ * HOUR, keep_for=keep_for * HOUR, resolves=resolves)
    stage.refresh(0)
    for close in range(1, CLOSES + 1):
        for n, closes in rows.items():
            stage.candles(closes[close - 1 : close], since=later((close - 1) * HOUR), symbol=markets[n][0])
            before, until = stored[n][close - 1], stored[n][close]
            if until > before:
                stage.candles(closes[before:until], since=later(before * HOUR), symbol=markets[n][1])
            for first, last in backwards[n][close - 1]:
                stage.candles(closes[first:last], since=later(first * HOUR), symbol=markets[n][2])
        if random.random() < 0.2:
            stage.restart()
            evaluators[random.randrange(2)] = stage.evaluator
        stage.evaluator = random.choice(evaluators)
        stage.evaluate(close * HOUR)
    for in_time, late, gapped in markets.values():
        assert outcome(stage, late) == outcome(stage, in_time)
        assert outcome(stage, gapped) == outcome(stage, in_time)


def stored_by_close(random: Random) -> list[int]:
    """How many candles are stored at each close: the first in time, then in parts, and in the end all."""
    arrivals = [0, 1] + [random.choice((0, 0, 0, 0, 1, 2, CLOSES)) for _ in range(CLOSES - 2)]
    counts = [min(arrived, close) for close, arrived in enumerate(accumulate(arrivals))]
    return [*accumulate(counts, max), CLOSES]


def stored_backwards(random: Random) -> list[list[tuple[int, int]]]:
    """The candles that arrive at each close, from the first to before the last of them: newest first after a gap."""
    since, until, gap = 0, 1, None
    arrivals = [[(0, 1)]]
    for close in range(2, CLOSES + 1):
        arrivals.append([])
        is_last = close == CLOSES
        kind = random.choice(("none", "forward", "anew", "anew", "back", "back"))
        if kind == "anew" and close - until > 1 and not is_last:
            first = random.randrange(until + 1, close)
            arrivals[-1].append((first, close))
            since, until, gap = first, close, until if gap is None else gap
        elif (kind == "forward" or is_last) and close > until:
            arrivals[-1].append((until, close))
            until = close
        while gap is not None and (is_last or kind == "back"):
            first = max(0, since - random.randrange(1, 4))
            arrivals[-1].append((first, since))
            since, gap, kind = first, None if first <= gap else gap, "none"
    return arrivals


def outcome(stage: Stage, symbol: str) -> tuple[object, ...]:
    """The states and the events of a market, by rule."""
    with stage.database.reader.connect() as connection:
        alerts, events = read_alerts(connection), read_alert_events(connection, FOREVER, 10_000)
    states = {alert.rule: alert.state for alert in alerts if alert.subject.name == symbol}
    return states, sorted((event.rule, event.at, event.event) for event in events if event.subject.name == symbol)
