"""Trials on the stored past agree with what live evaluation did, event by event, and never look ahead."""

import random
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from analysis.past_trial import PastRule, explained_at, messages_of, trial_of
from db.reads.rule_past import RulePast
from domain.alerts import AlertEventKind, SubjectKey
from domain.rule_terms import Subject
from domain.rule_tree import Outcome
from domain.rules import Rule
from tests.factories import NOON, later
from tests.postgres import Database
from tests.refresher.alerts.stage import FOREVER, Stage

HOUR = 3600


@pytest.fixture
def stage(database: Database) -> Stage:
    return Stage(database)


def past_rule(stage: Stage, rule: Rule, until: datetime, subject: SubjectKey) -> PastRule:
    account = None if subject.kind is Subject.MARKET else stage.account
    return PastRule(rule.definition, subject, NOON - timedelta(days=1), until, account)


def live_firings(stage: Stage) -> list[datetime]:
    from db.reads.alerts import read_alert_events

    with stage.database.reader.connect() as connection:
        events = read_alert_events(connection, FOREVER, 1000)
    return sorted(event.at for event in events if event.event is AlertEventKind.FIRED)


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_a_market_rule_fires_on_the_past_when_it_fired_live(stage: Stage, seed: int) -> None:
    rule = stage.rule('rsi(3, "1h") < 45 and close("4h") > 0', for_=HOUR, keep_for=HOUR)
    stage.refresh(0)
    chance, price = random.Random(seed), 100.0
    stage.candles([price] * 4, since=later(-4 * HOUR))
    for hour in range(60):
        price *= 1 + chance.gauss(0, 0.02)
        stage.candles([Decimal(price).quantize(Decimal("0.01"))], since=later(hour * HOUR))
        if chance.random() < 0.1:
            stage.restart()
        if chance.random() < 0.7:  # else the refresher was away, and catches up
            stage.evaluate((hour + 1) * HOUR)
    stage.evaluate(60 * HOUR)
    market = SubjectKey(Subject.MARKET, stage.account.venue, "BTC/USD")
    with stage.database.reader.connect() as connection:
        trial = trial_of(RulePast(connection), past_rule(stage, rule, later(60 * HOUR), market))
    fired = [firing.fired_at for firing in trial.firings if firing.fired_at > later(0)]
    assert fired == live_firings(stage)
    assert fired


def test_an_account_rule_fires_on_the_past_when_it_fired_live(stage: Stage) -> None:
    rule = stage.rule('change(net_value, "10m") < -3 % or net_value crosses above 97000', for_=60)
    chance = random.Random(7)
    for minute in range(15):
        stage.refresh(minute * 60, last=str(chance.randrange(90000, 100000)))
    account = SubjectKey(Subject.ACCOUNT, "main")
    with stage.database.reader.connect() as connection:
        trial = trial_of(RulePast(connection), past_rule(stage, rule, later(15 * 60), account))
    assert [firing.fired_at for firing in trial.firings] == live_firings(stage)
    assert trial.firings


def test_moves_after_a_firing_are_measured_by_hours_where_no_quarters_are_kept(stage: Stage) -> None:
    """Hours of 100, 90, 108 and 99, then quarters from the fourth hour on."""
    rule = stage.rule('close("1h") < 95')
    stage.refresh(0)
    stage.candles([100, 90, 108, 99], since=later(-4 * HOUR))
    stage.candles([99, 99, 99, 99], "15m", since=later(-HOUR))
    market = SubjectKey(Subject.MARKET, stage.account.venue, "BTC/USD")
    with stage.database.reader.connect() as connection:
        (firing,) = trial_of(RulePast(connection), past_rule(stage, rule, later(0), market)).firings
    assert firing.fired_at == later(-2 * HOUR)
    assert (firing.moves[0].change, firing.moves[1].change) == (pytest.approx(0.2), None)


def test_why_not_names_the_comparison_that_held_a_rule_back(stage: Stage) -> None:
    rule = stage.rule("net_value < 90000 and unprotected_value < 5")
    stage.refresh(0)
    account = SubjectKey(Subject.ACCOUNT, "main")
    with stage.database.reader.connect() as connection:
        tree, (nearest, *others) = explained_at(RulePast(connection), past_rule(stage, rule, later(1), account))
    assert (tree.outcome, nearest.text, nearest.left, others) == (Outcome.NO, "net_value < 90000", 95000, [])


def test_a_trial_of_nothing_stored_has_no_moments(stage: Stage) -> None:
    rule = stage.rule("net_value < 90000")
    account = SubjectKey(Subject.ACCOUNT, "main")
    with stage.database.reader.connect() as connection:
        past = RulePast(connection)
        trial = trial_of(past, past_rule(stage, rule, later(1), account))
        tree, _ = explained_at(past, past_rule(stage, rule, later(1), account))
    assert (trial.moments, trial.firings) == (0, ())
    assert tree.reasons == ("net_value: the account had not been refreshed",)


def test_messages_of_the_past_are_grouped_and_capped() -> None:
    moments = [NOON + timedelta(seconds=seconds) for seconds in (0, 10, 20, 40, 70, 100, 3700)]
    assert messages_of(moments, timedelta(seconds=15), per_hour=3) == 4
    assert messages_of(moments, timedelta(seconds=15), per_hour=99) == 6


def test_information_of_the_past_is_collected() -> None:
    """One message at once, one six hours later for all that fired meanwhile, and one six hours after that."""
    moments = [NOON + timedelta(hours=hours) for hours in (0, 1, 2, 5, 7, 30)]
    every = timedelta(hours=6)
    assert messages_of(moments[:4], timedelta(seconds=15), 20, every) == 2
    assert messages_of(moments[:5], timedelta(seconds=15), 20, every) == 3
    assert messages_of(moments, timedelta(seconds=15), 20, every) == 4
