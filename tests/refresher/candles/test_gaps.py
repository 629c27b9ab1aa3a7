"""A gap that is filled backwards is remembered until its candles are stored or cannot be had. Rules wait for it."""

from datetime import timedelta

import pytest

from domain.timeframes import opened_before
from exchanges.connection.errors import Temporary
from refresher.candles.keeper import CandleKeeper
from tests.postgres import Database
from tests.refresher.candles.test_proof import DAY, HOUR, NOW, SPAN, SYMBOL, VENUE, Exchange, Stage

END = opened_before(NOW, "1h")


@pytest.fixture
def stage(database: Database) -> Stage:
    """All candles until NOW are stored. Then nothing was for 20 days, and the newest 200 candles began a new range."""
    exchange = Exchange()
    keeper = CandleKeeper(VENUE, exchange, database.writer, {"1h": SPAN}, now=lambda: exchange.now)  # type: ignore[arg-type]
    stage = Stage(exchange, keeper, database)
    stage.keep()
    exchange.now += 20 * DAY
    exchange.newest = 200
    keeper.most_requests = 1
    keeper.keep([SYMBOL], lambda: True)
    return stage


def test_the_begin_of_a_gap_is_remembered_until_the_gap_is_filled(stage: Stage) -> None:
    assert (stage.range.gap_since, stage.range.continuous_until) == (END, END)
    assert stage.range.since == END + 20 * DAY - 199 * HOUR
    stage.exchange.newest = None
    stage.keep()
    assert stage.range.gap_since is None
    assert stage.range.continuous_until == stage.range.until == END + 20 * DAY
    moments = [candle.at for candle in stage.stored() if candle.at >= END - DAY]
    assert moments == [END - DAY + n * HOUR for n in range(21 * 24)]


def test_a_gap_is_filled_before_the_past_of_other_markets(stage: Stage) -> None:
    stage.exchange.newest = None
    stage.keeper.most_requests = 4
    stage.keeper.keep(["AAA/USD", SYMBOL], lambda: True)
    assert stage.range.gap_since is None


def test_a_gap_that_the_exchange_no_longer_has_is_not_waited_for(stage: Stage) -> None:
    stage.keep()
    assert stage.range.gap_since is None
    assert stage.range.since > END


@pytest.mark.parametrize("error", [Temporary("overloaded"), None])
def test_failing_requests_are_waited_for_but_no_refusal(stage: Stage, error: Exception | None) -> None:
    stage.exchange.refuses_before = stage.range.since
    if error is not None:
        stage.exchange.refusal = error
    stage.keep()
    for _ in range(4):
        stage.exchange.now += timedelta(minutes=14)
        stage.keep()
    assert stage.range.gap_since == (None if error is None else END)
    stage.exchange.now += timedelta(minutes=14)
    stage.keep()
    assert stage.range.gap_since is None


def test_a_gap_that_began_before_what_is_kept_is_not_waited_for(stage: Stage) -> None:
    stage.exchange.now += 11 * DAY
    stage.exchange.newest = None
    stage.keeper.keep([SYMBOL], lambda: True)
    assert stage.range.gap_since is None


def test_the_past_of_a_new_range_is_requested_although_that_of_the_old_one_could_not_be_had(database: Database) -> None:
    exchange = Exchange(has=lambda at: at >= END - 5 * DAY)
    keeper = CandleKeeper(VENUE, exchange, database.writer, {"1h": SPAN}, now=lambda: exchange.now)  # type: ignore[arg-type]
    stage = Stage(exchange, keeper, database)
    stage.keep()
    exchange.now += 5 * HOUR  # older candles are asked for again after six hours
    exchange.newest = 3
    keeper.most_requests = 1
    stage.keeper.keep([SYMBOL], lambda: True)
    assert stage.range.since > END
    exchange.newest = None
    stage.keep()
    assert stage.range.gap_since is None
    assert stage.range.since <= END - 4 * DAY
