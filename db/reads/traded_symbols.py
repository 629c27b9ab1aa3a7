"""Read the markets that an account traded."""

from datetime import datetime

from sqlalchemy import Connection, text


def read_traded_symbols(connection: Connection, account_id: int, since: datetime) -> frozenset[str]:
    """The unified symbols of all fills and fill requests, and of orders that are open or left after `since`."""
    rows = connection.execute(text(_TRADED), {"account_id": account_id, "since": since})
    return frozenset(symbol for (symbol,) in rows)


def read_recent_symbols(connection: Connection, account_id: int, fills: int = 500) -> tuple[str, ...]:
    """The unified symbols of the newest `fills` fills, the latest first."""
    rows = connection.execute(text(_RECENT), {"account_id": account_id, "fills": fills})
    return tuple(symbol for (symbol,) in rows)


_RECENT = """
SELECT symbol
FROM (SELECT symbol, at FROM fill WHERE account_id = :account_id ORDER BY at DESC, key DESC LIMIT :fills) AS newest
WHERE symbol IS NOT NULL
GROUP BY symbol
ORDER BY max(at) DESC, symbol
"""

# Fills cost one index step per symbol, independent of their number.
_TRADED = """
WITH RECURSIVE filled (symbol) AS (
    SELECT min(symbol) FROM fill WHERE account_id = :account_id
    UNION ALL
    SELECT (SELECT min(symbol) FROM fill WHERE account_id = :account_id AND symbol > filled.symbol)
    FROM filled
    WHERE filled.symbol IS NOT NULL
)
SELECT symbol FROM filled WHERE symbol IS NOT NULL
UNION
SELECT substr(source, length('fills') + 2) FROM history_state WHERE account_id = :account_id AND source LIKE 'fills:%'
UNION
SELECT symbol FROM order_version WHERE account_id = :account_id AND valid_to = 'infinity' AND symbol IS NOT NULL
UNION
SELECT symbol
FROM order_version
WHERE account_id = :account_id AND valid_to > :since AND valid_to <> 'infinity' AND symbol IS NOT NULL
"""
