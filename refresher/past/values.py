"""Values: what each fill and transfer was worth at its own moment, in the base currency and in US dollars."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import groupby
from operator import itemgetter

from sqlalchemy import Connection, Engine

from db.copying import line_of
from db.reads.candles import read_candle_version
from db.reads.due_values import (
    DueValue,
    Place,
    read_assumed_fills,
    read_assumed_transfers,
    read_assumed_with,
    read_new_fills,
    read_new_transfers,
    read_unknown_fills,
    read_unknown_transfers,
)
from db.reads.moment_prices import read_price_history
from db.writes.values import (
    SOURCES,
    delete_values_in_other_currencies,
    write_assumed_with,
    write_fill_values,
    write_transfer_values,
)
from domain.moment_rates import FARTHEST, PriceHistory, RatesOfMoment
from domain.snapshot import Account
from refresher.past.profit_workers import worker_slot

ROWS_A_PART = 20_000
# Prices that refreshes saw arrive until an hour after a moment: unknown values are tried again for so long.
RECENT = 2 * FARTHEST
USD = "USD"

Write = Callable[[Engine, int, str, str, Iterable[str], Iterable[str]], int]
ReadNew = Callable[[Connection, Account, int], Sequence[DueValue]]
ReadAgain = Callable[[Connection, Account, str, datetime, Place, int], Sequence[DueValue]]

_NEW: tuple[tuple[ReadNew, Write], ...] = (
    (read_new_fills, write_fill_values),
    (read_new_transfers, write_transfer_values),
)
_UNKNOWN: tuple[tuple[ReadAgain, Write], ...] = (
    (read_unknown_fills, write_fill_values),
    (read_unknown_transfers, write_transfer_values),
)
_ASSUMED: tuple[tuple[ReadAgain, Write], ...] = (
    (read_assumed_fills, write_fill_values),
    (read_assumed_transfers, write_transfer_values),
)
_time_of = itemgetter(0)
_RANKS = {source: rank for rank, source in enumerate(SOURCES)}


def utc_now() -> datetime:
    return datetime.now(UTC)


class Values:
    """The values of one account. As with books, a part holds at most one connection, and none while it computes."""

    def __init__(self, account: Account, writer: Engine, now: Callable[[], datetime] = utc_now) -> None:
        self._account = account
        self._writer = writer
        self._now = now
        self._is_first_run = True

    def work_out(self, may_continue: Callable[[], bool]) -> int:
        """Value what has no value yet, the newest first, while `may_continue` allows. Returns how many were valued.

        Then it tries again what was unknown, if other candles arrived or the moment is recent. Values in another base
        currency than that of the account are replaced.
        """
        if self._is_first_run:
            delete_values_in_other_currencies(self._writer, self._account.id, self._account.base_currency)
            self._is_first_run = False
        with self._writer.connect() as connection:
            candles = read_candle_version(connection, self._account.venue)
            assumed_with = read_assumed_with(connection, self._account.id)
        count = sum(self._value_new(read, write, candles, may_continue) for read, write in _NEW)
        for read, write in _UNKNOWN:
            count += self._value_again(read, write, candles, may_continue)
        if assumed_with != candles and may_continue():
            count += sum(self._value_again(read, write, candles, may_continue) for read, write in _ASSUMED)
            if may_continue():
                write_assumed_with(self._writer, self._account.id, candles)
        return count

    def _value_new(self, read: ReadNew, write: Write, candles: str, may_continue: Callable[[], bool]) -> int:
        count = 0
        while True:
            with worker_slot(may_continue):
                with self._writer.connect() as connection:
                    due = read(connection, self._account, ROWS_A_PART)
                written = self._write(due, write, candles)
            count += written
            # Nothing written: all of them changed while their rates were read. The next run takes them.
            if len(due) < ROWS_A_PART or not written or not may_continue():
                return count

    def _value_again(self, read: ReadAgain, write: Write, candles: str, may_continue: Callable[[], bool]) -> int:
        count, before = 0, (datetime.max.replace(tzinfo=UTC), "")
        recent = self._now() - RECENT
        while True:
            with worker_slot(may_continue):
                with self._writer.connect() as connection:
                    due = read(connection, self._account, candles, recent, before, ROWS_A_PART)
                count += self._write(due, write, candles)
            if len(due) < ROWS_A_PART or not may_continue():
                return count
            before = due[-1].at, due[-1].key

    def _write(self, due: Sequence[DueValue], write: Write, candles: str) -> int:
        if not due:
            return 0
        base = self._account.base_currency
        needed = sorted({(row.at, currency) for row in due for currency in (row.currency, row.fee_currency)
                         if currency is not None and not currency == base == USD})  # fmt: skip
        history = PriceHistory(())
        if needed:
            currencies, moments = {currency for _, currency in needed}, [at for at, _ in needed]
            with self._writer.connect() as connection:
                history = read_price_history(connection, self._account.venue, currencies, (base, USD), moments)
        keys = [line_of((row.key,)) for row in due]
        return write(self._writer, self._account.id, base, candles, keys, _rate_lines(history, needed, base))


def _rate_lines(history: PriceHistory, needed: Iterable[tuple[datetime, str]], base: str) -> Iterator[str]:
    """COPY lines with the rates of each moment (db.writes.values.RATE_COLUMNS)."""
    texts: dict[tuple[RatesOfMoment, str], tuple[str, str, str]] = {}
    for at, pairs in groupby(needed, key=_time_of):
        rates, time = history.at(at), at.isoformat()
        for _, currency in pairs:
            if (rates, currency) not in texts:
                texts[rates, currency] = _rate_texts(rates, currency, base, at)
            name, values, rate_time = texts[rates, currency]
            yield f"{name}\t{time}\t{values}\t{rate_time or time}"


def _rate_texts(rates: RatesOfMoment, currency: str, base: str, at: datetime) -> tuple[str, str, str]:
    """COPY fields of a currency, its rates and the time of their prices. "": that of the moment itself."""
    found = rates.found(currency, base, at)
    in_usd = found if base == USD else rates.found(currency, USD, at)
    worse = max(found, in_usd, key=lambda rate: _RANKS[rate.source])
    is_of_moment = worse.at == at
    values = line_of((found.value, in_usd.value, _RANKS[worse.source]))
    return line_of((currency,)), values, "" if is_of_moment else line_of((worse.at,))
