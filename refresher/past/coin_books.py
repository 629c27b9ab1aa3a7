"""Coin books: compute what each event did to the coins of an account, in one pass over all of them.

A pass goes on after the last event that is counted, or after the last checkpoint before an event that changed since.
It stops at an event that is not valued yet. So nothing is worked out twice.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Engine

from db.reads.coin_books import (
    CoinBooksState,
    has_dated_state,
    has_events_after,
    read_checkpoint,
    read_coin_books_state,
)
from db.reads.coin_events import NO_PROFIT, UNVALUED, ValuedFill, ValuedRow, events_of, read_coin_rows
from db.reads.coin_units import read_coin_units
from db.reads.incoming_lots import IncomingLots, read_incoming_lots
from db.writes.coin_books import CoinPart, begin_coin_books, write_coin_part
from domain.coin_books import CoinBook, CoinEvent, CoinResult, Role
from domain.coin_events import Values, events_of_fill, events_of_transfer
from domain.coin_lots import LotMethod, rows_of
from domain.coin_units import CoinUnits
from domain.contract_events import contract_result
from domain.fills import Fill
from domain.lots import ZERO, exact
from domain.snapshot import Account
from refresher.past.profit_workers import worker_slot

# Fills and transfers of a part. There is a checkpoint after each.
ROWS_A_PART = 2000


@dataclass(slots=True)
class _Pass:
    """All books of the account after every event up to a moment."""

    at: datetime | None
    books: dict[str, CoinBook]


@dataclass(slots=True)
class _Counted:
    """The effect of the events of a part."""

    results: list[tuple[CoinResult, bool]] = field(default_factory=list)
    moved: dict[str, Sequence[Sequence[str | None]]] = field(default_factory=dict)
    taken: dict[str, Any] = field(default_factory=dict)


class CoinBooks:
    """The coin books of one account. A part holds at most one connection, and none while it computes."""

    def __init__(self, account: Account, writer: Engine) -> None:
        self._account = account
        self._writer = writer
        self._method = LotMethod(account.cost_method.value)
        self._units = CoinUnits()

    def work_out(self, may_continue: Callable[[], bool]) -> int:
        """Bring all coin books up to date in parts while `may_continue` allows. Returns how many events it counted."""
        counted, running = 0, None
        with self._writer.connect() as connection:
            incoming = read_incoming_lots(connection, self._account)
            self._units = read_coin_units(connection, self._account.venue)
        while True:
            with worker_slot(may_continue):
                state = self._state()
                overtaken_at = _earliest(state.overtaken_at, incoming.overtaken_at(state))
                if running is None or running.at != state.counted_at or _is_at_most(overtaken_at, running.at):
                    running = self._resumed(state, overtaken_at)
                if running is None:
                    return counted
                batch, is_last = self._next_part(running, state, incoming)
                if batch is None:
                    return counted
                if self._write(batch, state):
                    counted, running.at = counted + batch.events, batch.until
                else:
                    running, is_last = None, False  # an event changed in the meantime
                batch = None  # its records go at once, before the end of the slot lets Python look for garbage
            if is_last or not may_continue():
                return counted

    def _state(self) -> CoinBooksState:
        """How far the books are. Another method or base currency begins them anew."""
        currency, method = self._account.base_currency, self._account.cost_method
        while True:
            with self._writer.connect() as connection:
                state = read_coin_books_state(connection, self._account.id)
            if state is not None and (state.currency, state.method) == (currency, method):
                return state
            begin_coin_books(self._writer, self._account.id, currency, method)

    def _resumed(self, state: CoinBooksState, overtaken_at: datetime | None) -> _Pass | None:
        """The books at the last checkpoint before what changed. None if there is nothing to count."""
        with self._writer.connect() as connection:
            if not has_dated_state(connection, self._account.id):
                return _Pass(None, {})  # an earlier version counted it, without the days of its costs
            if overtaken_at is None and not has_events_after(connection, self._account.id, state.counted_at):
                return None
            checkpoint = read_checkpoint(connection, self._account.id, overtaken_at)
        return _Pass(checkpoint.at, {coin: CoinBook.from_state(book) for coin, book in checkpoint.state.items()})

    def _next_part(self, running: _Pass, state: CoinBooksState, incoming: IncomingLots) -> tuple[CoinPart | None, bool]:
        """Count the next events. Returns what they did, and whether there is nothing more to count now."""
        with self._writer.connect() as connection:
            rows, is_last = read_coin_rows(connection, self._account, running.at, ROWS_A_PART)
        ready = self._ready(rows)
        is_cut = len(ready) < len(rows)
        until = ready[-1].place[0] if ready else None
        if not rows:
            until = state.counted_at  # all that was counted after the checkpoint has gone
        if until is None or until == running.at:
            return None, True
        counted = _Counted()
        with exact():
            for row in ready:
                self._count(row, running.books, incoming, counted)
        batch = CoinPart(
            after=running.at,
            until=until,
            events=len(ready),
            results=counted.results,
            state={coin: book.state() for coin, book in running.books.items() if book.lots},
            lots=sum(len(book.lots) for book in running.books.values()),
            moved=counted.moved,
            taken=counted.taken,
            is_last=is_last and not is_cut,
        )
        return batch, is_last or is_cut

    def _write(self, part: CoinPart, state: CoinBooksState) -> bool:
        currency = self._account.base_currency
        return write_coin_part(self._writer, self._account.id, part, state.changes, currency, ROWS_A_PART)

    def _ready(self, rows: Sequence[ValuedRow]) -> Sequence[ValuedRow]:
        """The rows before the moment of the first one that cannot be counted yet."""
        for row in rows:
            if not self._is_ready(row):
                return [earlier for earlier in rows if earlier.place[0] < row.place[0]]
        return rows

    def _is_ready(self, row: ValuedRow) -> bool:
        base_currency = self._account.base_currency
        if not isinstance(row, ValuedFill):
            return row.values is not None or not events_of_transfer(row.transfer, Values(None), base_currency)
        if row.is_contract:
            return row.values is not None and row.profit is not None
        return row.values is not None or not events_of_fill(row.fill, Values(None), base_currency)

    def _count(self, row: ValuedRow, books: dict[str, CoinBook], incoming: IncomingLots, counted: _Counted) -> None:
        is_fill = isinstance(row, ValuedFill)
        if isinstance(row, ValuedFill) and row.is_contract:
            counted.results.append(
                (contract_result(row.fill, row.values or UNVALUED, row.profit or NO_PROFIT), is_fill)
            )
        events = events_of(row, self._account.base_currency)
        if isinstance(row, ValuedFill) and not events and not row.is_contract:
            counted.results.append((_result_without_coins(row.fill), is_fill))
        for event in events:
            lots = incoming.lots_of(event.key) if event.role is Role.DEPOSIT else ()
            if event.coin not in books:
                books[event.coin] = CoinBook(self._method)
            result = books[event.coin].apply(event.with_lots(lots), self._units.at(event.coin, event.at))
            counted.results.append((result, is_fill))
            if event.role is Role.WITHDRAWAL:
                counted.moved[event.key] = rows_of(result.moved)
            elif event.role is Role.DEPOSIT and incoming.is_or_was_taken(event.key):
                counted.taken[event.key] = incoming.taken_by(event.key)


def _result_without_coins(fill: Fill) -> CoinResult:
    """The result of a fill that moves no coin. Money for money gains nothing. An asset without a name may gain."""
    is_money = fill.base is not None and fill.quote is not None
    gained = ZERO if is_money else None
    event = CoinEvent(fill.key, fill.symbol, fill.at, Role.MONEY, ZERO, None)
    return CoinResult(event, gained, gained, ZERO, quantity_after=ZERO, known_after=ZERO, cost_after=ZERO)


def _earliest(*moments: datetime | None) -> datetime | None:
    return min((moment for moment in moments if moment is not None), default=None)


def _is_at_most(moment: datetime | None, other: datetime | None) -> bool:
    return moment is not None and other is not None and moment <= other
