"""Indicators over the columns of a candle series, computed by TA-Lib.

An indicator is unknown (NaN) below its warm-up. A windowed indicator needs its window. A recursive one starts from a
seed, and its warm-up lasts until the seed weighs under 0.1 %:

* EMA of n: the seed weighs (1 - 2 / (n + 1)) ** k after k candles, below 0.1 % after 3.5 (n + 1).
* RSI and ATR of n use Wilder's average. Its seed weighs (1 - 1 / n) ** k, below 0.1 % after 7 n. With the first n
  candles that make 8 n.
* ADX and the signal line of MACD average an average, so both warm-ups count.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any

import numpy as np
import talib
from numpy.lib.stride_tricks import sliding_window_view

from analysis.candle_series import CandleSeries, Flags, Floats
from analysis.rounding import rounded

_SIMPLE: Any = 0  # TA-Lib's number of the simple mean


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator. `defaults` are its parameters by name, in order. `warm_up` is a number of candles."""

    name: str
    description: str
    defaults: Mapping[str, float]
    warm_up: Callable[..., int]
    compute: Callable[..., Floats]

    def values(self, series: CandleSeries, *parameters: float) -> Floats:
        """One value a candle, rounded to 8 significant digits. NaN below the warm-up."""
        return rounded(self.raw_values(series, *parameters))

    def raw_values(self, series: CandleSeries, *parameters: float) -> Floats:
        """The values before they are rounded."""
        parameters = self.complete(parameters)
        if len(series) == 0:
            return np.empty(0)
        values = self.compute(series, *parameters)
        values[: self.warm_up(*parameters) - 1] = np.nan
        return values

    def complete(self, parameters: tuple[float, ...]) -> tuple[float, ...]:
        """The parameters, with defaults for those that are missing at the end."""
        return (*parameters, *tuple(self.defaults.values())[len(parameters) :])


def _ema_warm_up(n: float) -> int:
    return int(n) + ceil(3.5 * (n + 1))


def _wilder_warm_up(n: float) -> int:
    return 8 * int(n)


def _adx_warm_up(n: float) -> int:
    return 16 * int(n)  # the averages of the directions, then the average of their index


def _macd_warm_up(fast: float, slow: float, signal: float) -> int:
    return _ema_warm_up(max(fast, slow))


def _macd_signal_warm_up(fast: float, slow: float, signal: float) -> int:
    return _macd_warm_up(fast, slow, signal) + _ema_warm_up(signal) - 1


def _stochastic_warm_up(n: float, smooth: float, signal: float) -> int:
    return int(n + smooth + signal) - 2


def _rsi(series: CandleSeries, n: float) -> Floats:
    """Unknown while no price has moved: TA-Lib says 0 then, which would look oversold."""
    values: Floats = talib.RSI(series.close, int(n))
    has_moved = np.concatenate(([False], np.cumsum(np.abs(np.diff(series.close))) > 0))
    values[~has_moved] = np.nan
    return values


def _volume_ratio(series: CandleSeries, n: float) -> Floats:
    """The volume over the mean of the n candles before it. Unknown where that mean is zero.

    TA-Lib's running mean stays unknown for ever after one unknown volume, so windows are summed one by one.
    """
    ratio = np.full(len(series), np.nan)
    if len(series) > n:
        before = sliding_window_view(series.volume, int(n))[:-1].mean(axis=1)
        ratio[int(n) :] = series.volume[int(n) :] / np.where(before == 0, np.nan, before)
    return ratio


def _stochastic(series: CandleSeries, n: float, smooth: float, signal: float) -> tuple[Floats, Floats]:
    """Unknown where a window has no range: TA-Lib says 0 then, which would look oversold."""
    k, d = talib.STOCH(
        series.high,
        series.low,
        series.close,
        fastk_period=int(n),
        slowk_period=int(smooth),
        slowk_matype=_SIMPLE,
        slowd_period=int(signal),
        slowd_matype=_SIMPLE,
    )
    is_flat = talib.MAX(series.high, int(n)) == talib.MIN(series.low, int(n))
    k[_any_of_last(is_flat, int(smooth))] = np.nan
    d[_any_of_last(is_flat, int(smooth + signal) - 1)] = np.nan
    return k, d


def _any_of_last(flags: Flags, n: int) -> Flags:
    """True if a flag or one of the n - 1 before it is set."""
    return np.convolve(flags, np.ones(n, dtype=np.int64))[: len(flags)] > 0


def _macd(series: CandleSeries, fast: float, slow: float, signal: float) -> tuple[Floats, Floats, Floats]:
    lines: tuple[Floats, Floats, Floats] = talib.MACD(series.close, int(fast), int(slow), int(signal))
    return lines


def _bollinger(series: CandleSeries, n: float, width: float) -> tuple[Floats, Floats, Floats]:
    bands: tuple[Floats, Floats, Floats] = talib.BBANDS(series.close, int(n), width, width, _SIMPLE)
    return bands


_MACD = {"fast": 12, "slow": 26, "signal": 9}
_BANDS = {"n": 20, "width": 2}
_STOCHASTIC = {"n": 14, "smooth": 3, "signal": 3}


def _window(n: float, *_: float) -> int:
    return int(n)


def _window_and_one(n: float) -> int:
    return int(n) + 1


_ALL = (
    Indicator("sma", "mean of the last n closes", {"n": 20}, _window, lambda s, n: talib.SMA(s.close, int(n))),
    Indicator("ema", "exponential mean of closes", {"n": 20}, _ema_warm_up, lambda s, n: talib.EMA(s.close, int(n))),
    Indicator("rsi", "relative strength index, 0 to 100", {"n": 14}, _wilder_warm_up, _rsi),
    Indicator(
        "atr",
        "average true range, in the quote currency",
        {"n": 14},
        _wilder_warm_up,
        lambda s, n: talib.ATR(s.high, s.low, s.close, int(n)),
    ),
    Indicator(
        "adx",
        "average directional index, 0 to 100",
        {"n": 14},
        _adx_warm_up,
        lambda s, n: talib.ADX(s.high, s.low, s.close, int(n)),
    ),
    Indicator("macd", "fast less slow exponential mean", _MACD, _macd_warm_up, lambda s, *p: _macd(s, *p)[0]),
    Indicator("macd_signal", "mean of macd", _MACD, _macd_signal_warm_up, lambda s, *p: _macd(s, *p)[1]),
    Indicator("macd_histogram", "macd less its mean", _MACD, _macd_signal_warm_up, lambda s, *p: _macd(s, *p)[2]),
    Indicator("bollinger_upper", "mean plus deviations", _BANDS, _window, lambda s, *p: _bollinger(s, *p)[0]),
    Indicator("bollinger_middle", "mean of closes", _BANDS, _window, lambda s, *p: _bollinger(s, *p)[1]),
    Indicator("bollinger_lower", "mean less deviations", _BANDS, _window, lambda s, *p: _bollinger(s, *p)[2]),
    Indicator(
        "stochastic_k",
        "place of the close between low and high, smoothed",
        _STOCHASTIC,
        _stochastic_warm_up,
        lambda s, *p: _stochastic(s, *p)[0],
    ),
    Indicator(
        "stochastic_d", "mean of stochastic_k", _STOCHASTIC, _stochastic_warm_up, lambda s, *p: _stochastic(s, *p)[1]
    ),
    Indicator(
        "volume_ratio", "volume over the mean of the n candles before", {"n": 20}, _window_and_one, _volume_ratio
    ),
    Indicator("highest", "highest high of n candles", {"n": 20}, _window, lambda s, n: talib.MAX(s.high, int(n))),
    Indicator("lowest", "lowest low of n candles", {"n": 20}, _window, lambda s, n: talib.MIN(s.low, int(n))),
)
INDICATORS: Mapping[str, Indicator] = {indicator.name: indicator for indicator in _ALL}
