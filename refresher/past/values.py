"""Values: what each fill and transfer was worth at its own moment, in the base currency and in US dollars."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Engine

from db.copying import field_text, line_of
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
from db.reads.moment_prices import read_price_history_at
from db.writes.value_statements import SOURCES
from db.writes.values import (
    MomentRates,
    delete_values_in_other_currencies,
    write_assumed_with,
    write_fill_values,
    write_new_fill_values,
    write_transfer_values,
)
from domain.moment_rates import FARTHEST, INSTANT, SPAN, PriceHistory, RatesOfMoment
from domain.moments import microseconds_of, moment_of
from domain.snapshot import Account
from refresher.past.profit_workers import worker_slot
from refresher.process.clock import utc_now

ROWS_A_PART = 20_000
# Prices that refreshes saw arrive until an hour after a moment: unknown values are tried again for so long.
RECENT = 2 * FARTHEST
USD = "USD"
_SPAN = SPAN // timedelta(microseconds=1)

Write = Callable[[Engine, int, str, str, Iterable[str], MomentRates], int]
ReadAgain = Callable[[Connection, Account, str, datetime, Place, int], Sequence[DueValue]]

_UNKNOWN: tuple[tuple[ReadAgain, Write], ...] = (
    (read_unknown_fills, write_fill_values),
    (read_unknown_transfers, write_transfer_values),
)
_ASSUMED: tuple[tuple[ReadAgain, Write], ...] = (
    (read_assumed_fills, write_fill_values),
    (read_assumed_transfers, write_transfer_values),
)
_RANKS = {source: rank for rank, source in enumerate(SOURCES)}


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
        count = self._value_new_fills(candles, may_continue)
        count += self._value_new_transfers(candles, may_continue)
        for reader, write in _UNKNOWN:
            count += self._value_again(reader, write, candles, may_continue)
        if assumed_with != candles and may_continue():
            count += sum(self._value_again(reader, write, candles, may_continue) for reader, write in _ASSUMED)
            if may_continue():
                write_assumed_with(self._writer, self._account.id, candles)
        return count

    def value_again(
        self,
        fills: Sequence[DueValue],
        transfers: Sequence[DueValue],
        candles: str,
        may_continue: Callable[[], bool],
    ) -> int:
        """Value these fills and transfers anew by the prices known now. Returns how many."""
        with worker_slot(may_continue):
            return self._write(fills, write_fill_values, candles) + self._write(
                transfers, write_transfer_values, candles
            )

    def _value_new_fills(self, candles: str, may_continue: Callable[[], bool]) -> int:
        account, count = self._account, 0
        while True:
            with worker_slot(may_continue):
                with self._writer.connect() as connection:
                    due = read_new_fills(connection, account, ROWS_A_PART)
                if due is None:
                    return count
                rates = self._rates(due.moments)
                written = write_new_fill_values(
                    self._writer, account.id, account.base_currency, candles, due.spans, rates
                )
            count += written
            # Nothing written: all of them changed while their rates were read. The next run takes them.
            if not written or not may_continue():
                return count

    def _value_new_transfers(self, candles: str, may_continue: Callable[[], bool]) -> int:
        count = 0
        while True:
            with worker_slot(may_continue):
                with self._writer.connect() as connection:
                    due = read_new_transfers(connection, self._account, ROWS_A_PART)
                written = self._write(due, write_transfer_values, candles)
            count += written
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
        moments: dict[str, list[int]] = {}
        for row in due:
            for currency in (row.currency, row.fee_currency):
                if currency is not None and not currency == base == USD:
                    moments.setdefault(currency, []).append(microseconds_of(row.at))
        keys = [line_of((row.key,)) for row in due]
        return write(self._writer, self._account.id, base, candles, keys, self._rates(moments))

    def _rates(self, moments: Mapping[str, Sequence[int]]) -> MomentRates:
        """The rates of currencies at moments in microseconds since 1970."""
        if not moments:
            return MomentRates()
        base = self._account.base_currency
        every = {at for of_currency in moments.values() for at in of_currency}
        with self._writer.connect() as connection:
            history = read_price_history_at(connection, self._account.venue, moments, (base, USD), every)
        return _rates_of(history, moments, base)


class _Lines:
    """The COPY lines of MomentRates. Moments with the same prices share their fields."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._fields: dict[tuple[RatesOfMoment, str], str] = {}
        self.lines: list[str] = []

    def add(self, currency: str, at: datetime, rates: RatesOfMoment) -> None:
        if (rates, currency) not in self._fields:
            self._fields[rates, currency] = _rate_fields(rates, currency, self._base, at)
        self.lines.append(f"{field_text(currency)}\t{at.isoformat()}\t{self._fields[rates, currency]}")


def _rates_of(history: PriceHistory, moments: Mapping[str, Sequence[int]], base: str) -> MomentRates:
    """One line for each currency and span of time, and for each moment where the span has more than one rate."""
    lines = _Lines(base)
    busy: set[datetime] = set()
    for currency, times in moments.items():
        by_span: dict[int, list[int]] = defaultdict(list)
        exact: list[int] = []
        for at in set(times):
            number, passed = divmod(at, _SPAN)
            (by_span[number] if passed else exact).append(at)  # the begin of a span does not belong to it
        for number, of_span in by_span.items():
            begin = moment_of(number * _SPAN)
            if (rates := history.within(begin)) is None:
                busy.add(begin)
                exact += of_span
            else:
                lines.add(currency, begin + INSTANT, rates)
        for moment in map(moment_of, exact):
            lines.add(currency, moment, history.at(moment))
    return MomentRates(lines.lines, sorted(busy))


def _rate_fields(rates: RatesOfMoment, currency: str, base: str, at: datetime) -> str:
    """The COPY fields after the time of a line."""
    result = rates.found(currency, base, at)
    in_usd = result if base == USD else rates.found(currency, USD, at)
    worse = max(result, in_usd, key=lambda rate: _RANKS[rate.source])
    is_of_moment = worse.at == at
    return line_of((result.value, in_usd.value, _RANKS[worse.source], None if is_of_moment else worse.at, is_of_moment))
