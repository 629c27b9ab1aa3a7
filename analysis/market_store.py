"""The candles of markets in memory, from the start of what is stored. Later reads add what closed since."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np

from analysis.candle_series import CandleSeries, microseconds, moment_of, series_of
from analysis.markets import MarketValues
from analysis.step_series import StepSeries
from domain.candles import Candle
from domain.timeframes import length_of, no_data_after

_COLUMNS = ("closed_at", "open", "high", "low", "close", "volume")
_MICROSECOND = timedelta(microseconds=1)
_BEGIN = datetime(1970, 1, 1, tzinfo=UTC)
# Timeframes that are not stored, with the stored one that their candles are made of.
BASES = {"30m": "15m", "4h": "1h"}
PRICE_TIMEFRAME = "15m"

ReadCandles = Callable[[str, str, str, datetime, datetime], Sequence[Candle]]  # venue, symbol, timeframe, since, as of


@dataclass(slots=True)
class MarketStore:
    """Candles by venue, symbol and timeframe. Not for several threads at once."""

    read: ReadCandles
    _runs: dict[tuple[str, str, str], Sequence[CandleSeries]] = field(default_factory=dict)
    _values: dict[tuple[str, str, frozenset[str]], tuple[tuple[int, ...], MarketValues]] = field(default_factory=dict)

    def values(self, venue: str, symbol: str, timeframes: Iterable[str], as_of: datetime) -> MarketValues:
        """The values of a market with all candles that were closed at `as_of`. Kept until another candle closes."""
        names = frozenset(timeframes)
        bases = {name: BASES.get(name, name) for name in names}
        runs = {base: self._updated(venue, symbol, base, as_of) for base in set(bases.values()) | {PRICE_TIMEFRAME}}
        version = tuple(int(section[-1].closed_at[-1]) if section else 0 for _, section in sorted(runs.items()))
        recorded = self._values.get((venue, symbol, names))
        if recorded is not None and recorded[0] == version:
            return recorded[1]
        joined = {name: tuple(longer_candles(run, name) for run in runs[base]) for name, base in bases.items()}
        series = {name: tuple(run for run in parts if len(run)) for name, parts in joined.items()}
        values = MarketValues(series, _prices(runs[PRICE_TIMEFRAME]))
        self._values[venue, symbol, names] = version, values
        return values

    def _updated(self, venue: str, symbol: str, timeframe: str, as_of: datetime) -> Sequence[CandleSeries]:
        key = venue, symbol, timeframe
        runs = self._runs.get(key, ())
        since = moment_of(int(runs[-1].closed_at[-1])) if runs else _BEGIN
        if since + length_of(timeframe) > as_of:
            return runs
        newer = series_of(self.read(venue, symbol, timeframe, since, as_of), timeframe)
        self._runs[key] = runs = joined_runs(runs, newer)
        return runs


def joined_runs(runs: Sequence[CandleSeries], newer: Sequence[CandleSeries]) -> Sequence[CandleSeries]:
    """Runs with newer ones. The first of these continues the last run if no candle is missing between."""
    if not runs or not newer:
        return (*runs, *newer)
    last, first = runs[-1], newer[0]
    length = length_of(first.timeframe) // _MICROSECOND
    if first.closed_at[0] - last.closed_at[-1] != length:
        return (*runs, *newer)
    columns = (np.concatenate([getattr(last, name), getattr(first, name)]) for name in _COLUMNS)
    return (*runs[:-1], CandleSeries(first.timeframe, *columns), *newer[1:])


def longer_candles(run: CandleSeries, timeframe: str) -> CandleSeries:
    """The complete candles of a longer timeframe in a run."""
    if run.timeframe == timeframe:
        return run
    length, short = length_of(timeframe) // _MICROSECOND, length_of(run.timeframe) // _MICROSECOND
    groups, first, counts = np.unique((run.closed_at - short) // length, return_index=True, return_counts=True)
    is_complete = counts == length // short
    last = first + counts - 1
    return CandleSeries(
        timeframe,
        ((groups + 1) * length)[is_complete],
        run.open[first][is_complete],
        np.maximum.reduceat(run.high, first)[is_complete],
        np.minimum.reduceat(run.low, first)[is_complete],
        run.close[last][is_complete],
        np.add.reduceat(run.volume, first)[is_complete],
    )


def _prices(runs: Sequence[CandleSeries]) -> StepSeries:
    """The price of a market over time: the closes of its shortest stored candles."""
    stands_for = no_data_after(PRICE_TIMEFRAME) // _MICROSECOND
    if not runs:
        return StepSeries(np.empty(0, dtype=np.int64), np.empty(0), stands_for)
    times, closes = np.concatenate([run.closed_at for run in runs]), np.concatenate([run.close for run in runs])
    return StepSeries(times, closes, stands_for)


def with_price(values: MarketValues, at: datetime, price: float) -> MarketValues:
    """The values with a price that a refresh saw after the newest candle."""
    stamp, series = microseconds(at), values.prices
    if len(series.times) and series.times[-1] >= stamp:
        return values
    prices = StepSeries(np.append(series.times, stamp), np.append(series.values, price), series.stands_for)
    return MarketValues(values.runs, prices)


def closes_between(after: datetime, until: datetime, timeframe: str) -> list[datetime]:
    """The closes of candles in (after, until], oldest first."""
    length = length_of(timeframe)
    first = (after - _BEGIN) // length + 1
    last = (until - _BEGIN) // length
    return [_BEGIN + number * length for number in range(first, last + 1)]
