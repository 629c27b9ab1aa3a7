"""Fills and transfers that only a farther price values get the candle of their own minute, each requested once."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from db.writes.candles import write_candles
from db.writes.refresh import write_refresh
from domain.candles import Candle
from domain.snapshot import Account
from domain.sources import Source, Success
from domain.transfers import TransferKind
from exchanges.connection.errors import Permanent, Temporary
from refresher.past.minute_candles import MinuteCandles
from refresher.past.values import Values
from tests.db.fill_history import new_accounts, write_fills
from tests.factories import NOON, fill, later, observation, price, transfer
from tests.pages.past import written
from tests.postgres import Database

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
NOW = NOON + timedelta(days=9)
Request = tuple[str, datetime, datetime]


@dataclass
class Candles:
    """An exchange with a candle for each minute, at 7,000 plus the minute of the hour, or with an error instead."""

    error: Exception | None = None
    has_any: bool = True
    requests: list[Request] = field(default_factory=list)

    def fetch_candles(self, symbol: str, timeframe: str, since: datetime, until: datetime) -> tuple[Candle, ...]:
        assert timeframe == "1m"
        self.requests.append((symbol, since, until))
        if self.error is not None:
            raise self.error
        count = (until - since) // MINUTE if self.has_any else 0
        moments = [since + MINUTE * n for n in range(count)]
        return tuple(Candle(symbol, timeframe, at, *[Decimal(7000 + at.minute)] * 4) for at in moments)


@pytest.fixture
def main(database: Database) -> Account:
    """An account whose venue prices bitcoin in dollars, now and by the hour."""
    (account,) = new_accounts(database)
    write_refresh(database.writer, observation(account, NOW, {Source.PRICES: Success((price(last="9000"),))}))
    hours = [Candle("BTC/USD", "1h", NOON + HOUR * n, *[Decimal(1000)] * 4) for n in range(-48, 48)]
    write_candles(database.writer, account.venue, hours)
    return account


def worker(database: Database, account: Account, exchange: Candles, now: datetime = NOW) -> MinuteCandles:
    reader: Any = exchange
    values = Values(account, database.writer, lambda: now)
    values.work_out(lambda: True)
    return MinuteCandles(account, reader, database.writer, values, lambda: now)


def stored(database: Database, account: Account, table: str = "fill") -> dict[str, tuple[Decimal | None, str]]:
    sql = f"SELECT key, value, source FROM {table}_value WHERE account_id = :id"
    with database.reader.connect() as connection:
        return {key: (value, source) for key, value, source in connection.execute(text(sql), {"id": account.id})}


def in_bitcoin(key: str, seconds: float) -> Any:
    """A fill of 2 BTC."""
    return fill(key, amount="1", price="2", symbol="ETH/BTC", at=later(seconds))


def test_an_hour_valued_fill_gets_the_price_of_its_minute(database, main):
    exchange = Candles()
    write_fills(database, main, [in_bitcoin("1", 30 * 60 + 5), in_bitcoin("2", 44 * 60), fill("3")])
    interest = transfer("interest/1", kind=TransferKind.INTEREST, amount="1", at=later(35 * 60))
    written(database.writer, main, [interest], NOW)
    minutes = worker(database, main, exchange)
    assert stored(database, main)["1"] == (2000, "near")
    assert minutes.fetch(lambda: True) == 3
    assert exchange.requests == [("BTC/USD", later(30 * 60), later(45 * 60))]
    assert stored(database, main) == {"1": (14_060, "minute"), "2": (14_088, "minute"), "3": (100, "same")}
    assert stored(database, main, "transfer")["interest/1"] == (7035, "minute")
    with database.reader.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM candle WHERE timeframe = '1m'")).scalar() == 3
    assert minutes.fetch(lambda: True) == 0


def test_a_window_is_requested_once_whether_or_not_the_exchange_has_candles(database, main):
    for exchange in (Candles(has_any=False), Candles(error=Permanent("no candles are read"))):
        write_fills(database, main, [in_bitcoin(str(id(exchange)), 30 * 60)])
        for _ in range(2):  # the second one is the work after a restart
            worker(database, main, exchange).fetch(lambda: True)
        assert len(exchange.requests) == 1
        assert set(stored(database, main).values()) == {(2000, "near")}


def test_an_unknown_value_is_tried_by_the_minute_once_and_with_candles_of_hours_as_before(database, main):
    exchange = Candles(has_any=False)
    write_fills(database, main, [in_bitcoin("1", 100 * 3600)])
    worker(database, main, exchange).fetch(lambda: True)
    assert stored(database, main)["1"] == (None, "unknown")
    at = later(100 * 3600)
    write_candles(database.writer, main.venue, [Candle("BTC/USD", "1h", at - HOUR, *[Decimal(1000)] * 4)])
    worker(database, main, exchange).fetch(lambda: True)
    assert stored(database, main)["1"] == (2000, "minute")
    assert len(exchange.requests) == 1


def test_a_run_makes_few_requests_and_begins_with_the_newest(database, main):
    exchange = Candles()
    write_fills(database, main, [in_bitcoin(str(n), n * 6 * 3600 + 1800) for n in range(3)])
    minutes = worker(database, main, exchange)
    assert minutes.fetch(lambda: True, 2) == 2
    assert [since for _, since, _ in exchange.requests] == [later(12 * 3600 + 1800), later(6 * 3600 + 1800)]
    assert minutes.fetch(lambda: False) == 0
    assert minutes.fetch(lambda: True) == 1


def test_a_failure_pauses_the_work_and_the_third_one_gives_the_window_up(database, main):
    exchange, clock = Candles(error=Temporary("busy")), [NOW]
    write_fills(database, main, [in_bitcoin("1", 1800)])
    minutes = worker(database, main, exchange)
    minutes._now = lambda: clock[0]
    for passed, requests in ((0, 1), (14, 1), (1, 2), (15, 3), (60, 3)):
        clock[0] += passed * MINUTE
        minutes.fetch(lambda: True)
        assert len(exchange.requests) == requests
    assert stored(database, main)["1"] == (2000, "near")


def test_values_of_the_last_hour_wait_for_what_refreshes_see(database, main):
    exchange = Candles()
    write_fills(database, main, [in_bitcoin("1", 1800)])
    worker(database, main, exchange, later(5400)).fetch(lambda: True)
    assert not exchange.requests
    worker(database, main, exchange, later(5401)).fetch(lambda: True)
    assert len(exchange.requests) == 1


def test_a_row_that_waits_gets_its_candle_once_it_is_an_hour_old(database, main):
    """Not only when the whole history is looked through again. Meanwhile pages say that a value is missing."""
    exchange, clock = Candles(), [later(3000)]
    write_fills(database, main, [in_bitcoin("1", 1800)])
    minutes = worker(database, main, exchange, clock[0])
    minutes._now = lambda: clock[0]
    for seconds, requests in ((3000, 0), (5400, 0), (5402, 1)):
        clock[0] = later(seconds)
        minutes.fetch(lambda: True)
        assert len(exchange.requests) == requests


def test_new_rows_are_looked_for_again_after_an_hour(database, main):
    exchange, clock = Candles(), [NOW]
    write_fills(database, main, [in_bitcoin("1", 1800)])
    minutes = worker(database, main, exchange)
    minutes._now = lambda: clock[0]
    assert minutes.fetch(lambda: True) == 1
    write_fills(database, main, [in_bitcoin("2", 9000)])
    Values(main, database.writer, lambda: NOW).work_out(lambda: True)
    assert minutes.fetch(lambda: True) == 0
    clock[0] += HOUR
    assert minutes.fetch(lambda: True) == 1
    assert set(stored(database, main).values()) == {(14_060, "minute")}
