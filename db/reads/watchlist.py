"""Read the watched markets. Row-level security leaves each viewer its own."""

from collections.abc import Sequence

from sqlalchemy import Connection, text

from domain.alerts import WatchedMarket


def read_watched_markets(connection: Connection) -> tuple[WatchedMarket, ...]:
    """All watched markets, by symbol."""
    rows = connection.execute(text(_WATCHED))
    return tuple(
        WatchedMarket(row.id, row.owner, row.exchange, row.symbol, row.added_at, row.origin == "app") for row in rows
    )


def read_watched_symbols(connection: Connection, venue: str) -> frozenset[str]:
    """The symbols that anybody watches at a venue, and those that rules name."""
    return frozenset(connection.execute(text(_SYMBOLS), {"venue": venue}).scalars())


def read_known_symbols(connection: Connection, venues: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """The venues and symbols that were ever priced there, as choices for a watchlist."""
    rows = connection.execute(text(_PRICED), {"venues": list(venues)})
    return tuple((row.exchange, row.symbol) for row in rows)


_WATCHED = "SELECT id, owner, exchange, symbol, added_at, origin FROM watched_market ORDER BY symbol, exchange"
_SYMBOLS = """
SELECT symbol FROM watched_market WHERE exchange = :venue
UNION
SELECT symbol FROM priced_symbol
WHERE exchange = :venue AND symbol IN (
    SELECT jsonb_array_elements_text(definition -> 'subjects') FROM rule WHERE ended_at IS NULL
)
"""
_PRICED = "SELECT exchange, symbol FROM priced_symbol WHERE exchange = ANY(:venues) ORDER BY 1, 2"
