"""Evaluating a rule for many markets at once gives what evaluating each by itself gives."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.candle_series import series_of
from analysis.live import evaluated
from analysis.many_subjects import evaluated_together
from analysis.markets import MarketValues
from analysis.rules.parsed import parsed_rule
from domain.alert_states import AlertState, Health, State, Timing
from tests.analysis.candles import HOUR, START, closed, walk

STATES = (
    AlertState(),
    AlertState(health=Health.NO_DATA),
    AlertState(State.PENDING, START),
    AlertState(State.FIRING, START, START),
    AlertState(State.RECOVERING, START, START),
)
RULES = (
    ("rsi(5) < 45", None),
    ("close < sma(20)", "close > sma(20) * 1.01"),
    ("close crosses above ema(5) and volume_ratio(5) > 0.5", None),
    ("close falling for 2 or change(close, 3h) > 1 %", None),
    ("not (sma(200) > 0)", None),
)


@pytest.mark.parametrize(("text", "resolves"), RULES)
@settings(max_examples=10)
@given(
    markets=st.lists(
        st.tuples(st.integers(0, 999), st.integers(0, 60), st.integers(0, 4), st.sampled_from(STATES)), min_size=1
    ),
    for_=st.integers(0, 2),
)
def test_many_markets_at_once_are_what_each_is_alone(
    text: str, resolves: str | None, markets: list[tuple[int, int, int, AlertState]], for_: int
) -> None:
    """Each market has its own candles with a gap, its own moment and its own state before."""
    rule, timing = parsed_rule(text, resolves), Timing(for_ * HOUR)
    values, moments = [], []
    for seed, count, late, _ in markets:
        rows = [row for number, row in enumerate(walk(count, seed)) if number != seed % 50]
        values.append(MarketValues({"1h": series_of(rows, "1h")}))
        moments.append(closed(count) + late * HOUR - timedelta(minutes=seed % 3))
    states = [state for *_, state in markets]
    together = [list(changes) for changes in evaluated_together(rule, values, moments, states, timing)]
    assert together == [
        list(evaluated(rule, market, [moment], state, timing))
        for market, moment, state in zip(values, moments, states, strict=True)
    ]
