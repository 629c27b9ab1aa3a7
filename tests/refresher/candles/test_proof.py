"""Candles count as stored only as far as a response proves it. The exchange here leaves out what real ones do."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from db.reads.candles import read_candle_ranges, read_candles
from domain.candle_ranges import CandleRange
from domain.candles import Candle
from domain.timeframes import length_of, opened_before
from exchanges.connection.errors import Permanent
from refresher.candles.keeper import CandleKeeper
from tests.postgres import Database

NOW = datetime(2026, 5, 1, 12, 7, 30, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SPAN = timedelta(days=30)
VENUE, SYMBOL = "cryptocom", "BTC/USD"


@dataclass
class Exchange:
    """Hourly candles that `has` allows. `price` is their close. With `newest` it ignores the start of a request."""

    now: datetime = NOW
    has: Callable[[datetime], bool] = lambda at: True
    newest: int | None = None
    price: Decimal = Decimal(1)
    refuses_before: datetime | None = None
    refusal: Exception = field(default_factory=lambda: Permanent("too long ago"))
    requests: list[datetime] = field(default_factory=list)

    def fetch_candles(self, symbol: str, timeframe: str, since: datetime, until: datetime) -> tuple[Candle, ...]:
        self.requests.append(since)
        if self.refuses_before is not None and since < self.refuses_before:
            raise self.refusal
        last = opened_before(self.now, timeframe)
        first = since if self.newest is None else last - (self.newest - 1) * HOUR
        moments = [at for n in range(int((last - first) / HOUR) + 1) if self.has(at := first + n * HOUR)]
        price = self.price
        return tuple(
            Candle(symbol, timeframe, at, price, price, price, price, price) for at in moments if since <= at < until
        )


@dataclass
class Stage:
    exchange: Exchange
    keeper: CandleKeeper
    database: Database

    def keep(self) -> None:
        while self.keeper.keep([SYMBOL], lambda: True):
            pass

    def keep_until(self, end: datetime) -> None:
        """Let the pauses of the keeper pass."""
        while self.exchange.now < end:
            self.exchange.now += timedelta(hours=7)
            self.keep()

    @property
    def range(self) -> CandleRange:
        with self.database.reader.connect() as connection:
            return read_candle_ranges(connection, VENUE)[(SYMBOL, "1h")]

    def stored(self) -> tuple[Candle, ...]:
        with self.database.reader.connect() as connection:
            return read_candles(connection, VENUE, SYMBOL, "1h", NOW - timedelta(days=99), self.exchange.now)


@pytest.fixture
def stage(database: Database) -> Stage:
    exchange = Exchange()
    keeper = CandleKeeper(VENUE, exchange, database.writer, {"1h": SPAN}, now=lambda: exchange.now)  # type: ignore[arg-type]
    return Stage(exchange, keeper, database)


def hour(days: float) -> datetime:
    return opened_before(NOW, "1h") - days * DAY


def test_candles_that_the_exchange_does_not_have_are_not_shown_as_stored(stage: Stage) -> None:
    stage.exchange.newest = 200
    stage.keep()
    assert stage.range.since == hour(0) - 199 * HOUR
    assert stage.keeper.stored_share([SYMBOL]) == pytest.approx(199 / 720, abs=0.01)
    assert stage.keeper.ended_markets([SYMBOL]) == 1


def test_candles_that_cannot_be_had_are_not_requested_forever(stage: Stage) -> None:
    stage.exchange.newest = 200
    stage.keep()
    stage.keep_until(NOW + 3 * DAY)
    stage.exchange.requests.clear()
    stage.keep_until(NOW + 9 * DAY)
    assert all(since > NOW for since in stage.exchange.requests)
    assert stage.range.until == opened_before(stage.exchange.now, "1h")


def test_the_past_that_is_missing_holds_up_no_new_candle(stage: Stage) -> None:
    stage.exchange.has = lambda at: at >= hour(2)
    stage.keep()
    assert stage.range.since == hour(2)
    stage.exchange.now += HOUR
    stage.keep()
    assert stage.range.until == hour(0) + HOUR


def test_a_past_that_the_exchange_refuses_holds_up_no_new_candle(stage: Stage) -> None:
    stage.exchange.refuses_before = hour(15)
    stage.keep()
    stage.exchange.now += HOUR
    stage.keep()
    assert stage.range.until == hour(0) + HOUR


def test_the_past_of_a_market_without_new_trades_is_read(stage: Stage) -> None:
    stage.exchange.has = lambda at: at <= hour(1)
    stage.keeper.most_requests = 1
    stage.keep()
    assert stage.range.until == hour(1) + HOUR
    assert stage.range.since <= hour(28)


def test_a_time_away_that_the_exchange_no_longer_has_is_not_shown_as_stored(stage: Stage) -> None:
    stage.exchange.newest = 200
    stage.keep()
    stage.exchange.now += 20 * DAY
    stage.keep_until(stage.exchange.now + DAY)
    first = stage.range.since
    assert NOW < first < stage.range.until == opened_before(stage.exchange.now, "1h")
    moments = [candle.at for candle in stage.stored() if candle.at >= first]
    assert moments == [first + n * HOUR for n in range(len(moments))]


def test_a_long_pause_of_trade_is_crossed_once_older_candles_prove_it(stage: Stage) -> None:
    stage.exchange.has = lambda at: not hour(20) < at < hour(5)
    stage.keep()
    assert stage.range.since == hour(5)
    stage.keep_until(NOW + 2 * DAY)
    assert stage.range.since <= hour(28)
    assert stage.keeper.ended_markets([SYMBOL]) == 0
    assert stage.keeper.stored_share([SYMBOL]) == 1


def test_a_candle_that_comes_late_is_read(stage: Stage) -> None:
    stage.exchange.has = lambda at: at < hour(0) - HOUR
    stage.keep()
    assert stage.range.until == hour(0) - HOUR
    stage.exchange.has = lambda at: True
    stage.exchange.now += timedelta(minutes=30)
    stage.keep()
    assert stage.stored()[-1].at == hour(0) - HOUR
    assert stage.range.until == hour(0)


def test_an_unfinished_candle_is_read_again_when_the_next_has_closed(stage: Stage) -> None:
    stage.keep()
    stage.exchange.price = Decimal(2)
    stage.exchange.now += HOUR
    stage.keep()
    assert [candle.close for candle in stage.stored()[-3:]] == [1, 2, 2]


def test_a_market_without_trades_keeps_its_past_and_goes_on(stage: Stage) -> None:
    stage.keep()
    since = stage.range.since
    stage.exchange.has = lambda at: not hour(0) < at < hour(-30)
    stage.exchange.now += 30 * DAY
    for _ in range(9):
        stage.exchange.now += length_of("1h")
        stage.keep()
    assert (stage.range.since, stage.range.until) == (since, opened_before(stage.exchange.now, "1h"))
