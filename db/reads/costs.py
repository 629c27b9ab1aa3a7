"""Read the cost of an account's coins as explained by its fills and transfers."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, text

from db.reads.profits import read_books
from domain.cost_basis import BookHolding
from domain.markets import MarketType

# Market types that move the coin in the wallet. Contracts do not.
_MOVES_THE_COIN = (MarketType.SPOT, MarketType.MARGIN, MarketType.UNKNOWN)


def read_explained(connection: Connection, account_id: int, as_of: datetime) -> Mapping[str, Sequence[BookHolding]]:
    """Quantity of known cost and that cost at a moment, by coin: one book a coin, in the base currency."""
    rows = connection.execute(text(_HELD), {"account_id": account_id, "as_of": as_of})
    return {coin: (BookHolding(coin, currency, quantity, cost),) for coin, currency, quantity, cost in rows}


def read_explained_by_book(
    connection: Connection, account_id: int, as_of: datetime
) -> Mapping[str, Sequence[BookHolding]]:
    """Quantity and cost of each book, by coin. Books of contracts are left out, because they move no coin."""
    by_coin: dict[str, list[BookHolding]] = {}
    for book in read_books(connection, account_id, as_of):
        if book.base is not None and book.market_type in _MOVES_THE_COIN and ":" not in book.symbol:
            by_coin.setdefault(book.base, []).append(BookHolding(book.symbol, book.quote, book.quantity, book.cost))
    return by_coin


# One index step per coin, then the last result of each.
_HELD = """
WITH RECURSIVE step AS (
    SELECT (SELECT min(coin) FROM coin_result WHERE account_id = :account_id) AS coin
    UNION ALL
    SELECT (SELECT min(coin) FROM coin_result WHERE account_id = :account_id AND coin > step.coin)
    FROM step
    WHERE coin IS NOT NULL
)
SELECT step.coin, books.currency, last.known_after, last.cost_after
FROM step
JOIN coin_books_state AS books ON books.account_id = :account_id
CROSS JOIN LATERAL (
    SELECT role, known_after, cost_after
    FROM coin_result
    WHERE account_id = :account_id AND coin = step.coin AND at <= :as_of
    ORDER BY at DESC, number DESC
    LIMIT 1
) AS last
WHERE last.role NOT IN ('contract', 'money')
ORDER BY step.coin
"""
