"""Which markets did an account trade, as far as anything is known of it?"""

from datetime import datetime

from sqlalchemy import Connection, text


def read_traded_symbols(connection: Connection, account_id: int, since: datetime) -> frozenset[str]:
    """The unified symbols of its fills, of the calls for fills that were ever made, and of the orders that stand or
    left after `since`."""
    rows = connection.execute(text(_TRADED), {"account_id": account_id, "since": since})
    return frozenset(symbol for (symbol,) in rows)


def read_recent_symbols(connection: Connection, account_id: int, fills: int = 500) -> tuple[str, ...]:
    """The unified symbols of its newest `fills`, the latest first."""
    rows = connection.execute(text(_RECENT), {"account_id": account_id, "fills": fills})
    return tuple(symbol for (symbol,) in rows)


_RECENT = """
SELECT symbol
FROM (SELECT symbol, at FROM fill WHERE account_id = :account_id ORDER BY at DESC, key DESC LIMIT :fills) AS newest
WHERE symbol IS NOT NULL
GROUP BY symbol
ORDER BY max(at) DESC, symbol
"""

# Of the fills, one step through the index for each symbol, however many fills there are.
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
