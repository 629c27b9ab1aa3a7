"""Write the units of coins as a venue states them."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Engine, text

from domain.coin_units import ALWAYS


def write_coin_units(engine: Engine, venue: str, units: Mapping[str, Decimal], now: datetime) -> int:
    """Write the units that are new or changed. Returns how many.

    A new coin has its unit from the first event on, so books that counted the coin without it are counted again from
    there. A changed unit counts from `now` on.
    """
    scope = {
        "venue": venue, "coins": list(units), "units": list(units.values()), "now": now, "always": ALWAYS,
    }  # fmt: skip
    with engine.begin() as connection:
        rows = connection.execute(text(_WRITE), scope).all()
        first = [coin for coin, since in rows if since == ALWAYS]
        if first:
            connection.execute(text(_OVERTAKE), {"venue": venue, "coins": first})
    return len(rows)


_WRITE = """
INSERT INTO coin_unit (exchange, coin, since, unit)
SELECT :venue, stated.coin, CASE WHEN latest.unit IS NULL THEN CAST(:always AS timestamptz) ELSE :now END, stated.unit
FROM unnest(CAST(:coins AS text[]), CAST(:units AS numeric[])) AS stated (coin, unit)
LEFT JOIN LATERAL (
    SELECT unit FROM coin_unit WHERE exchange = :venue AND coin = stated.coin ORDER BY since DESC LIMIT 1
) AS latest ON true
WHERE latest.unit IS DISTINCT FROM stated.unit
ON CONFLICT DO NOTHING
RETURNING coin, since
"""

_OVERTAKE = """
UPDATE coin_books_state AS books
SET overtaken_at = least(books.overtaken_at, earliest.at), changes = books.changes + 1
FROM account
CROSS JOIN LATERAL (
    SELECT min(at) AS at FROM coin_result WHERE account_id = account.id AND coin = ANY(CAST(:coins AS text[]))
) AS earliest
WHERE account.id = books.account_id AND earliest.at IS NOT NULL
  AND CASE WHEN origin IS NULL THEN exchange ELSE concat(exchange, ' (', origin, ')') END = :venue
"""
