"""Books: works out what fills gained, for every symbol whose book is behind."""

from collections.abc import Callable
from decimal import Decimal

from sqlalchemy import Connection, Engine

from db.reads.books import BookBehind, read_book_fills, read_books_behind, read_rates_at
from db.writes.profits import write_profits
from domain.fills import Fill
from domain.profit import Book, may_go_short
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
            behind = read_books_behind(connection, self._account.id, self._account.cost_method)
        return sum(self._work_out(book, goes_on) for book in behind)

    def _work_out(self, behind: BookBehind, goes_on: Callable[[], bool]) -> int:
        book = None if behind.state is None else Book.from_state(behind.state)
        counted, from_start = 0, book is None
        while True:
            with self._writer.connect() as connection:
                after = None if book is None else book.last
                fills = read_book_fills(connection, self._account, behind.symbol, after, FILLS_A_PART)
                if not fills:
                    return counted
                book = book or Book(self._account.cost_method, may_go_short(fills[0]))
                results = [book.take(fill, self._fee_rate(connection, fill)) for fill in fills]
            counted += write_profits(
                self._writer,
                self._account.id,
                behind.symbol,
                results,
                book.state(),
                self._account.cost_method,
                from_start=from_start,
            )
            from_start = False
            if len(fills) < FILLS_A_PART or not goes_on():
                return counted

    def _fee_rate(self, connection: Connection, fill: Fill) -> Decimal | None:
        """What one unit of a third currency, in which a fee was paid, was worth then; None where no price tells."""
        if fill.fee_currency is None or fill.quote is None or fill.fee_currency in (fill.base, fill.quote):
            return None
        rates = read_rates_at(connection, self._account.exchange, fill.fee_currency, fill.quote, fill.at)
        return rates.rate(fill.fee_currency, fill.quote)
