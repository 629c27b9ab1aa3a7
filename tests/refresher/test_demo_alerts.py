"""The demo's alerts: a watchlist, an alert that fires, one that is muted, and the past of a rule."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from analysis.past_trial import PastRule, trial_of
from db.reads.alerts import read_alert_events, read_mutes
from db.reads.rule_past import RulePast
from db.reads.rules import read_rules
from db.reads.watchlist import read_watched_markets
from db.stopping import Stop
from db.writes.demo import forget_demo_alerts
from db.writes.rules import write_rule
from domain.alert_states import State
from domain.alerts import AlertEvent, SubjectKey
from domain.candles import Candle
from domain.history import TimeRange
from domain.rule_terms import Subject
from domain.rules import RuleDefinition, RuleOrigin
from domain.sources import Success
from domain.timeframes import length_of
from refresher.commands.demo_alerts import MARKET, demo_rules, write_demo_alerts
from tests.factories import NOON, balance, later, price
from tests.postgres import Database
from tests.refresher.alerts.stage import Stage

SPAN = TimeRange(NOON - timedelta(days=10), NOON)


class Reader:
    """Candles whose price rises for a day and falls for a day."""

    def fetch_candles(self, symbol: str, timeframe: str, since: datetime, until: datetime) -> tuple[Candle, ...]:
        length = length_of(timeframe)
        moments = [since + number * length for number in range((until - since) // length)]
        closes = [Decimal(1000 + 10 * abs((at - SPAN.since) // timedelta(hours=1) % 48 - 24)) for at in moments]
        return tuple(
            Candle(symbol, timeframe, at, close, close, close, close, Decimal(1))
            for at, close in zip(moments, closes, strict=True)
        )


@pytest.fixture
def stage(database: Database) -> Stage:
    stage = Stage(database)
    coins = (balance("CRO", "100000"), balance("ADA", "10000"), balance("DOT", "1"))
    prices = tuple(price(f"{coin.asset}/USD", last="1") for coin in coins)
    stage.refresh(0, balances=Success(coins), prices=Success(prices), triggers=Success(()), worth="110001")
    seed(stage)
    return stage


def seed(stage: Stage) -> None:
    reader: Any = Reader()
    write_demo_alerts(stage.database.writer, stage.account, reader, SPAN, Stop())


def past_events(stage: Stage) -> list[AlertEvent]:
    """Events of the rule about the market, oldest first."""
    with stage.database.reader.connect() as connection:
        events = read_alert_events(connection, later(0), 1000)
    return [event for event in reversed(events) if event.subject.name == MARKET]


def test_the_demo_has_a_watchlist_and_a_firing_and_a_muted_alert(stage: Stage) -> None:
    firing = {label for label, alert in stage.alerts().items() if alert.state.state is State.FIRING}
    with stage.database.reader.connect() as connection:
        watched, (mute,) = read_watched_markets(connection), read_mutes(connection, datetime.now(UTC))
    assert firing >= {"main ADA", "main CRO"}
    assert "main DOT" not in firing
    assert (mute.target, [market.symbol for market in watched]) == ("CRO", ["BTC/EUR", "LINK/USD"])


def test_the_past_of_the_demos_rule_is_that_of_its_trial(stage: Stage) -> None:
    definition = demo_rules(stage.account.name)[0]
    subject = SubjectKey(Subject.MARKET, stage.account.venue, MARKET)
    with stage.database.reader.connect() as connection:
        trial = trial_of(RulePast(connection), PastRule(definition, subject, SPAN.since, SPAN.until))
    fired = [event.at for event in past_events(stage) if event.event == "fired"]
    assert fired == [firing.fired_at for firing in trial.firings]
    assert len(fired) > 1


def test_a_rule_that_a_viewer_changed_outlives_the_next_start_of_the_demo(stage: Stage) -> None:
    changed = replace(demo_rules(stage.account.name)[0], text='rsi(14, "1h") < 20')
    write_rule(stage.database.writer, None, changed, RuleOrigin.APP)
    forget_demo_alerts(stage.database.writer)
    seed(stage)
    assert {rule.name: rule.text for rule in _rules(stage)} == {
        "BTC oversold": 'rsi(14, "1h") < 20',
        "Coin without a stop": demo_rules(stage.account.name)[1].text,
    }


def test_a_real_account_deletes_what_the_demo_wrote_and_keeps_what_a_viewer_wrote(stage: Stage) -> None:
    write_rule(stage.database.writer, None, RuleDefinition("mine", "price > 1"), RuleOrigin.APP)
    forget_demo_alerts(stage.database.writer)
    with stage.database.reader.connect() as connection:
        stored = (read_watched_markets(connection), read_mutes(connection, datetime.now(UTC)))
    assert ([rule.name for rule in _rules(stage)], stored) == (["mine"], ((), ()))


def _rules(stage: Stage) -> list[RuleDefinition]:
    with stage.database.reader.connect() as connection:
        return [rule.definition for rule in read_rules(connection)]
