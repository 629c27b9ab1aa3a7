"""Backfill: fills, transfers, candles and past account values, from before the first refresh."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from rich.progress import Progress, TaskID
from sqlalchemy import Engine

from db.reads.candles import read_candle_span
from db.reads.fill_currencies import read_fill_currencies
from db.reads.moments import read_latest
from db.reads.snapshots import read_snapshot
from db.stopping import Stop
from db.writes.candles import write_candles
from db.writes.stated_values import write_stated_values
from domain.history import TimeRange
from domain.prices import BRIDGES, is_spot
from domain.snapshot import Account, Snapshot
from domain.sources import Source, SourceKind
from domain.timeframes import length_of
from domain.valuation import ValueOrigin
from exchanges.connection.errors import ExchangeError
from exchanges.contracts import AccountReader, HistoryReader
from logs.lines import log
from refresher.past.backward import backward
from refresher.past.books import Books
from refresher.past.closed_periods import ClosedPeriods
from refresher.past.minute_candles import MinuteCandles
from refresher.past.pages import PastPages, calls_of
from refresher.past.values import Values
from refresher.present.served_account import ServedAccount

TIMEFRAME = "1h"
PART = timedelta(hours=300)  # about a page of an exchange
_BACKWARD = (SourceKind.FILLS, SourceKind.TRANSFERS)


@dataclass(frozen=True, slots=True)
class Gap:
    """A time range without candles: [since, until)."""

    since: datetime
    until: datetime

    def parts(self, is_after: bool) -> Iterator["Gap"]:
        """Parts to be written one by one, starting next to the existing candles, so that an interruption leaves no
        hole.

        `is_after`: the existing candles end where this gap begins. Otherwise they begin where it ends.
        """
        if is_after:
            since = self.since
            while since < self.until:
                yield Gap(since, min(since + PART, self.until))
                since += PART
            return
        until = self.until
        while self.since < until:
            yield Gap(max(until - PART, self.since), until)
            until -= PART


def backfill_account(writer: Engine, served: ServedAccount, since: datetime, stop: Stop, progress: Progress) -> bool:
    """Fetch an account's missing history since `since`. Returns False if anything is still missing. Raises Stopped.

    Each answer is written at once, so that an interruption loses nothing. It may run beside the refresher that serves
    the account.
    """
    # The currencies of the fills decide which candles are needed, and profits need the candles.
    is_complete = backfill_past(writer, served, since, stop, progress)
    is_complete &= _backfill_candles(writer, served.account, served.reader, since, stop, progress)
    _backfill_minutes(writer, served, stop, progress)
    count_past(writer, served.account, stop)
    return is_complete


def _backfill_minutes(writer: Engine, served: ServedAccount, stop: Stop, progress: Progress) -> None:
    """Value what is new, then fetch candles of the minutes of fills and transfers that only a farther price values."""
    account = served.account
    values = Values(account, writer)
    values.work_out(lambda: not stop.requested)
    task = progress.add_task(f"{account.name}: candles of minutes", total=None)
    minutes = MinuteCandles(account, served.reader, writer, values)
    while count := minutes.fetch(lambda: not stop.requested):
        stop.check()
        progress.advance(task, count)


def _backfill_candles(
    writer: Engine, account: Account, reader: AccountReader, since: datetime, stop: Stop, progress: Progress
) -> bool:
    """Backfill the candles and values of one account. Returns False if any could not be fetched.

    A symbol that fails does not stop the next.
    """
    snapshot = _latest_snapshot(writer, account)
    if snapshot is None:
        log().warning(
            "no refresh yet, so no candles and values: refresh once, then backfill again", account=account.name
        )
        return False
    with writer.connect() as connection:
        symbols = symbols_of(snapshot, read_fill_currencies(connection, account.id))
    task = progress.add_task(f"{account.name}: account values", total=len(symbols) + 1)
    complete = _backfill_values(writer, snapshot, reader, since)
    progress.advance(task)
    for symbol in symbols:
        stop.check()
        progress.update(task, description=f"{account.name}: {symbol}")
        try:
            fill_candles(writer, account, reader, symbol, since, stop)
        except ExchangeError as error:
            log().warning("candles could not be fetched", account=account.name, symbol=symbol, error=str(error))
            complete = False
        progress.advance(task)
    progress.update(task, description=f"{account.name}: {'done' if complete else 'incomplete'}")
    return complete


def _backfill_values(writer: Engine, snapshot: Snapshot, reader: AccountReader, since: datetime) -> bool:
    """Write the past values that the exchange keeps, in the currency of the stated value. False if that failed."""
    valuation, account = snapshot.refresh.valuation, snapshot.account
    if valuation is None or valuation.origin is not ValueOrigin.STATED:
        return True  # an exchange that states no value keeps no past values
    try:
        values = reader.fetch_stated_history(since)
    except ExchangeError as error:
        log().warning("the past account values could not be fetched", account=account.name, error=str(error))
        return False
    written = write_stated_values(writer, account.id, values, valuation.currency)
    log().info("account values", account=account.name, moments=len(values), new=written)
    return True


def fill_candles(
    writer: Engine, account: Account, reader: AccountReader, symbol: str, since: datetime, stop: Stop
) -> None:
    """Fetch the missing candles of one symbol since `since`. Each part is written at once. Raises Stopped."""
    with writer.connect() as connection:
        span = read_candle_span(connection, account.venue, symbol, TIMEFRAME)
    for gap in missing(span, since, datetime.now(UTC)):
        is_after = span is not None and gap.since >= span[0]
        for part_gap in gap.parts(is_after):
            stop.check()
            candles = reader.fetch_candles(symbol, TIMEFRAME, part_gap.since, part_gap.until)
            closed_at = datetime.now(UTC) - length_of(TIMEFRAME)
            write_candles(writer, account.venue, [candle for candle in candles if candle.at <= closed_at])
            if not candles and not is_after and part_gap.until < gap.until:
                break  # the symbol was not listed yet


def missing(span: tuple[datetime, datetime] | None, since: datetime, now: datetime) -> Iterator[Gap]:
    """The gaps in [since, now), if candles exist from the first to the last moment of `span`.

    The last candle is fetched again, because it may have been incomplete when it was written.
    """
    if span is None:
        yield Gap(since, now)
        return
    first, last = span
    if since < first:
        yield Gap(since, first)
    yield Gap(max(last, since), now)


def _latest_snapshot(writer: Engine, account: Account) -> Snapshot | None:
    with writer.connect() as connection:
        latest = read_latest(connection).get(account.id)
        return None if latest is None else read_snapshot(connection, account, latest)


def symbols_of(snapshot: Snapshot, paid_in: Iterable[str] = ()) -> tuple[str, ...]:
    """The symbols whose candles are needed: for the holdings and orders of a snapshot and the currencies of fills."""
    held = {balance.asset for balance in snapshot.balances if balance.total != 0}
    dealt = {order.symbol for order in snapshot.orders} | {position.symbol for position in snapshot.positions}
    spot = {price.symbol for price in snapshot.prices.values() if price.base in held and is_spot(price.symbol)}
    paid, bridges = set(paid_in), set(BRIDGES)
    joins = {
        price.symbol
        for price in snapshot.prices.values()
        if is_spot(price.symbol)
        and ((price.base in paid and price.quote in bridges) or (price.quote in paid and price.base in bridges))
    }
    return tuple(sorted(dealt | spot | joins))


def backfill_past(writer: Engine, served: ServedAccount, since: datetime, stop: Stop, progress: Progress) -> bool:
    """Fetch an account's fills and transfers since `since`. Returns False if any are missing.

    It may run beside the refresher that serves the account, because both write the same pages of the same history.
    """
    account, past = served.account, served.reader.history
    if past is None:
        return True
    pages, complete, calls = PastPages(account, past, writer), True, list[Source]()
    for kind in (kind for kind in _BACKWARD if kind in past.kinds):
        try:
            calls += _calls(past, kind, served)
        except ExchangeError as error:
            log().warning("backfill incomplete", account=account.name, source=str(kind), error=str(error))
            complete = False
    for source in calls:
        task = progress.add_task(f"{account.name}: {source}", total=_days(TimeRange(since, pages.now())))
        time_range = pages.complete_ranges().get(source)
        progress.update(
            task, completed=0 if time_range is None else _days(TimeRange(max(since, time_range.since), pages.now()))
        )
        failure = backward(pages, source, since, stop.check, partial(_advance, progress, task))
        if failure is not None:
            log().warning("backfill incomplete", account=account.name, source=str(source), error=failure.error)
            complete = False
    log().info("past", account=account.name, since=since.date().isoformat())
    return complete


def count_past(writer: Engine, account: Account, stop: Stop) -> None:
    """Value fills and transfers and compute the realised profit, with the prices known now. Raises Stopped."""
    valued = Values(account, writer).work_out(lambda: not stop.requested)
    counted = Books(account, writer).work_out(lambda: not stop.requested)
    ClosedPeriods(account, writer).compare(lambda: not stop.requested)
    stop.check()
    log().info("profit", account=account.name, valued=valued, fills_counted=counted)


def _calls(past: HistoryReader, kind: SourceKind, served: ServedAccount) -> Sequence[Source]:
    calls = calls_of(past, kind, served.scope)
    if not calls:
        log().warning("no request made: no traded market is known", account=served.account.name)
    return calls


def _advance(progress: Progress, task: TaskID, done: TimeRange) -> None:
    progress.advance(task, _days(done))


def _days(time_range: TimeRange) -> int:
    return max(0, (time_range.until - time_range.since).days)
