"""Books: compute the realised profit of fills, for every symbol with new fills."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy import Engine

from db.reads.candles import read_candle_version
from db.reads.profits import DueBook, read_book_fills, read_due_books, read_hedged
from db.writes.profits import write_profits
from domain.fills import Fill
from domain.movements import may_go_short
from domain.profit import Book, Result
from domain.snapshot import Account
from exchanges.open import fills_count_from_settlement, fills_name_position, orders_name_position_in_hedge_mode_only
from refresher.past.coin_books import CoinBooks
from refresher.past.fill_parts import After, RatesAt, fee_pairs, fee_rate, read_rates_of, work_in_parts


class Books:
    """The books of one account.

    Work on a part of a book holds at most one connection, and none while it computes. The database ends idle
    transactions, and workers that hold one connection while they wait for a second would wait for one another.
    """

    def __init__(self, account: Account, writer: Engine) -> None:
        self._account = account
        self._writer = writer
        self._hedged: frozenset[str] = frozenset()
        self._candles = ""

    def work_out(self, may_continue: Callable[[], bool]) -> int:
        """Bring every book up to date in parts while `may_continue` allows. Returns the number of fills counted.

        The books of coins come last, because they count the gains of contracts.
        """
        counted = self._work_out_markets(may_continue)
        CoinBooks(self._account, self._writer).work_out(may_continue)
        return counted

    def _work_out_markets(self, may_continue: Callable[[], bool]) -> int:
        with self._writer.connect() as connection:
            if not fills_name_position(self._account.exchange):
                by_orders = orders_name_position_in_hedge_mode_only(self._account.exchange)
                self._hedged = read_hedged(connection, self._account.id, by_orders=by_orders)
            self._candles = read_candle_version(connection, self._account.venue)
            due = read_due_books(connection, self._account.id, self._hedged, self._candles)
        return sum(self._work_out(book, may_continue) for book in due)

    def _work_out(self, due: DueBook, may_continue: Callable[[], bool]) -> int:
        book = None if due.state is None else Book.from_state(due.state)
        candles = self._candles if due.state is None else due.state.get("candles", "")

        def count(fills: Sequence[Fill], rates: RatesAt, is_first: bool) -> int:
            nonlocal book
            book = book or self._new(due.symbol, fills[0])
            results = [book.apply(fill, fee_rate(fill, rates)) for fill in fills]
            return self._write(due.symbol, {**book.state(), "candles": candles}, results, from_start=is_first)

        return work_in_parts(due.after, partial(self._read, due.symbol), count, may_continue)

    def _new(self, symbol: str, first: Fill) -> Book:
        return Book(
            self._account.cost_method,
            may_go_short(first),
            is_hedged=symbol in self._hedged,
            counts_from_settlement=fills_count_from_settlement(self._account.exchange),
        )

    def _read(self, symbol: str, after: After, limit: int) -> tuple[Sequence[Fill], RatesAt]:
        """The next fills of a book, and the rates of fees in third currencies at the times of those fills."""
        with self._writer.connect() as connection:
            fills = read_book_fills(connection, self._account, symbol, after, limit)
            return fills, read_rates_of(connection, self._account.venue, fills, fee_pairs)

    def _write(self, symbol: str, state: Mapping[str, Any], results: Sequence[Result], *, from_start: bool) -> int:
        method = self._account.cost_method
        return write_profits(self._writer, self._account.id, symbol, results, state, method, from_start=from_start)
