"""Evaluation: each kind of condition, unknown values, and nothing from the future."""

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.candle_series import series_of
from analysis.markets import MarketValues
from analysis.rules.evaluation import outcomes_of
from analysis.rules.explanation import explained, obstacles
from analysis.rules.parser import parse_rule
from analysis.rules.values import values_at
from domain.candles import Candle
from domain.moments import microseconds_of
from domain.rule_tree import All, Comparison, Outcome
from tests.analysis.candles import HOUR, START, candles, closed, walk

YES, NO, UNKNOWN = Outcome.YES, Outcome.NO, Outcome.UNKNOWN


def market(rows: list[Candle], *more: list[Candle]) -> MarketValues:
    by_timeframe = {group[0].timeframe: series_of(group, group[0].timeframe) for group in (rows, *more) if group}
    return MarketValues(by_timeframe)


def outcome(text: str, values: MarketValues, moment: object) -> Outcome:
    moments = np.array([microseconds_of(moment)], dtype=np.int64)  # type: ignore[arg-type]
    return Outcome(int(outcomes_of(parse_rule(text), values, moments)[0]))


@pytest.mark.parametrize(
    ("closes", "text", "expected"),
    [
        ([9, 10, 11], "close crosses above 10", YES),
        ([9, 10, 10], "close crosses above 10", NO),
        ([9, 11, 12], "close crosses above 10", NO),
        ([11, 10, 9], "close crosses below 10", YES),
        ([9, 11, 10], "close crosses below 10", NO),
        ([1, 2, 3], "close rising for 2", YES),
        ([2, 2, 3], "close rising for 2", NO),
        ([3, 2, 1], "close falling for 2", YES),
        ([1, 2, 3], "close rising for 3", UNKNOWN),
        ([1, 2, 3], "sma(2) = 2.5", YES),
        ([1, 2, 3], "sma(4) > 0", UNKNOWN),
        ([1, 2, 3], "sma(4) > 0 or close = 3", YES),
        ([1, 2, 3], "sma(4) > 0 and close = 4", NO),
        ([1, 2, 3], "not sma(4) > 0", UNKNOWN),
        ([100, 104, 110], "change(close, 2h) = 10 %", YES),
        ([1, 2, 3], "close / (close - 3) > 1", UNKNOWN),
        ([1, 2, 3], "close * 2 - 1 = 5", YES),
    ],
)
def test_a_condition_at_the_close_of_the_last_candle(closes: list[int], text: str, expected: Outcome) -> None:
    assert outcome(text, market(candles(closes)), closed(len(closes) - 1)) is expected


def test_a_candle_counts_from_its_close_on_and_never_while_it_is_open() -> None:
    values = market(candles([10, 99]))
    assert outcome("close = 99", values, closed(1) - timedelta(microseconds=1)) is NO
    assert outcome("close = 99", values, closed(1)) is YES


def test_a_market_without_news_for_two_candles_and_five_minutes_has_no_data() -> None:
    values, last = market(candles([10])), closed(0)
    limit = last + 2 * HOUR + timedelta(minutes=5)
    assert outcome("close = 10", values, limit) is YES
    assert outcome("close = 10", values, limit + timedelta(microseconds=1)) is UNKNOWN
    reasons = explained(parse_rule("close = 10"), values, microseconds_of(limit + HOUR)).reasons
    assert reasons == ('close("1h"): no data, the newest 1h candle closed at 01 Jan 01:00 UTC',)


def test_a_crossing_over_a_gap_is_unknown() -> None:
    rows = candles([9, 9, 11])
    values = market([rows[0], rows[2]])
    assert outcome("close crosses above 10", values, closed(2)) is UNKNOWN


def test_a_longer_timeframe_stands_until_its_next_close() -> None:
    """At 05:00 the newest closed candle of 4 hours is the one from 00:00 to 04:00."""
    values = market(candles(range(1, 9)), candles([50, 60], "4h"))
    assert outcome("close(4h) = 50 and close = 5", values, closed(4)) is YES


def test_an_unknown_value_says_how_many_candles_are_missing() -> None:
    tree = explained(parse_rule("rsi(14, 1h) < 30"), market(candles(range(1, 51))), microseconds_of(closed(49)))
    assert tree.reasons == ('rsi(14, "1h"): 62 candles of 1h are missing from its warm-up',)


def test_the_nearest_obstacle_comes_first() -> None:
    values = market(candles([100]))
    tree = explained(parse_rule("close > 200 and close > 101 and close < 500"), values, microseconds_of(closed(0)))
    assert [(leaf.text, leaf.distance) for leaf in obstacles(tree)] == [
        ('close("1h") > 101', -1),
        ('close("1h") > 200', -100),
    ]


RULES = [
    'rsi(14, "1h") < 45 and close crosses above ema(10)',
    "sma(5) rising for 2 or volume_ratio(5) > 2",
    "not (close(4h) < sma(3, 4h)) and change(close, 6h) > 0 %",
    "macd_histogram > 0 and adx > 20",
]


@pytest.mark.parametrize("text", RULES)
@settings(max_examples=10)
@given(seed=st.integers(0, 10_000), gap=st.integers(1, 300))
def test_a_growing_history_gives_the_same_outcomes_as_the_whole(text: str, seed: int, gap: int) -> None:
    """Live evaluation at each close sees only what was closed then. The past is evaluated at once."""
    hours = [row for index, row in enumerate(walk(320, seed)) if index != gap]
    fours = walk(80, seed + 1, "4h")
    moments = np.array([microseconds_of(row.at + HOUR) for row in hours], dtype=np.int64)
    rule = parse_rule(text)
    whole = outcomes_of(rule, market(hours, fours), moments)
    for index in range(0, len(hours), 29):
        now = hours[index].at + HOUR
        known = market(hours[: index + 1], [row for row in fours if row.at + 4 * HOUR <= now])
        assert outcomes_of(rule, known, moments[index : index + 1])[0] == whole[index]


@given(seed=st.integers(0, 10_000))
def test_what_is_explained_is_what_is_evaluated(seed: int) -> None:
    rule, values = parse_rule("close > sma(20) and volume_ratio(5) > 1"), market(walk(60, seed))
    moment = np.array([microseconds_of(START + 50 * HOUR)], dtype=np.int64)
    tree = explained(rule, values, int(moment[0]))
    assert isinstance(rule, All)
    for part, leaf in zip(rule.parts, tree.parts, strict=True):
        assert isinstance(part, Comparison)
        assert leaf.left == values_at(part.left, values, moment)[0]
        assert (leaf.distance is not None and leaf.distance > 0) == (leaf.outcome is YES)
    assert tree.outcome == min(leaf.outcome for leaf in tree.parts)
