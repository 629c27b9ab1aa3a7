"""Candles are kept without gaps and without open candles, whatever is interrupted."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from sqlalchemy import text

from db.reads.candles import read_candle_ranges, read_candles
from domain.candles import Candle
from domain.timeframes import length_of
from exchanges.connection.errors import Permanent, Temporary
from refresher.candles.keeper import MOST_REQUESTS, CandleKeeper
from tests.postgres import Database

NOW = datetime(2026, 5, 1, 12, 7, 30, tzinfo=UTC)
SPANS = {"15m": timedelta(days=7), "1h": timedelta(days=30)}
VENUE = "cryptocom"


@dataclass
class Exchange:
    """Every candle of every market, also the open one, as exchanges serve them."""

    now: datetime = NOW
    requests: list[tuple[str, str, datetime, datetime]] = field(default_factory=list)
    failing: dict[str, Exception] = field(default_factory=dict)

    def fetch_candles(self, symbol: str, timeframe: str, since: datetime, until: datetime) -> tuple[Candle, ...]:
        self.requests.append((symbol, timeframe, since, until))
        if symbol in self.failing:
            raise self.failing[symbol]
        return tuple(self._candles(symbol, timeframe, since))

    def _candles(self, symbol: str, timeframe: str, since: datetime) -> Iterator[Candle]:
        at, one = since, Decimal(1)
        while at <= self.now:  # later ones than asked for, and the open one
            yield Candle(symbol, timeframe, at, one, one, one, one, one)
            at += length_of(timeframe)


@dataclass
class Kept:
    exchange: Exchange
    keeper: CandleKeeper
    database: Database

    def keep(self, *symbols: str) -> int:
        return self.keeper.keep(symbols, lambda: True)

    def moments(self, symbol: str, timeframe: str) -> list[datetime]:
        with self.database.reader.connect() as connection:
            found = read_candles(connection, VENUE, symbol, timeframe, NOW - timedelta(days=999), self.exchange.now)
        return [candle.at for candle in found]


@pytest.fixture
def kept(database: Database) -> Kept:
    exchange = Exchange()
    keeper = CandleKeeper(VENUE, exchange, database.writer, SPANS, now=lambda: exchange.now)  # type: ignore[arg-type]
    return Kept(exchange, keeper, database)


def expected(timeframe: str, now: datetime) -> list[datetime]:
    """Every closed candle of the span, counted by hand from midnight."""
    length = length_of(timeframe)
    at = datetime(2026, 1, 1, tzinfo=UTC)
    moments = []
    while at + length <= now:
        if at >= now - SPANS[timeframe] - length:
            moments.append(at)
        at += length
    return moments


def test_the_whole_span_is_stored_without_gaps_and_without_the_open_candle(kept: Kept) -> None:
    while kept.keep("BTC/USD", "ETH/USD"):
        pass
    for symbol in ("BTC/USD", "ETH/USD"):
        for timeframe in SPANS:
            assert kept.moments(symbol, timeframe) == expected(timeframe, NOW)
    assert kept.keep("BTC/USD", "ETH/USD") == 0


def test_a_candle_is_fetched_once_it_has_closed_and_a_time_away_leaves_no_gap(kept: Kept) -> None:
    while kept.keep("BTC/USD"):
        pass
    kept.exchange.now = NOW + timedelta(minutes=5)
    assert kept.keep("BTC/USD") == 0
    kept.exchange.now = NOW + timedelta(days=9, minutes=8)
    while kept.keep("BTC/USD"):
        pass
    moments = kept.moments("BTC/USD", "15m")
    assert {b - a for a, b in pairwise(moments)} == {timedelta(minutes=15)}
    assert moments[-1] == datetime(2026, 5, 10, 12, 0, tzinfo=UTC)


def test_what_closed_comes_before_the_past_and_one_run_has_a_limit(kept: Kept) -> None:
    symbols = [f"C{n}/USD" for n in range(20)]
    assert kept.keep(*symbols) == MOST_REQUESTS
    newest = [request for request in kept.exchange.requests if request[3] >= NOW.replace(minute=0, second=0)]
    assert len(newest) == MOST_REQUESTS


def test_a_market_that_fails_pauses_and_keeps_no_other_waiting(kept: Kept) -> None:
    kept.exchange.failing = {"BAD/USD": Temporary("busy"), "NONE/USD": Permanent("no candles are read")}
    while kept.keep("BAD/USD", "BTC/USD", "NONE/USD"):
        pass
    assert kept.moments("BTC/USD", "1h") == expected("1h", NOW)
    kept.exchange.requests.clear()
    assert kept.keep("BAD/USD", "BTC/USD", "NONE/USD") == 0
    kept.exchange.failing.clear()
    kept.exchange.now = NOW + timedelta(minutes=16)
    while kept.keep("BAD/USD", "BTC/USD", "NONE/USD"):
        pass
    assert kept.moments("BAD/USD", "1h") == expected("1h", NOW)
    assert kept.moments("NONE/USD", "1h") == []


def test_a_range_is_written_with_its_candles_or_not_at_all(kept: Kept) -> None:
    kept.keep("BTC/USD")
    with kept.database.writer.connect() as connection:
        ranges = read_candle_ranges(connection, VENUE)
        for (symbol, timeframe), known in ranges.items():
            count = connection.execute(
                text("SELECT count(*) FROM candle WHERE symbol = :s AND timeframe = :t"), {"s": symbol, "t": timeframe}
            ).scalar_one()
            assert count == (known.until - known.since) / length_of(timeframe)


def test_a_past_moment_knows_only_candles_that_had_closed(kept: Kept) -> None:
    kept.keep("BTC/USD")
    at = datetime(2026, 5, 1, 11, 59, tzinfo=UTC)
    with kept.database.reader.connect() as connection:
        found = read_candles(connection, VENUE, "BTC/USD", "1h", at - timedelta(hours=3), at)
    assert [candle.at.hour for candle in found] == [9, 10]


def test_the_stored_share_grows_to_the_whole_past(kept: Kept) -> None:
    shares = []
    while kept.keep("BTC/USD"):
        shares.append(kept.keeper.stored_share(["BTC/USD"]))
    assert shares == sorted(shares)
    assert 0 < shares[0] <= shares[-1] == 1
    assert kept.keeper.stored_share(["ETH/USD"]) == 0
