"""Helpers for tests: work out books of fills, and list the books that are due."""

from collections.abc import Iterator, Sequence

from db.reads.profits import read_book_fills, read_due_books
from db.writes.profits import write_profits
from domain.fills import Fill
from domain.movements import may_go_short
from domain.profit import Book, Result, in_order


def work_out(database, account, *, parts: int = 1) -> dict[str, Result]:
    """Work out every book that is due. Returns the written results by fill key."""
    written: dict[str, Result] = {}
    with database.reader.connect() as connection:
        due = read_due_books(connection, account.id)
    for book_due in due:
        with database.reader.connect() as connection:
            rows = read_book_fills(connection, account, book_due.symbol, book_due.after)
        assert list(rows) == list(in_order(rows))
        book = Book.from_state(book_due.state) if book_due.state else Book(account.cost_method, may_go_short(rows[0]))
        for number, part in enumerate(_parts_of(rows, -(-len(rows) // parts))):
            results = [book.apply(row, None) for row in part]
            from_start = book_due.after is None and number == 0
            write_profits(
                database.writer, account.id, book_due.symbol, results, book.state(), account.cost_method,
                from_start=from_start,
            )  # fmt: skip
            written |= {result.key: result for result in results}
    return written


def _parts_of(rows: Sequence[Fill], size: int) -> Iterator[Sequence[Fill]]:
    """Parts of about `size` fills. A part never ends within a moment, as in the refresher."""
    start = 0
    while start < len(rows):
        end = min(start + size, len(rows))
        while end < len(rows) and rows[end].at == rows[end - 1].at:
            end += 1
        yield rows[start:end]
        start = end


def read_due(database, account):
    with database.reader.connect() as connection:
        return [due.symbol for due in read_due_books(connection, account.id)]
