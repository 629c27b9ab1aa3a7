"""Helpers for tests: work out books of fills, and list the books that are due."""

from db.reads.profits import read_book_fills, read_due_books
from db.writes.profits import write_profits
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
        size = -(-len(rows) // parts)
        for start in range(0, len(rows), size):
            results = [book.apply(row, None) for row in rows[start : start + size]]
            from_start = book_due.after is None and start == 0
            write_profits(
                database.writer, account.id, book_due.symbol, results, book.state(), account.cost_method,
                from_start=from_start,
            )  # fmt: skip
            written |= {result.key: result for result in results}
    return written


def read_due(database, account):
    with database.reader.connect() as connection:
        return [due.symbol for due in read_due_books(connection, account.id)]
