"""What has each coin of an account cost, as far as its fills explain it?"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection

from db.reads.profits import read_books
from domain.cost_basis import Explained
from domain.markets import MarketType

# Books of contracts move no coin in the wallet.
_MOVES_THE_COIN = frozenset({MarketType.SPOT, MarketType.MARGIN, MarketType.UNKNOWN})


def read_explained(connection: Connection, account_id: int, as_of: datetime) -> Mapping[str, Sequence[Explained]]:
    """What the books of each coin held at a moment and what that cost, by coin; books of contracts are left out."""
    by_coin: dict[str, list[Explained]] = {}
    for book in read_books(connection, account_id, as_of):
        if book.base is not None and book.market_type in _MOVES_THE_COIN and ":" not in book.symbol:
            by_coin.setdefault(book.base, []).append(Explained(book.symbol, book.quote, book.quantity, book.cost))
    return by_coin
