"""Candles are fetched and written part by part, and wherever that ends no hole is left."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from db.reads.fill_currencies import read_fill_currencies
from db.stopping import Stop, Stopped
from domain.candles import Candle
from refresher.past.backfill import fill_candles, symbols_of
from tests import factories
from tests.db.fill_history import new_accounts, write_fills
from tests.postgres import Database

HOUR = timedelta(hours=1)
NOW = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
SINCE = NOW - timedelta(days=60)


class Market:
    """An exchange with a candle for each hour since a market was listed, and the candles that were written of it."""

    def __init__(self, database: Database, listed: datetime = SINCE - timedelta(days=900)) -> None:
        self.database, self.listed = database, listed
        self.asked: list[tuple[datetime, datetime]] = []
        self.stop, self.stops_after = Stop(), 0

    def fetch_candles(self, symbol: str, timeframe: str, since: datetime, until: datetime) -> tuple[Candle, ...]:
        self.asked.append((since, until))
        if len(self.asked) == self.stops_after:
            self.stop.request()
        first = NOW - (NOW - max(since, self.listed)) // HOUR * HOUR  # the first full hour from then on
        hours = range(-((first - until) // HOUR))
        return tuple(Candle(symbol, timeframe, first + HOUR * n, *[Decimal(1)] * 4) for n in hours)

    def fill(self, since: datetime, stops_after: int = 0) -> int:
        """How many questions it took."""
        self.asked, self.stop, self.stops_after = [], Stop(), stops_after
        reader: Any = self
        with suppress(Stopped):
            fill_candles(self.database.writer, factories.account(), reader, "BTC/USD", since, self.stop)
        return len(self.asked)

    def hours(self) -> tuple[int, int]:
        """How many candles were written, and how many there are between the first and the last."""
        sql = "SELECT count(*), extract(epoch FROM max(at) - min(at)) / 3600 + 1 FROM candle"
        with self.database.owner.connect() as connection:
            counted, spanned = connection.execute(text(sql)).one()
        return counted, int(spanned)


def test_missing_candles_are_fetched_in_parts(database: Database) -> None:
    market = Market(database)
    assert market.fill(SINCE) == 5
    written, spanned = market.hours()
    assert written == spanned >= 60 * 24
    assert market.fill(SINCE) == 1
    assert market.fill(SINCE - timedelta(days=20)) == 3
    assert max(until for _, until in market.asked[:2]) == SINCE  # a gap that ends earlier is not asked beyond its end
    assert market.hours()[0] == market.hours()[1] >= 80 * 24


@pytest.mark.parametrize("stops_after", [1, 2, 3])
def test_an_interrupted_backfill_has_written_what_it_fetched_and_leaves_no_hole(
    database: Database, stops_after: int
) -> None:
    market = Market(database)
    assert market.fill(SINCE, stops_after) == stops_after
    written, spanned = market.hours()
    assert written == spanned >= 300 * (stops_after - 1)
    assert market.fill(SINCE - timedelta(days=20), stops_after) == stops_after
    market.fill(SINCE - timedelta(days=20))
    written, spanned = market.hours()
    assert written == spanned >= 80 * 24


def test_candles_from_before_a_listing_are_requested_once(database: Database) -> None:
    market = Market(database, listed=NOW - timedelta(days=3))
    assert market.fill(SINCE - timedelta(days=900)) == 2


def test_prices_are_requested_for_holdings_and_for_currencies_of_fills(database: Database) -> None:
    names = ("BTC/USD", "USDT/USD", "USDT/XYZ", "BNB/USD", "SOL/USD", "BNB/USD:USD")
    held = factories.snapshot(balances=[factories.balance("BTC")], prices=[factories.price(name) for name in names])
    assert symbols_of(held) == ("BTC/USD",)
    (main,) = new_accounts(database)
    paid = [
        factories.fill("1", symbol="LINK/USDT", fee="1", fee_currency="BNB"),
        factories.fill("2", symbol="LINK/USD", fee=None, fee_currency=None),
    ]
    write_fills(database, main, paid)
    with database.reader.connect() as connection:
        paid_in = read_fill_currencies(connection, main.id)
        assert read_fill_currencies(connection, main.id + 1) == set()
    assert paid_in == {"USDT", "BNB", "USD"}
    assert symbols_of(held, paid_in) == ("BNB/USD", "BTC/USD", "USDT/USD")
