"""Presets can fire, do not contradict themselves, and suggest levels by plain arithmetic."""

from decimal import Decimal

import numpy as np
import pytest

from analysis.candle_series import series_of
from analysis.markets import MarketValues
from analysis.presets import PRESETS, Preset, suggested_levels
from analysis.rules.contradictions import certainty_in, contradiction_in
from analysis.rules.evaluation import outcomes_of
from analysis.rules.parser import parse_rule
from domain.rule_tree import All, Outcome
from domain.timeframes import LENGTHS
from tests.analysis.candles import walk

D = Decimal


@pytest.fixture(scope="module")
def wandering_market() -> MarketValues:
    """400 days of a random walk on each timeframe. The timeframes are independent, so all states meet."""
    counts = {"15m": 38_400, "1h": 9_600, "4h": 2_400, "1d": 400}
    return MarketValues({name: series_of(walk(count, 7, name), name) for name, count in counts.items()})


@pytest.mark.parametrize("preset", PRESETS.values(), ids=list(PRESETS))
def test_a_preset_fires_on_both_sides_and_never_on_both_at_once(preset: Preset, wandering_market: MarketValues) -> None:
    (series,) = wandering_market.runs[preset.timeframe]
    buys = outcomes_of(parse_rule(preset.buy), wandering_market, series.closed_at)
    sells = outcomes_of(parse_rule(preset.sell), wandering_market, series.closed_at)
    assert (buys == Outcome.YES).any()
    assert (sells == Outcome.YES).any()
    assert not ((buys == Outcome.YES) & (sells == Outcome.YES)).any()
    assert np.isin([buys, sells], list(Outcome)).all()


@pytest.mark.parametrize("preset", PRESETS.values(), ids=list(PRESETS))
def test_no_preset_contradicts_itself(preset: Preset) -> None:
    for text in (preset.buy, preset.sell):
        assert contradiction_in(parse_rule(text)) is None
        assert certainty_in(parse_rule(text)) is None
    both = All((parse_rule(preset.buy), parse_rule(preset.sell)))
    assert contradiction_in(both) is not None
    assert preset.changed


def test_there_is_a_preset_for_each_style_and_risk_with_the_timeframe_it_names() -> None:
    assert len(PRESETS) == 6
    for preset in PRESETS.values():
        assert f'rsi(14, "{preset.timeframe}")' in preset.buy
        assert preset.timeframe in LENGTHS


def test_levels_of_a_swing_at_100_with_an_atr_of_4() -> None:
    """1.5 ATR are 6: the stop of a buy is 94, and 1.5 times the distance is 9."""
    swing = PRESETS["swing-conservative"]
    buy = suggested_levels(swing, D(100), D(4), buys=True)
    sell = suggested_levels(swing, D(100), D(4), buys=False)
    assert buy is not None
    assert sell is not None
    assert (buy.stop, buy.take_profit) == (94, 109)
    assert (sell.stop, sell.take_profit) == (106, 91)
    assert suggested_levels(swing, D(100), None, buys=True) is None


def test_levels_of_a_scalp_are_a_share_of_the_price() -> None:
    levels = suggested_levels(PRESETS["scalp-conservative"], D(1000), None, buys=True)
    assert levels is not None
    assert (levels.stop, levels.take_profit) == (995, 1005)
