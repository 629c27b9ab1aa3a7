"""Figures of watched markets: indicators and signals, computed once for each candle that closes."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from functools import partial

import numpy as np
from sqlalchemy import Connection

from analysis.presets import PRESETS
from analysis.watchlist import (
    CANDLES_READ,
    MarketFigures,
    SignalState,
    market_figures,
    signal_changes,
    since_of,
    term_of,
    values_of,
)
from db.reads.candles import read_candle_columns, read_candle_ranges, read_range_version
from db.reads.watchlist import read_watched_markets
from domain.alerts import WatchedMarket
from domain.candle_ranges import CandleRange
from domain.candles import CandleColumns
from domain.moments import microseconds_of, moment_of
from domain.timeframes import opened_before
from domain.watchlist import ListedMarket, listed_markets
from pages.shared.caches import cache_data, cache_resource
from pages.shared.loaders import ask, cached
from pages.shared.scene import Scene

# The candles of the shortest timeframe close at these moments, and all longer ones at some of them.
_SHORTEST = "15m"
_MOST_LISTS = 1000  # of markets. Watchlists differ by viewer and change
# The newest close and version that figures were worked out for, by venue and hash of the symbols.
_worked_out: dict[tuple[str, int], tuple[datetime, str]] = {}
Figures = Mapping[tuple[str, str], MarketFigures]  # by venue and symbol


@cache_resource(max_entries=200, ttl=5, owned=True)
def load_watched() -> tuple[WatchedMarket, ...]:
    """The markets that the viewer added, without a copy: there may be hundreds. Raises DatabaseUnavailable."""
    return ask(read_watched_markets)


def markets_of(scene: Scene, watched: Iterable[WatchedMarket]) -> tuple[ListedMarket, ...]:
    """The markets of the list at the moment shown."""
    added = tuple(market for market in watched if market.added_at <= scene.at)
    return cached(listed_markets, (scene.key, hash(added)), scene.snapshots, added)


def load_figures(markets: Collection[ListedMarket], at: datetime) -> Figures:
    """The figures of these markets at a moment, from the candles that had closed. Raises DatabaseUnavailable."""
    figures: dict[tuple[str, str], MarketFigures] = {}
    for venue, symbols in _symbols_by_venue(markets).items():
        figures |= load_venue(venue, symbols, at)
    return figures


def are_worked_out(markets: Iterable[ListedMarket], at: datetime) -> bool:
    """True if `load_figures` has its answer already, which takes many candles after each close.

    Raises DatabaseUnavailable.
    """
    return all(
        _worked_out.get((venue, hash(symbols))) == (opened_before(at, _SHORTEST), range_version(venue))
        for venue, symbols in _symbols_by_venue(markets).items()
    )


def _symbols_by_venue(markets: Iterable[ListedMarket]) -> Mapping[str, tuple[str, ...]]:
    by_venue: dict[str, list[str]] = {}
    for market in markets:
        by_venue.setdefault(market.venue, []).append(market.symbol)
    return {venue: tuple(symbols) for venue, symbols in by_venue.items()}


def figures_version(markets: Iterable[ListedMarket], at: datetime) -> tuple[object, ...]:
    """Identifies the candles that the figures rest on. Raises DatabaseUnavailable."""
    venues = sorted({market.venue for market in markets})
    return (opened_before(at, _SHORTEST), *(range_version(venue) for venue in venues))


def load_venue(venue: str, symbols: tuple[str, ...], at: datetime) -> Figures:
    """The figures of these markets of one venue. Raises DatabaseUnavailable."""
    closed_at, version = opened_before(at, _SHORTEST), range_version(venue)
    figures = _venue_figures(venue, hash(symbols), closed_at, version, symbols)
    if len(_worked_out) > _MOST_LISTS:
        _worked_out.clear()
    _worked_out[venue, hash(symbols)] = (closed_at, version)
    return figures


@cache_data(max_entries=50, ttl=5)
def range_version(venue: str) -> str:
    """Changes with every candle of a venue that is stored. Raises DatabaseUnavailable."""
    return ask(lambda connection: read_range_version(connection, venue))


@cache_resource(max_entries=50, ttl=5)
def load_ranges(venue: str) -> Mapping[tuple[str, str], CandleRange]:
    """The stored candles of each market and timeframe of a venue. Raises DatabaseUnavailable."""
    return ask(lambda connection: read_candle_ranges(connection, venue))


@cache_resource(max_entries=50)
def _venue_figures(venue: str, names: int, closed_at: datetime, version: str, _symbols: tuple[str, ...]) -> Figures:
    """`names` is the hash of the symbols. Streamlit would take longer to hash hundreds of them than a page may take."""
    columns = [
        ask(partial(_read_columns, venue, _symbols, timeframe, since_of(timeframe, closed_at), closed_at))
        for timeframe in CANDLES_READ
    ]
    return {
        (venue, symbol): market_figures(
            symbol, values_of([of_symbol[symbol] for of_symbol in columns if symbol in of_symbol]), closed_at
        )
        for symbol in _symbols
    }


def load_signals(
    venue: str, symbol: str, preset: str, since: datetime, at: datetime
) -> tuple[tuple[datetime, SignalState, float], ...]:
    """When a preset began to say buy or sell since a moment, with the close of then. Raises DatabaseUnavailable."""
    closed_at = opened_before(at, PRESETS[preset].timeframe)
    return _signals(venue, symbol, preset, since, closed_at, range_version(venue))


@cache_data(max_entries=200)
def _signals(
    venue: str, symbol: str, preset: str, since: datetime, closed_at: datetime, version: str
) -> tuple[tuple[datetime, SignalState, float], ...]:
    columns = []
    for timeframe in CANDLES_READ:
        first = since_of(timeframe, since)
        reader = ask(partial(_read_columns, venue, (symbol,), timeframe, first, closed_at))
        columns += list(reader.values())
    values, timeframe = values_of(columns), PRESETS[preset].timeframe
    closes = values.series(term_of(f'close("{timeframe}")'))
    moments = closes.times[closes.times >= microseconds_of(since)]
    changes = signal_changes(PRESETS[preset], values, moments)
    return tuple(
        (moment_of(moment), state, float(closes.at(np.array([moment], dtype=np.int64))[0])) for moment, state in changes
    )


def _read_columns(
    venue: str, symbols: tuple[str, ...], timeframe: str, since: datetime, as_of: datetime, connection: Connection
) -> Mapping[str, CandleColumns]:
    return read_candle_columns(connection, venue, symbols, timeframe, since, as_of)
