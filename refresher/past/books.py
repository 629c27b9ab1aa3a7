"""Books: works out what fills gained, for every symbol whose book is behind."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Engine

from db.reads.candles import read_candle_mark
from db.reads.profits import DueBook, read_book_fills, read_hedged, read_unprofited
from db.reads.rates import read_rates_at
from db.writes.profits import write_profits
from domain.fills import Fill
from domain.movements import may_go_short
from domain.prices import Rates
from domain.profit import Book, Result
from domain.snapshot import Account
from exchanges.open import fills_name_position, orders_name_position_in_hedge_mode_only
from refresher.past.pools import Pools
from refresher.past.profit_workers import turn

FILLS_A_PART = 5000

_Pair = tuple[str, str]


class Books:
    """The books of one account.

    A part of a book holds one connection at a time and none while it is computed: the database ends a transaction that
    idles, and workers that each waited for a second connection while they hold a first would wait for one another.
    """

    def __init__(self, account: Account, writer: Engine) -> None:
        self._account = account
        self._writer = writer
        self._hedged: frozenset[str] = frozenset()
        self._candles = ""

    def work_out(self, goes_on: Callable[[], bool]) -> int:
        """Bring every book up to its fills in parts, for as long as `goes_on` says; how many fills were counted.

        Pools first: a fill of a coin with a pool is not told by its book alone, not even for a moment.
        """
        Pools(self._account, self._writer).work_out(goes_on)
        with self._writer.connect() as connection:
            if not fills_name_position(self._account.exchange):
                by_orders = orders_name_position_in_hedge_mode_only(self._account.exchange)
                self._hedged = read_hedged(connection, self._account.id, by_orders=by_orders)
            self._candles = read_candle_mark(connection, self._account.venue)
            due = read_unprofited(connection, self._account.id, self._hedged, self._candles)
        return sum(self._work_out(book, goes_on) for book in due)

    def _work_out(self, due: DueBook, goes_on: Callable[[], bool]) -> int:
        book = None if due.state is None else Book.from_state(due.state)
        candles = self._candles if due.state is None else due.state.get("candles", "")
        after, counted = due.after, 0
        while True:
            with turn(goes_on):
                part, rates = self._read(due.symbol, after)
                if not part:
                    return counted
                book = book or self._new(due.symbol, part[0])
                results = [book.take(fill, _fee_rate(fill, rates)) for fill in part]
                state = {**book.state(), "candles": candles}
                counted += self._write(due.symbol, state, results, from_start=after is None)
            after = part[-1].at, part[-1].key
            if len(part) < FILLS_A_PART or not goes_on():
                return counted

    def _new(self, symbol: str, first: Fill) -> Book:
        return Book(self._account.cost_method, may_go_short(first), is_hedged=symbol in self._hedged)

    def _read(
        self, symbol: str, after: tuple[datetime, str] | None
    ) -> tuple[tuple[Fill, ...], dict[_Pair, dict[datetime, Rates]]]:
        """The next part of a book, and the rates at which the fees in third currencies were paid, by their moments."""
        with self._writer.connect() as connection:
            part = read_book_fills(connection, self._account, symbol, after, FILLS_A_PART)
            moments: dict[_Pair, list[datetime]] = defaultdict(list)
            for fill in part:
                if (pair := _third_currency(fill)) is not None:
                    moments[pair].append(fill.at)
            venue = self._account.venue
            return part, {pair: read_rates_at(connection, venue, *pair, at) for pair, at in moments.items()}

    def _write(self, symbol: str, state: Mapping[str, Any], results: Sequence[Result], *, from_start: bool) -> int:
        method = self._account.cost_method
        return write_profits(self._writer, self._account.id, symbol, results, state, method, from_start=from_start)


def _third_currency(fill: Fill) -> _Pair | None:
    """The currency in which a fee was paid and the quote, where the fee was paid in neither side of the market."""
    if fill.fee_currency is None or fill.quote is None or fill.fee_currency in (fill.base, fill.quote):
        return None
    return fill.fee_currency, fill.quote


def _fee_rate(fill: Fill, rates: dict[_Pair, dict[datetime, Rates]]) -> Decimal | None:
    """What one unit of a third currency, in which a fee was paid, was worth then; None where no price tells."""
    pair = _third_currency(fill)
    return None if pair is None else rates[pair][fill.at].rate(*pair)
