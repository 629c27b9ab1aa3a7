"""Read the cost of an account's coins as explained by its fills."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection

from db.reads.pools import MOVES_THE_COIN, read_pools
from db.reads.profits import read_books
from domain.cost_basis import BookHolding


def read_explained(connection: Connection, account_id: int, as_of: datetime) -> Mapping[str, Sequence[BookHolding]]:
    """Quantity and cost explained by fills at a moment, by coin.

    A coin traded in several quotes has its pool, plus the books of markets outside the pool. Other coins have books.
    """
    books = read_explained_by_book(connection, account_id, as_of)
    pooled = {
        pool.coin: (
            BookHolding(pool.coin, pool.unit, pool.quantity, pool.cost),
            *(book for book in books.get(pool.coin, ()) if book.symbol in pool.unpooled),
        )
        for pool in read_pools(connection, account_id, as_of)
    }
    return {**books, **pooled}


def read_explained_by_book(
    connection: Connection, account_id: int, as_of: datetime
) -> Mapping[str, Sequence[BookHolding]]:
    """Quantity and cost of each book, by coin. Books of contracts are left out, because they move no coin."""
    by_coin: dict[str, list[BookHolding]] = {}
    for book in read_books(connection, account_id, as_of):
        if book.base is not None and book.market_type in MOVES_THE_COIN and ":" not in book.symbol:
            by_coin.setdefault(book.base, []).append(BookHolding(book.symbol, book.quote, book.quantity, book.cost))
    return by_coin
