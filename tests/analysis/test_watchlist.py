"""Figures of watched markets rest on closed candles, and agree with the indicators and rules that they name."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest

from analysis.candle_series import series_of, series_of_columns
from analysis.indicators import INDICATORS
from analysis.market_store import longer_candles
from analysis.presets import PRESETS
from analysis.rules.evaluation import outcomes_of
from analysis.watchlist import CANDLES_READ, SignalState, market_figures, rules_of, signal_of, since_of, values_of
from domain.candles import Candle, CandleColumns
from domain.moments import microseconds_of
from domain.rule_tree import Outcome
from domain.timeframes import length_of, opened_before
from tests.analysis.candles import START, candles, closed, walk


def columns_of(rows: Sequence[Candle]) -> CandleColumns:
    floats = {name: [float(getattr(row, name)) for row in rows] for name in ("open", "high", "low", "close", "volume")}
    return CandleColumns(rows[0].symbol, rows[0].timeframe, [row.at.timestamp() for row in rows], **floats)


def test_columns_make_the_same_series_as_candles() -> None:
    rows = walk(60, 1)
    rows = [*rows[:20], *rows[21:]]  # a gap
    pairs = zip(series_of(rows, "1h"), series_of_columns(columns_of(rows)), strict=True)
    for first, second in pairs:
        for name in ("closed_at", "open", "high", "low", "close", "volume"):
            assert np.array_equal(getattr(first, name), getattr(second, name)), name


def test_four_hour_candles_are_joined_from_complete_hours_alone() -> None:
    rows = walk(23, 2)[3:]  # opens at 03:00: the first complete four hours open at 04:00
    (hours,) = series_of(rows, "1h")
    series = longer_candles(hours, "4h")
    assert [int(at) for at in series.closed_at] == [
        microseconds_of(START + timedelta(hours=h)) for h in (8, 12, 16, 20)
    ]
    part = rows[1:5]
    assert series.open[0] == float(part[0].open)
    assert series.close[0] == float(part[-1].close)
    assert series.high[0] == max(float(row.high) for row in part)
    assert series.low[0] == min(float(row.low) for row in part)
    assert series.volume[0] == pytest.approx(sum(float(row.volume or 0) for row in part))
    assert len(longer_candles(series_of(rows[1:4], "1h")[0], "4h")) == 0


def test_the_figures_are_the_indicators_of_the_newest_closed_candle() -> None:
    rows = walk(300, 3)
    figures = market_figures("BTC/USDT", values_of([columns_of(rows)]), closed(299) + timedelta(minutes=30))
    (series,) = series_of(rows, "1h")
    hourly = figures.indicators["1h"]
    assert hourly["rsi_14"].value == INDICATORS["rsi"].values(series, 14)[-1]
    assert hourly["ma_200"].value == INDICATORS["sma"].values(series, 200)[-1]
    assert figures.close.value == float(rows[-1].close)
    assert figures.change_24h.value == pytest.approx(float(rows[-1].close / rows[-25].close) - 1)
    assert figures.sparkline == tuple(float(row.close) for row in rows[-168:])


def test_a_later_candle_changes_no_figure_of_a_moment() -> None:
    rows = walk(300, 4)
    then = closed(249)
    assert market_figures("BTC/USDT", values_of([columns_of(rows)]), then) == market_figures(
        "BTC/USDT", values_of([columns_of(rows[:250])]), then
    )


@pytest.mark.parametrize("missing", [None, 500])
def test_the_figures_equal_those_of_a_live_rule_which_reads_the_whole_run(missing: int | None) -> None:
    """A live rule reads every stored candle, the list only the newest of them."""
    stored = {timeframe: walk(2 * count, count, timeframe) for timeframe, count in CANDLES_READ.items()}
    at = closed(len(stored["1h"]) - 1)
    for rows in stored.values():
        rows[:] = shifted(rows, at)
        if missing is not None:
            del rows[-missing]
    live = market_figures("BTC/USDT", values_of([columns_of(rows) for rows in stored.values()]), at)
    newest = [[row for row in rows if row.at >= since_of(timeframe, at)] for timeframe, rows in stored.items()]
    assert market_figures("BTC/USDT", values_of([columns_of(rows) for rows in newest]), at) == live


def shifted(rows: Sequence[Candle], at: datetime) -> list[Candle]:
    """The candles with the last one closing at the newest full candle before a moment."""
    until = opened_before(at, rows[0].timeframe)
    by = until - rows[-1].at - length_of(rows[0].timeframe)
    return [replace(row, at=row.at + by) for row in rows]


def test_an_unknown_figure_names_the_candles_that_are_missing() -> None:
    figures = market_figures("BTC/USDT", values_of([columns_of(walk(100, 5))]), closed(99))
    assert figures.indicators["1h"]["ma_200"].reason == 'sma(200, "1h"): 100 candles of 1h are missing from its warm-up'
    assert figures.indicators["1h"]["ma_50"].value is not None
    assert figures.indicators["15m"]["rsi_14"].reason == 'rsi(14, "15m"): no 15m candle is stored'
    states = {signal.preset: signal for signal in figures.signals}
    assert states["scalp-aggressive"].state is SignalState.UNKNOWN
    assert "no 15m candle is stored" in states["scalp-aggressive"].reason


def test_a_signal_buys_where_its_rule_holds_and_suggests_levels_on_both_sides() -> None:
    """The rule itself, evaluated apart, is the expected value."""
    preset, values = PRESETS["intraday-aggressive"], values_of([columns_of(walk(900, 6))])
    moments = np.array([microseconds_of(closed(index)) for index in range(200, 900)], dtype=np.int64)
    buys, sells = (outcomes_of(rule, values, moments) for rule in rules_of(preset))
    assert {int(Outcome.YES)} <= set(buys.tolist())
    for moment, buy, sell in zip(moments.tolist(), buys.tolist(), sells.tolist(), strict=True):
        signal = signal_of(preset, values, moment)
        expected = {(2, 0): SignalState.BUY, (0, 2): SignalState.SELL, (0, 0): SignalState.NONE}
        assert signal.state is expected[buy, sell]
        assert signal.fires is (signal.levels is not None)
        if signal.levels is not None:
            is_buy = signal.state is SignalState.BUY
            assert (signal.levels.stop < signal.levels.take_profit) is is_buy


def test_a_market_without_news_is_unknown() -> None:
    values = values_of([columns_of(candles([Decimal(100)] * 30))])
    late = closed(29) + 3 * length_of("1h")
    figures = market_figures("BTC/USDT", values, late)
    assert (figures.close.value, figures.indicators["1h"]["ema_10"].value) == (None, None)
    assert "no data, the newest 1h candle closed at" in figures.close.reason
