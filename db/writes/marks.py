"""Write marks (values that change with every tick): one row per source, and only on change."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from db.copying import digest_of, json_text
from db.records import Versioned
from domain.prices import Price
from domain.sources import Source


def marks_of(versioned: Versioned, rows: Iterable[Any]) -> dict[str, dict[str, str]]:
    """The marks of a response by key. Rows without a known mark are left out."""
    return {row.key: marks for row in rows if (marks := versioned.marks_of(row))}


def symbols_of(prices: Iterable[Price]) -> dict[str, list[str]]:
    """The marks of a price response: the symbols it priced."""
    return {"symbols": sorted({price.symbol for price in prices})}


def write_marks(
    connection: Connection, account_id: int, source: Source, taken_at: datetime, marks: Mapping[str, Any]
) -> int:
    """Write the marks of a source unless they equal the latest. Returns the number of rows written."""
    body = json_text(dict(marks))
    inserted = connection.execute(
        text(_INSERT),
        {
            "account_id": account_id,
            "source": str(source),
            "taken_at": taken_at,
            "digest": digest_of(body),
            "marks": body,
        },
    )
    return inserted.rowcount


_INSERT = """
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
