"""Watchlist and signals: the markets that are held, ordered or added, with figures of closed candles, as responses."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from analysis.presets import PRESETS
from analysis.watchlist import (
    CANDLES_READ,
    Figure,
    MarketFigures,
    Signal,
    SignalState,
    market_figures,
    since_of,
    values_of,
)
from api.params import RequestScope, words_of
from api.recent_results import RecentResults
from api.snapshots import snapshots_of
from db.reads.candles import read_candle_columns, read_range_version
from db.reads.watchlist import read_watched_markets
from domain.timeframes import opened_before
from domain.watchlist import ListedMarket, listed_markets

FIELDS = ("account", "as_of")
SIGNAL_FIELDS = (*FIELDS, "state")
SIGNAL_REPEATED = ("account", "state")
# The figures of a venue stand until its next candle is stored. The last ones are kept by database.
_recent = RecentResults[Mapping[str, MarketFigures]](16)

Rows = Sequence[tuple[ListedMarket, MarketFigures]]


def read_watchlist_response(connection: Connection, scope: RequestScope) -> dict[str, Any]:
    """All markets with their figures."""
    return {**_frame(scope), "markets": [_market_response(*row) for row in _read_rows(connection, scope)]}


def read_signals_response(connection: Connection, scope: RequestScope) -> dict[str, Any]:
    """The state of every preset for every market, or those in the states of the request."""
    states = words_of("state", scope.params.given, SignalState) or tuple(SignalState)
    rows = _read_rows(connection, scope)
    return {
        **_frame(scope),
        "signals": [
            _signal_response(market, signal)
            for market, figures in rows
            for signal in figures.signals
            if signal.state in states
        ],
        "presets": [
            {"preset": preset.name, "buy": preset.buy, "sell": preset.sell, "changed": preset.changed}
            for preset in PRESETS.values()
        ],
    }


def _frame(scope: RequestScope) -> dict[str, Any]:
    unseen = [account.name for account in scope.accounts if account.id not in scope.moments]
    return {"as_of": scope.params.at, "is_now": scope.params.as_of is None, "missing": unseen}


def _read_rows(connection: Connection, scope: RequestScope) -> Rows:
    snapshots = snapshots_of(connection, scope)
    added = [market for market in read_watched_markets(connection) if market.added_at <= scope.params.at]
    markets = listed_markets(snapshots, added)
    by_venue: dict[str, list[str]] = {}
    for market in markets:
        by_venue.setdefault(market.venue, []).append(market.symbol)
    figures = {venue: _figures(connection, venue, tuple(names), scope.params.at) for venue, names in by_venue.items()}
    return [(market, figures[market.venue][market.symbol]) for market in markets]


def _figures(connection: Connection, venue: str, symbols: tuple[str, ...], at: datetime) -> Mapping[str, MarketFigures]:
    closed_at = opened_before(at, "15m")
    key = (venue, symbols, closed_at, read_range_version(connection, venue))
    return _recent.of(connection.engine, key, lambda: _read_figures(connection, venue, symbols, closed_at))


def _read_figures(
    connection: Connection, venue: str, symbols: tuple[str, ...], closed_at: datetime
) -> Mapping[str, MarketFigures]:
    columns = [
        read_candle_columns(connection, venue, symbols, timeframe, since_of(timeframe, closed_at), closed_at)
        for timeframe in CANDLES_READ
    ]
    return {
        symbol: market_figures(symbol, values_of([reader[symbol] for reader in columns if symbol in reader]), closed_at)
        for symbol in symbols
    }


def _market_response(market: ListedMarket, figures: MarketFigures) -> dict[str, Any]:
    price, order = market.price, market.nearest
    return {
        "exchange": market.venue,
        "symbol": market.symbol,
        "base": market.base,
        "on_list": list(market.whys),
        "price": None if price is None else price.best,
        "change_24h": None if price is None else price.change_24h,
        "close": _figure_response(figures.close),
        "close_change_24h": _figure_response(figures.change_24h),
        "sparkline": list(figures.sparkline),
        "indicators": {
            timeframe: {name: _figure_response(figure) for name, figure in of_timeframe.items()}
            for timeframe, of_timeframe in figures.indicators.items()
        },
        "signals": [{"preset": signal.preset, "state": signal.state} for signal in figures.signals],
        "nearest_order": None
        if order is None
        else {
            "account": order.account,
            "key": order.key,
            "side": order.side,
            "role": order.role,
            "price": order.price,
            "distance": market.distance,
        },
    }


def _figure_response(figure: Figure) -> dict[str, Any]:
    return {"value": figure.value, "unknown": figure.reason or None}


def _signal_response(market: ListedMarket, signal: Signal) -> dict[str, Any]:
    levels = signal.levels
    return {
        "exchange": market.venue,
        "symbol": market.symbol,
        "preset": signal.preset,
        "state": signal.state,
        "unknown": signal.reason or None,
        "stop": None if levels is None else levels.stop,
        "take_profit": None if levels is None else levels.take_profit,
    }
