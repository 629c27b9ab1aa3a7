"""Figures of watched markets: indicators by timeframe, the state of every preset signal, and the way of the price.

All of them rest on closed candles, as rules do. So a figure stands until the next candle closes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cache
from math import isnan

import numpy as np

from analysis.candle_series import Moments, series_of_columns
from analysis.market_store import longer_candles
from analysis.markets import MarketValues
from analysis.presets import PRESETS, Levels, Preset, suggested_levels
from analysis.rules.evaluation import outcomes_of
from analysis.rules.explanation import explained, leaves_of
from analysis.rules.parser import parse_rule
from domain.candles import CandleColumns
from domain.moments import microseconds_of
from domain.rule_tree import Condition, Outcome, Term, terms_of
from domain.timeframes import length_of, opened_before

TIMEFRAMES = ("15m", "1h", "4h", "1d")
# The candles to read, so that each figure equals that of a live rule, which reads the whole gap-free run. The seed of
# Wilder's mean of 14 weighs (13 / 14) ** n after n candles, and the precision of a float is 2 ** -53: 496 candles.
_DEPTH = 520
# Four-hour candles are joined from hourly ones, as for live rules.
CANDLES_READ: Mapping[str, int] = {"15m": _DEPTH, "1h": 4 * (_DEPTH + 1), "1d": _DEPTH}
SPARKLINE = timedelta(days=7)
_DAY, _HOUR = timedelta(days=1), "1h"
# The indicators of the list, by the name of their column. `{}` is the timeframe.
INDICATOR_TEXTS: Mapping[str, str] = {
    "rsi_14": 'rsi(14, "{}")',
    "ema_10": 'ema(10, "{}")',
    "ma_50": 'sma(50, "{}")',
    "ma_200": 'sma(200, "{}")',
    "atr_14": 'atr(14, "{}")',
    "volume_ratio": 'volume_ratio(20, "{}")',
}


class SignalState(StrEnum):
    """The result of a preset for a market."""

    BUY = "buy"
    SELL = "sell"
    NONE = "none"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Figure:
    """One value. `reason` tells why it is unknown."""

    value: float | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Signal:
    """The state of a preset for one market. `levels` are arithmetic, not advice."""

    preset: str
    state: SignalState
    reason: str = ""
    levels: Levels | None = None

    @property
    def fires(self) -> bool:
        return self.state in (SignalState.BUY, SignalState.SELL)


@dataclass(frozen=True, slots=True)
class MarketFigures:
    """All figures of one market. `indicators` are by timeframe and name, `sparkline` are hourly closes of 7 days."""

    symbol: str
    close: Figure
    change_24h: Figure
    indicators: Mapping[str, Mapping[str, Figure]]
    signals: tuple[Signal, ...]
    sparkline: tuple[float, ...]


def values_of(columns: Sequence[CandleColumns]) -> MarketValues:
    """The runs of one market by timeframe. Four-hour candles are joined from hourly ones."""
    runs = {column.timeframe: series_of_columns(column) for column in columns}
    if _HOUR in runs:
        longer = (longer_candles(run, "4h") for run in runs[_HOUR])
        runs["4h"] = tuple(run for run in longer if len(run))
    return MarketValues(runs)


def market_figures(symbol: str, values: MarketValues, at: datetime) -> MarketFigures:
    """The figures of a market at a moment."""
    moment = microseconds_of(at)
    return MarketFigures(
        symbol,
        _close(values, moment),
        _change(values, moment),
        {
            timeframe: {
                name: _figure(values, term_of(text.format(timeframe)), moment) for name, text in INDICATOR_TEXTS.items()
            }
            for timeframe in TIMEFRAMES
        },
        tuple(signal_of(preset, values, moment) for preset in PRESETS.values()),
        _sparkline(values, moment),
    )


def signal_of(preset: Preset, values: MarketValues, moment: int) -> Signal:
    """The state of a preset: buy, sell, none, or unknown with the first reason."""
    moments = np.array([moment], dtype=np.int64)
    buys, sells = (Outcome(int(outcomes_of(rule, values, moments)[0])) for rule in rules_of(preset))
    if Outcome.YES in (buys, sells):
        is_buy = buys is Outcome.YES
        return Signal(
            preset.name, SignalState.BUY if is_buy else SignalState.SELL, "", _levels(preset, values, moment, is_buy)
        )
    if Outcome.UNKNOWN in (buys, sells):
        rule = rules_of(preset)[0 if buys is Outcome.UNKNOWN else 1]
        reasons = [reason for leaf in leaves_of(explained(rule, values, moment)) for reason in leaf.reasons]
        return Signal(preset.name, SignalState.UNKNOWN, next(iter(reasons), "its values are not known"))
    return Signal(preset.name, SignalState.NONE)


def signal_changes(preset: Preset, values: MarketValues, moments: Moments) -> tuple[tuple[int, SignalState], ...]:
    """The moments at which a preset began to say buy or sell. The first moment counts if it says so already."""
    buys, sells = (outcomes_of(rule, values, moments) == int(Outcome.YES) for rule in rules_of(preset))
    changes = []
    for holds, state in ((buys, SignalState.BUY), (sells, SignalState.SELL)):
        starts = holds & ~np.concatenate(([False], holds[:-1]))
        changes += [(int(moment), state) for moment in moments[starts]]
    return tuple(sorted(changes))


@cache
def _parsed(text: str) -> Condition:
    return parse_rule(text)


def rules_of(preset: Preset) -> tuple[Condition, Condition]:
    """The parsed rules to buy and to sell."""
    return _parsed(preset.buy), _parsed(preset.sell)


@cache
def term_of(text: str) -> Term:
    """The term of a text such as rsi(14, "1h")."""
    return next(terms_of(parse_rule(f"{text} > 0")))


def _levels(preset: Preset, values: MarketValues, moment: int, is_buy: bool) -> Levels | None:
    price = _figure(values, term_of(f'close("{preset.timeframe}")'), moment).value
    atr = _figure(values, term_of(preset.atr_term), moment).value
    if price is None:
        return None
    exact_atr = None if atr is None else Decimal(repr(atr))
    return suggested_levels(preset, Decimal(repr(price)), exact_atr, buys=is_buy)


def _figure(values: MarketValues, term: Term, moment: int) -> Figure:
    value = float(values.series(term).at(np.array([moment], dtype=np.int64))[0])
    return Figure(None, values.reason(term, moment)) if isnan(value) else Figure(value)


def _close(values: MarketValues, moment: int) -> Figure:
    """The newest close of a quarter of an hour, else of an hour. Longer candles are too old for a price."""
    quarter, hour = (_figure(values, term_of(f'close("{timeframe}")'), moment) for timeframe in ("15m", _HOUR))
    return hour if quarter.value is None else quarter


def _change(values: MarketValues, moment: int) -> Figure:
    """The relative change of the hourly close over 24 hours."""
    series = values.series(term_of(f'close("{_HOUR}")'))
    now = _figure(values, term_of(f'close("{_HOUR}")'), moment)
    if now.value is None:
        return now
    day = _DAY // timedelta(microseconds=1)
    before = float(series.at(np.array([moment - day], dtype=np.int64))[0])
    if isnan(before) or before == 0:
        return Figure(None, "no hourly candle of the day before is stored")
    return Figure(now.value / before - 1)


def _sparkline(values: MarketValues, moment: int) -> tuple[float, ...]:
    first = moment - SPARKLINE // timedelta(microseconds=1)
    closes: list[float] = []
    for run in values.runs.get(_HOUR, ()):
        closes += run.close[(run.closed_at > first) & (run.closed_at <= moment)].tolist()
    return tuple(closes)


def since_of(timeframe: str, at: datetime) -> datetime:
    """The opening of the first candle to read for the figures at a moment."""
    return opened_before(at, timeframe) - CANDLES_READ[timeframe] * length_of(timeframe)
