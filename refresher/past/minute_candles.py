"""Minute candles: the price of their own minute for fills and transfers that only a farther price values, or none.

A window holds the newest of them within as many minutes as one request brings. Its books are those that give the rates
of today. Only the candles of their minutes are stored. The rows are then valued again and marked, so each window is
requested once, whether or not the exchange still has such candles.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from db.fill_values import OF_MINUTES
from db.reads.candles import read_candle_version
from db.reads.due_values import DueValue, read_coarse_fills, read_coarse_transfers, read_next_provisional
from db.reads.prices import read_recorded_prices
from db.writes.candles import write_candles
from domain.candle_ranges import CANDLES_A_PART
from domain.moment_rates import FARTHEST
from domain.prices import Rates
from domain.snapshot import Account
from exchanges.connection.errors import ExchangeError, Permanent
from exchanges.contracts import AccountReader
from logs.lines import log
from refresher.past.values import USD, Values
from refresher.process.clock import utc_now

TIMEFRAME = "1m"
MINUTE = timedelta(minutes=1)
WINDOW = CANDLES_A_PART * MINUTE
ROWS = 2_000
# Requests of one run of the history at most. They come last, as those of candles do.
MOST_REQUESTS = 10
PAUSE_AFTER_FAILURE = timedelta(minutes=15)
# A window that fails so often in a row is given up: its rows keep the nearest price.
MOST_FAILURES = 3
# The search goes from the newest row to older ones, and begins again after this time: it reads each value it passes.
LOOK_AGAIN = timedelta(hours=1)
JUST_AFTER = timedelta(seconds=1)


class MinuteCandles:
    """The minute candles that one account's values need."""

    def __init__(
        self,
        account: Account,
        reader: AccountReader,
        writer: Engine,
        values: Values,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._account = account
        self._reader = reader
        self._writer = writer
        self._values = values
        self._now = now
        self._next_at = self._restart_at = self._before = datetime.min.replace(tzinfo=UTC)
        self._failures = 0

    def fetch(self, may_continue: Callable[[], bool], most_requests: int | None = MOST_REQUESTS) -> int:
        """Fetch candles and value rows again, the newest first. Returns how many rows. `most_requests` None: no limit.

        A failed request pauses the work. The window is tried again.
        """
        valued = requests = 0
        while self._now() >= self._next_at and may_continue() and (most_requests is None or requests < most_requests):
            fills, transfers, first = self._due()
            if not fills and not transfers:
                self._next_at = self._restart_at = self._look_again_at()
                break
            try:
                requests += self._fetch_window([*fills, *transfers])
            except ExchangeError as error:
                if not self._is_given_up(error):
                    break
            self._failures, self._before = 0, first
            count = self._values.value_again(fills, transfers, f"{self._version()}{OF_MINUTES}", may_continue)
            if not count:  # all of them changed meanwhile
                break
            valued += count
        return valued

    def _due(self) -> tuple[Sequence[DueValue], Sequence[DueValue], datetime]:
        """The fills and transfers of the next window, and its begin.

        Rows of the last hour wait, because a refresh may still see their price.
        """
        if self._now() >= self._restart_at:
            self._before, self._restart_at = self._now() - FARTHEST, self._now() + LOOK_AGAIN
        with self._writer.connect() as connection:
            fills = read_coarse_fills(connection, self._account, self._before, ROWS)
            transfers = read_coarse_transfers(connection, self._account, self._before, ROWS)
        newest = max((rows[0].at for rows in (fills, transfers) if rows), default=self._before)
        cut = [rows[-1].at for rows in (fills, transfers) if len(rows) == ROWS]
        first = max([_minute_of(newest) - WINDOW + MINUTE, *cut])
        return [row for row in fills if row.at >= first], [row for row in transfers if row.at >= first], first

    def _look_again_at(self) -> datetime:
        """When the next row that waits is old enough, but at most an hour from now."""
        now = self._now()
        with self._writer.connect() as connection:
            waiting = read_next_provisional(connection, self._account.id, now - FARTHEST)
        return min(now + LOOK_AGAIN, (waiting or now) + FARTHEST + JUST_AFTER)

    def _fetch_window(self, rows: Sequence[DueValue]) -> int:
        """Fetch and store the candles of the minutes of these rows, book by book. Returns the number of requests."""
        books = self._books_of(rows)
        for symbol, minutes in books.items():
            try:
                candles = self._reader.fetch_candles(symbol, TIMEFRAME, min(minutes), max(minutes) + MINUTE)
            except Permanent as error:
                log().info("no candles of minutes", account=self._account.name, symbol=symbol, error=str(error))
                continue
            write_candles(self._writer, self._account.venue, [candle for candle in candles if candle.at in minutes])
        return len(books)

    def _books_of(self, rows: Iterable[DueValue]) -> dict[str, set[datetime]]:
        """The books that give the rates of these rows today, and the minutes at which they are needed."""
        with self._writer.connect() as connection:
            rates = Rates(read_recorded_prices(connection, self._account.venue).values())
        books: dict[str, set[datetime]] = {}
        for row in rows:
            for currency in {row.currency, row.fee_currency} - {None}:
                for target in {self._account.base_currency, USD} - {currency}:
                    rate = rates.find(currency or "", target)
                    for symbol in () if rate is None else rate.symbols:
                        books.setdefault(symbol, set()).add(_minute_of(row.at))
        return books

    def _is_given_up(self, error: ExchangeError) -> bool:
        """Count a failure of the window. False: pause, then try it again."""
        self._failures += 1
        log().warning("candles of minutes could not be fetched", account=self._account.name, error=str(error))
        if self._failures < MOST_FAILURES:
            self._next_at = self._now() + PAUSE_AFTER_FAILURE
            return False
        return True

    def _version(self) -> str:
        with self._writer.connect() as connection:
            return read_candle_version(connection, self._account.venue)


def _minute_of(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)
