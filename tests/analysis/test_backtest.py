"""A rule tried on the past: counted by hand, and equal to live evaluation step by step."""

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.backtest import TriedRule, tried, why_not
from analysis.candle_series import series_of
from analysis.markets import MarketValues
from analysis.rules.evaluation import outcomes_of
from analysis.rules.parser import parse_rule
from analysis.step_series import StepSeries
from domain.alert_states import AlertState, Event, Timing, opposite, step
from domain.candles import Candle
from domain.moments import microseconds_of, moment_of
from domain.rule_tree import Outcome
from tests.analysis.candles import HOUR, candles, closed, walk


def _setting(rows: list[Candle]) -> tuple[MarketValues, np.ndarray, StepSeries]:
    (series,) = series_of(rows, "1h")
    return MarketValues({"1h": (series,)}), series.closed_at, StepSeries(series.closed_at, series.close)


def test_firings_their_ends_and_the_moves_afterwards() -> None:
    """Closes by hand: below 90 at hours 1 and 2, then 99 (+10 % of 90) after one hour, 81 (-10 %) after four."""
    closes = [100, 90, 99, 95, 94, 81, *[95] * 30]
    values, moments, prices = _setting(candles(closes))
    trial = tried(TriedRule(parse_rule("close <= 90")), values, moments, lambda: prices)
    first, second = trial.firings
    assert (first.fired_at, first.ended_at) == (closed(1), closed(2))
    assert (second.fired_at, second.ended_at) == (closed(5), closed(6))
    one_hour, four_hours, day = first.moves
    assert one_hour.change == pytest.approx(0.10)
    assert four_hours.change == pytest.approx(-0.10)
    assert (four_hours.best, four_hours.worst) == (pytest.approx(0.10), pytest.approx(-0.10))
    assert day.change == pytest.approx(95 / 90 - 1)


def test_a_move_is_unknown_until_its_span_is_over() -> None:
    values, moments, prices = _setting(candles([100, 90, 99]))
    (firing,) = tried(TriedRule(parse_rule("close = 90")), values, moments, lambda: prices).firings
    assert [move.change is None for move in firing.moves] == [False, True, True]


def test_the_comparison_that_alone_held_the_rule_back_is_counted() -> None:
    values, moments, _ = _setting(candles([100, 90, 80, 120, 121]))
    trial = tried(TriedRule(parse_rule("close > 110 and close < 120")), values, moments)
    assert trial.firings == ()
    assert trial.held_back == (('close("1h") > 110', 3), ('close("1h") < 120', 2))
    assert (trial.moments, trial.unknown) == (5, 0)


def test_moments_without_data_are_counted_and_fire_nothing() -> None:
    values, moments, _ = _setting(candles([100] * 30))
    trial = tried(TriedRule(parse_rule("sma(20) > 0")), values, moments)
    assert trial.unknown == 19
    assert [firing.fired_at for firing in trial.firings] == [closed(19)]


def test_why_not_shows_each_value_and_the_nearest_obstacle() -> None:
    values, _, _ = _setting(candles([100]))
    tree, missing = why_not(TriedRule(parse_rule("close > 200 and close < 150")), values, closed(0))
    assert tree.outcome is Outcome.NO
    assert [leaf.distance for leaf in missing] == [-100]


@settings(max_examples=20)
@given(
    seed=st.integers(0, 10_000),
    for_=st.integers(0, 3),
    keep_for=st.integers(0, 3),
    text=st.sampled_from(["close > sma(20)", "rsi < 45", "close crosses below sma(5)"]),
)
def test_a_trial_equals_live_evaluation(seed: int, for_: int, keep_for: int, text: str) -> None:
    timing, rule = Timing(for_ * HOUR, keep_for * HOUR), parse_rule(text)
    values, moments, _ = _setting(walk(200, seed))
    state, events = AlertState(), []
    for index, stamp in enumerate(moments.tolist()):
        holds = Outcome(int(outcomes_of(rule, values, moments[index : index + 1])[0]))
        result = step(state, holds, opposite(holds), moment_of(stamp), timing)
        state = result.after
        if result.event is not None:
            events.append((result.event, moment_of(stamp)))
    trial = tried(TriedRule(rule, timing=timing), values, moments)
    expected = [at for event, at in events if event is Event.FIRED]
    assert [firing.fired_at for firing in trial.firings] == expected
    ends = [firing.ended_at for firing in trial.firings if firing.ended_at is not None]
    assert ends == [at for event, at in events if event is Event.RESOLVED]
    assert microseconds_of(moment_of(int(moments[0]))) == moments[0]
    assert timedelta(0) <= timing.for_
