"""Write marks (values that change with every tick): whole rows now and then, and the symbols of prices on change."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from db.copying import digest_of, json_text
from db.records import Versioned
from db.refresh_marks import RefreshMarks
from domain.prices import Price
from domain.sources import Source


def marks_of(versioned: Versioned, rows: Iterable[Any]) -> dict[str, dict[str, str]]:
    """The marks of a response by key. Rows without a known mark are left out."""
    return {row.key: marks for row in rows if (marks := versioned.marks_of(row))}


def symbols_of(prices: Iterable[Price]) -> dict[str, list[str]]:
    """The marks of a price response: the symbols it priced."""
    return {"symbols": sorted({price.symbol for price in prices})}


def mark_text(marks: Mapping[str, Any]) -> str:
    """Marks as one line of JSON."""
    return json_text(dict(marks))


def write_whole_marks(connection: Connection, account_id: int, taken_at: datetime, marks: RefreshMarks) -> None:
    """Write the whole rows that a refresh begins."""
    for source, total in marks.whole.items():
        if total.valid_from == taken_at:
            connection.execute(text(_INSERT), _row(account_id, source, taken_at, total.text))


def write_symbols(connection: Connection, account_id: int, taken_at: datetime, prices: Iterable[Price]) -> None:
    """Write the symbols that a refresh priced, unless they equal the latest."""
    row = _row(account_id, Source.PRICES, taken_at, mark_text(symbols_of(prices)))
    connection.execute(text(_INSERT_CHANGED), row)


def _row(account_id: int, source: Source, taken_at: datetime, body: str) -> dict[str, Any]:
    return {
        "account_id": account_id,
        "source": str(source),
        "taken_at": taken_at,
        "digest": digest_of(body),
        "marks": body,
    }


_INSERT = """
INSERT INTO mark (account_id, source, valid_from, digest, marks)
VALUES (:account_id, :source, :taken_at, :digest, CAST(:marks AS jsonb))
"""

_INSERT_CHANGED = """
INSERT INTO mark (account_id, source, valid_from, digest, marks)
SELECT :account_id, :source, :taken_at, :digest, CAST(:marks AS jsonb)
WHERE :digest IS DISTINCT FROM (
    SELECT digest
    FROM mark
    WHERE account_id = :account_id AND source = :source
    ORDER BY valid_from DESC
    LIMIT 1
)
"""
