"""Upbit: one request returns 200 candles at most. ccxt reads the rest."""

from exchanges.venues._shared.candle_rows import CandleRows
from exchanges.venues._shared.venue import Venue

VENUE = Venue(
    candle_rows=CandleRows(200, 200, 200),
)
