"""Backfill: fills, transfers, market history and the remembered worth, from before Stillframe first looked."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from sqlalchemy import Engine

from db.reads.candles import read_candle_span
from db.reads.fill_currencies import read_fill_currencies
from db.reads.moments import read_latest
from db.reads.snapshots import read_snapshot
from db.writes.candles import write_candles
from db.writes.stated_values import write_stated_values
from domain.history import TimeRange
from domain.prices import BRIDGES, is_spot
from domain.snapshot import Account, Snapshot
from domain.sources import Source, SourceKind
from domain.valuation import ValueOrigin
from exchanges.connection.errors import ExchangeError
from exchanges.contracts import AccountReader, HistoryReader
from logs.lines import log
from refresher.commands.database import Database
from refresher.commands.exit_codes import Exit
from refresher.configuration.settings import Settings
from refresher.past.backward import backward
from refresher.past.books import Books
from refresher.past.pages import PastPages, calls_of
from refresher.present.accounts import open_accounts, open_readers
from refresher.present.served_account import ServedAccount
from refresher.process.database_watch import AWAY, first_line
from refresher.process.stopping import Stop, Stopped

TIMEFRAME = "1h"
PART = timedelta(hours=300)  # about a page of an exchange
DEFAULT_DAYS = 90
_BACKWARD = (SourceKind.FILLS, SourceKind.TRANSFERS)


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of candles that is missing: [since, until)."""

    since: datetime
    until: datetime

    def parts(self, is_after: bool) -> Iterator["Gap"]:
        """Parts to be written one by one, from what is known outwards: however few are, no hole is left among them.

        `is_after`: what is known lies before this gap, not after it.
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


def backfill(settings: Settings, database: Database, stop: Stop, since: datetime | None) -> Exit:
    """Fetch what is missing since `since`; each answer is written at once, so that interrupting loses nothing."""
    stop.listen()
    since = since or datetime.now(UTC) - timedelta(days=DEFAULT_DAYS)
    since = since.replace(minute=0, second=0, microsecond=0)
    readers = open_readers(settings)
    failed = False
    try:
        database.upgrade()
        served = open_accounts(settings, readers, database.writer, database.leases, stop)
        with _progress() as progress:
            for one in served:
                account = one.account
                # What fills were paid in tells which prices are wanted, and prices what fills gained.
                failed |= not backfill_past(database.writer, one, since, stop, progress)
                failed |= not _backfill_account(database.writer, account, readers[account.name], since, stop, progress)
                count_past(database.writer, account, stop)
    except Stopped:
        log().info("interrupted; the next backfill goes on from here")
        return Exit.FAILED
    except AWAY as error:
        log().error("database does not answer; the next backfill goes on from here", error=first_line(error))
        return Exit.FAILED
    return Exit.FAILED if failed else Exit.DONE


def _backfill_account(
    writer: Engine, account: Account, reader: AccountReader, since: datetime, stop: Stop, progress: Progress
) -> bool:
    """Backfill one account; False when something of it could not be fetched. One symbol never stops the next."""
    snapshot = _latest_snapshot(writer, account)
    if snapshot is None:
        log().warning("candles and worth need a refresh: refresh once, then backfill again", account=account.name)
        return False
    with writer.connect() as connection:
        symbols = symbols_of(snapshot, read_fill_currencies(connection, account.id))
    task = progress.add_task(f"{account.name}: worth", total=len(symbols) + 1)
    complete = _remember_worth(writer, snapshot, reader, since)
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


def _remember_worth(writer: Engine, snapshot: Snapshot, reader: AccountReader, since: datetime) -> bool:
    """Write what the exchange remembers, in the currency in which it states the account's worth."""
    valuation, account = snapshot.refresh.valuation, snapshot.account
    if valuation is None or valuation.origin is not ValueOrigin.STATED:
        return True  # an exchange that states no worth remembers none
    try:
        values = reader.fetch_stated_history(since)
    except ExchangeError as error:
        log().warning("the past worth could not be fetched", account=account.name, error=str(error))
        return False
    written = write_stated_values(writer, account.id, values, valuation.currency)
    log().info("past worth", account=account.name, moments=len(values), new=written)
    return True


def fill_candles(
    writer: Engine, account: Account, reader: AccountReader, symbol: str, since: datetime, stop: Stop
) -> None:
    """Fetch what is missing of one symbol since then, part by part, each written at once. Raises Stopped."""
    with writer.connect() as connection:
        span = read_candle_span(connection, account.venue, symbol, TIMEFRAME)
    for gap in missing(span, since, datetime.now(UTC)):
        is_after = span is not None and gap.since >= span[0]
        for part in gap.parts(is_after):
            stop.check()
            candles = reader.fetch_candles(symbol, TIMEFRAME, part.since, part.until)
            write_candles(writer, account.venue, candles)
            if not candles and not is_after and part.until < gap.until:
                break  # it was not listed yet


def missing(span: tuple[datetime, datetime] | None, since: datetime, now: datetime) -> Iterator[Gap]:
    """What is missing of [since, now) when candles stand from the first to the last moment of `span`.

    The last candle is fetched again: it may have been running when it was written.
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
    """The symbols whose past matters for what a snapshot holds and orders, and for what fills were `paid_in`."""
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
    """Fetch an account's fills and transfers since then; False when something is missing.

    It may run beside the refresher that serves the account: both write the same pages of the same past.
    """
    account, past = served.account, served.reader.history
    if past is None:
        return True
    pages, complete, calls = PastPages(account, past, writer), True, list[Source]()
    for kind in (kind for kind in _BACKWARD if kind in past.kinds):
        try:
            calls += _calls(past, kind, served)
        except ExchangeError as error:
            log().warning("not all could be fetched", account=account.name, source=str(kind), error=str(error))
            complete = False
    for source in calls:
        task = progress.add_task(f"{account.name}: {source}", total=_days(TimeRange(since, pages.now())))
        known = pages.known().get(source)
        progress.update(task, completed=0 if known is None else _days(TimeRange(max(since, known.since), pages.now())))
        failure = backward(pages, source, since, stop.check, partial(_advance, progress, task))
        if failure is not None:
            log().warning("not all could be fetched", account=account.name, source=str(source), error=failure.error)
            complete = False
    log().info("past", account=account.name, since=since.date().isoformat())
    return complete


def count_past(writer: Engine, account: Account, stop: Stop) -> None:
    """Work out what fills gained, by the prices that are known now. Raises Stopped."""
    counted = Books(account, writer).work_out(lambda: not stop.requested)
    stop.check()
    log().info("profit", account=account.name, fills_counted=counted)


def _calls(past: HistoryReader, kind: SourceKind, served: ServedAccount) -> Sequence[Source]:
    calls = calls_of(past, kind, served.wanted)
    if not calls:
        log().warning("nothing was asked: no market is known to have been traded", account=served.account.name)
    return calls


def _advance(progress: Progress, task: TaskID, done: TimeRange) -> None:
    progress.advance(task, _days(done))


def _days(stretch: TimeRange) -> int:
    return max(0, (stretch.until - stretch.since).days)


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )
