"""Read the prices of a refresh."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, text

from db.reads.versions import read_marks
from domain.currency_graph import HUBS
from domain.prices import Price
from domain.snapshot import Account
from domain.sources import Source


def read_prices(connection: Connection, account: Account, taken_at: datetime, price_id: int) -> Mapping[str, Price]:
    """The prices of a refresh by symbol. `price_id` is the highest id visible to it."""
    symbols = read_marks(connection, account.id, Source.PRICES, taken_at).get("symbols", [])
    rows = connection.execute(
        text(_PRICES), {"symbols": symbols, "exchange": account.venue, "price_id": price_id}
    ).mappings()
    return {row["symbol"]: Price(**row) for row in rows}


def is_ever_priced(connection: Connection, venue: str, asset: str) -> bool:
    """True if a price of the asset in money or a large coin was ever recorded there, of a spot book or a perpetual."""
    symbols = [f"{asset}/{hub}{settled}" for hub in HUBS for settled in ("", f":{hub}")]
    return bool(connection.execute(text(_IS_PRICED), {"venue": venue, "symbols": symbols}).scalar_one())


_IS_PRICED = """
SELECT EXISTS (
    SELECT
    FROM unnest(CAST(:symbols AS text[])) AS listed (symbol)
    CROSS JOIN LATERAL (SELECT FROM price WHERE exchange = :venue AND symbol = listed.symbol LIMIT 1) AS seen
)
"""

_PRICES = """
SELECT latest.symbol, base, quote, last, bid, ask, mark, change_24h, volume, is_active, at
FROM unnest(CAST(:symbols AS text[])) AS listed (symbol)
CROSS JOIN LATERAL (
    SELECT symbol, base, quote, last, bid, ask, mark, change_24h, volume, is_active, at
    FROM price
    WHERE exchange = :exchange AND symbol = listed.symbol AND id <= :price_id
    ORDER BY id DESC
    LIMIT 1
) AS latest
"""
