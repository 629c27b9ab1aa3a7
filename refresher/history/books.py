"""Books: works out what fills gained, for every symbol whose book is behind."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import islice

from sqlalchemy import Engine

from db.reads.profits import DueBook, read_book_fills, read_unprofited
from db.reads.rates import read_rates_at
from db.writes.profits import write_profits
from domain.fills import Fill
from domain.profit import Book, Result, may_go_short
from domain.snapshot import Account

FILLS_A_PART = 5000


class Books:
    """The books of one account."""

    def __init__(self, account: Account, writer: Engine) -> None:
        self._account = account
        self._writer = writer

    def work_out(self, goes_on: Callable[[], bool]) -> int:
        """Bring every book up to its fills in parts, for as long as `goes_on` says; how many fills were counted."""
        with self._writer.connect() as connection:
            due = read_unprofited(connection, self._account.id)
        return sum(self._work_out(book, goes_on) for book in due)

    def _work_out(self, due: DueBook, goes_on: Callable[[], bool]) -> int:
        book = None if due.state is None else Book.from_state(due.state)
        counted = 0
        with self._writer.connect() as telling:  # busy for as long as there are more
            fills = read_book_fills(telling, self._account, due.symbol, due.after)
            while part := list(islice(fills, FILLS_A_PART)):
                book = book or Book(self._account.cost_method, may_go_short(part[0]))
                results = [book.take(fill, self._fee_rate(fill)) for fill in part]
                from_start = due.after is None and not counted
                counted += self._write(due.symbol, book, results, from_start)
                if not goes_on():
                    break
        return counted

    def _write(self, symbol: str, book: Book, results: Sequence[Result], from_start: bool) -> int:
        method = self._account.cost_method
        return write_profits(
            self._writer, self._account.id, symbol, results, book.state(), method, from_start=from_start
        )

    def _fee_rate(self, fill: Fill) -> Decimal | None:
        """What one unit of a third currency, in which a fee was paid, was worth then; None where no price tells."""
        if fill.fee_currency is None or fill.quote is None or fill.fee_currency in (fill.base, fill.quote):
            return None
        with self._writer.connect() as connection:
            rates = read_rates_at(connection, self._account.exchange, fill.fee_currency, fill.quote, fill.at)
        return rates.rate(fill.fee_currency, fill.quote)
