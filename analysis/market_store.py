"""The candles of markets in memory, from the start of what is stored. Later reads add what closed since."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np

from analysis.candle_series import CandleSeries, series_of_columns
from analysis.markets import Computed, MarketValues
from analysis.step_series import StepSeries, nothing
from domain.candle_ranges import CandleRange
from domain.candles import CandleColumns
from domain.moments import microseconds_of, moment_of
from domain.timeframes import length_of, no_data_after

_COLUMNS = ("closed_at", "open", "high", "low", "close", "volume")
_MICROSECOND = timedelta(microseconds=1)
_BEGIN = datetime(1970, 1, 1, tzinfo=UTC)
# Timeframes that are not stored, with the stored one that their candles are made of.
BASES = {"30m": "15m", "4h": "1h"}
PRICE_TIMEFRAME = "15m"

# Venue, symbols, timeframe, since, as of.
ReadColumns = Callable[[str, Collection[str], str, datetime, datetime], Mapping[str, CandleColumns]]
Key = tuple[str, str, str]  # venue, symbol, timeframe


@dataclass(slots=True)
class MarketStore:
    """Candles by venue, symbol and timeframe. Not for several threads at once."""

    read: ReadColumns
    _runs: dict[Key, Sequence[CandleSeries]] = field(default_factory=dict)
    _read_until: dict[Key, datetime] = field(default_factory=dict)
    _ranges: dict[str, Mapping[tuple[str, str], CandleRange]] = field(default_factory=dict)  # by venue
    _longer: dict[Key, Sequence[CandleSeries]] = field(default_factory=dict)  # of timeframes that are not stored
    _computed: dict[Key, Computed] = field(default_factory=lambda: defaultdict(dict))

    def values(
        self, venue: str, symbol: str, timeframes: Iterable[str], as_of: datetime, *, with_prices: bool = False
    ) -> MarketValues:
        """The values of a market with all candles that were closed at `as_of`. Indicators are kept until the next."""
        names = set(timeframes)
        self.prepare(venue, (symbol,), names | ({PRICE_TIMEFRAME} if with_prices else set()), as_of)
        runs = {name: self._joined(venue, symbol, name) for name in names}
        prices = _prices(self._runs[venue, symbol, PRICE_TIMEFRAME]) if with_prices else nothing()
        return MarketValues(runs, prices, {name: self._computed[venue, symbol, name] for name in names})

    def prepare(self, venue: str, symbols: Iterable[str], timeframes: Iterable[str], as_of: datetime) -> None:
        """Read what closed until a moment, of many markets at once."""
        listed = list(symbols)
        for timeframe in {BASES.get(name, name) for name in timeframes}:
            due: dict[datetime, list[str]] = defaultdict(list)
            for symbol in listed:
                since = self._due_since((venue, symbol, timeframe), as_of)
                if since is not None:
                    due[since].append(symbol)
            for since, of_moment in due.items():
                newer = self.read(venue, of_moment, timeframe, since, as_of)
                for symbol in of_moment:
                    self._add((venue, symbol, timeframe), newer.get(symbol), as_of)

    def note_ranges(self, venue: str, ranges: Mapping[tuple[str, str], CandleRange]) -> None:
        """Note the stored ranges before candles are read. Markets with older candles since then are forgotten."""
        before = self._ranges.get(venue, {})
        for market, stored in ranges.items():
            earlier = before.get(market)
            if earlier is None or earlier.since != stored.since:
                self._runs.pop((venue, *market), None)
                self._read_until.pop((venue, *market), None)
        self._ranges[venue] = ranges

    def _due_since(self, key: Key, as_of: datetime) -> datetime | None:
        """The opening of the first candle to read. None if everything until a moment was read."""
        read_until = self._read_until.get(key)
        if read_until is None:
            return _BEGIN
        if read_until >= as_of:
            return None
        stored_until = self._stored_until(key)
        if stored_until is not None and read_until >= stored_until:
            return None
        since = self._newest_close(key)
        return since if since + length_of(key[2]) <= as_of else None

    def _stored_until(self, key: Key) -> datetime | None:
        """The end of the stored candles. None if the ranges of the venue were not noted, so that only a read tells."""
        venue, symbol, timeframe = key
        if venue not in self._ranges:
            return None
        stored = self._ranges[venue].get((symbol, timeframe))
        return _BEGIN if stored is None else stored.until

    def _newest_close(self, key: Key) -> datetime:
        runs = self._runs.get(key, ())
        return moment_of(int(runs[-1].closed_at[-1])) if runs else _BEGIN

    def _add(self, key: Key, columns: CandleColumns | None, as_of: datetime) -> None:
        """Add the candles read. A candle may be stored long after its close, so `as_of` alone says nothing."""
        runs = self._runs.setdefault(key, ())
        if columns is not None:
            self._runs[key] = joined_runs(runs, series_of_columns(columns))
            venue, symbol, base = key
            for name in (base, *(name for name, of_base in BASES.items() if of_base == base)):
                self._computed.pop((venue, symbol, name), None)
                self._longer.pop((venue, symbol, name), None)
        self._read_until[key] = max(min(as_of, self._stored_until(key) or _BEGIN), self._newest_close(key))

    def _joined(self, venue: str, symbol: str, timeframe: str) -> Sequence[CandleSeries]:
        base = BASES.get(timeframe)
        if base is None:
            return self._runs[venue, symbol, timeframe]
        longer = self._longer.get((venue, symbol, timeframe))
        if longer is None:
            joined = (longer_candles(run, timeframe) for run in self._runs[venue, symbol, base])
            longer = self._longer[venue, symbol, timeframe] = tuple(run for run in joined if len(run))
        return longer


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
    stamp, series = microseconds_of(at), values.prices
    if len(series.times) and series.times[-1] >= stamp:
        return values
    prices = StepSeries(np.append(series.times, stamp), np.append(series.values, price), series.stands_for)
    return MarketValues(values.runs, prices, values.computed)


def closes_between(after: datetime, until: datetime, timeframe: str) -> list[datetime]:
    """The closes of candles in (after, until], oldest first."""
    length = length_of(timeframe)
    first = (after - _BEGIN) // length + 1
    last = (until - _BEGIN) // length
    return [_BEGIN + number * length for number in range(first, last + 1)]
