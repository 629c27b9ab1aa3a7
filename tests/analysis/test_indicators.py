"""Indicators equal the textbook formulas beyond their warm-up, and are unknown below it."""

from collections.abc import Callable
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.candle_series import CandleSeries, series_of
from analysis.indicators import INDICATORS
from domain.candles import Candle
from tests.analysis import textbook
from tests.analysis.candles import candle, candles, walk
from tests.analysis.textbook import Bar, Column

_LENGTH = 320


def _one_series(rows: list[Candle]) -> CandleSeries:
    (series,) = series_of(rows, "1h")
    return series


def _bars(rows: list[Candle]) -> list[Bar]:
    return [Bar(row.high, row.low, row.close) for row in rows]


def _bollinger_upper(rows: list[Candle]) -> Column:
    closes = [row.close for row in rows]
    means = textbook.sma(closes, 20)
    return [None if m is None else m + 2 * textbook.deviation(closes[i - 19 : i + 1]) for i, m in enumerate(means)]


def _macd_signal(rows: list[Candle]) -> Column:
    return textbook.ema(textbook.macd([row.close for row in rows], 12, 26), 9)


CASES: list[tuple[str, Callable[[list[Candle]], Column]]] = [
    ("sma", lambda rows: textbook.sma([row.close for row in rows], 20)),
    ("ema", lambda rows: textbook.ema([row.close for row in rows], 20)),
    ("rsi", lambda rows: textbook.rsi([row.close for row in rows], 14)),
    ("atr", lambda rows: textbook.atr(_bars(rows), 14)),
    ("adx", lambda rows: textbook.adx(_bars(rows), 14)),
    ("macd", lambda rows: textbook.macd([row.close for row in rows], 12, 26)),
    ("macd_signal", _macd_signal),
    ("bollinger_upper", _bollinger_upper),
    ("stochastic_k", lambda rows: textbook.stochastic(_bars(rows), 14, 3)),
]
# Recursive indicators of two libraries may start from different seeds. Beyond the warm-up the seed weighs under 0.1 %.
_TOLERANCE = {"ema": 1e-3, "rsi": 1e-3, "atr": 1e-3, "adx": 2e-3, "macd": 1e-3, "macd_signal": 1e-3}


@pytest.mark.parametrize("name", [name for name, _ in CASES])
@pytest.mark.parametrize("seed", range(5))
def test_an_indicator_equals_the_textbook_formula(name: str, seed: int) -> None:
    rows = walk(_LENGTH, seed)
    indicator = INDICATORS[name]
    values = indicator.values(_one_series(rows))
    warm_up = indicator.warm_up(*indicator.defaults.values())
    assert np.isnan(values[: warm_up - 1]).all()
    expected = dict(CASES)[name](rows)
    scale = max(abs(float(value)) for value in expected if value is not None)
    for value, reference in zip(values[warm_up - 1 :], expected[warm_up - 1 :], strict=True):
        assert reference is not None
        assert value == pytest.approx(float(reference), rel=1e-7, abs=scale * _TOLERANCE.get(name, 1e-8))


def test_wilders_published_rsi() -> None:
    """Wilder (1978) smooths 14 moves. The worksheet of StockCharts' ChartSchool on RSI begins with 70.53."""
    closes = [
        "44.3389", "44.0902", "44.1497", "43.6124", "44.3278", "44.8264", "45.0955", "45.4245", "45.8433", "46.0826",
        "45.8931", "46.0328", "45.6140", "46.2820", "46.2820",
    ]  # fmt: skip
    column = textbook.rsi([Decimal(close) for close in closes], 14)
    assert column[-1] is not None
    assert round(column[-1], 2) == Decimal("70.53")


def test_an_unknown_volume_is_unknown_only_as_long_as_its_window() -> None:
    rows = [candle(i, "1", volume=None if i == 30 else Decimal(2)) for i in range(80)]
    values = INDICATORS["volume_ratio"].values(_one_series(rows))
    assert np.isnan(values[30:51]).all()
    assert (values[51:] == 1).all()
    assert (values[20:30] == 1).all()


def test_a_market_that_never_moved_has_no_rsi() -> None:
    assert np.isnan(INDICATORS["rsi"].values(_one_series(candles([5] * 200)))).all()


@pytest.mark.parametrize("name", ["stochastic_k", "stochastic_d"])
def test_a_market_that_stands_still_has_no_stochastic(name: str) -> None:
    rows = candles([*range(1, 41), *[40] * 30, *range(41, 81)])
    k = textbook.stochastic(_bars(rows), 14, 3)
    expected = k if name == "stochastic_k" else textbook.known_means(k, 3)
    values = INDICATORS[name].values(_one_series(rows))
    assert np.isnan(values[60])
    assert not np.isnan(values[[39, 79]]).any()
    for value, reference in zip(values[17:], expected[17:], strict=True):
        assert value == pytest.approx(float("nan") if reference is None else float(reference), rel=1e-7, nan_ok=True)


def test_a_gap_ends_a_run_and_starts_the_warm_up_again() -> None:
    rows = [row for i, row in enumerate(candles(range(1, 61))) if i != 30]
    first, second = series_of(rows, "1h")
    assert (len(first), len(second)) == (30, 29)
    assert np.isnan(INDICATORS["sma"].values(second)[:19]).all()


@pytest.mark.parametrize("name", INDICATORS)
@given(count=st.integers(0, 40))
def test_too_few_candles_are_unknown_and_never_an_error(name: str, count: int) -> None:
    values = INDICATORS[name].values(CandleSeries("1h", *(np.arange(count, dtype=t) + 1 for t in ["i8"] + ["f8"] * 5)))
    assert len(values) == count
    warm_up = INDICATORS[name].warm_up(*INDICATORS[name].defaults.values())
    assert np.isnan(values[: warm_up - 1]).all()


def test_ten_weeks_are_seventy_daily_closes() -> None:
    (series,) = series_of(candles(range(1, 101), "1d"), "1d")
    assert INDICATORS["sma"].values(series, 70)[-1] == sum(range(31, 101)) / 70
