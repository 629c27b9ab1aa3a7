"""Write marks (values that change with every tick): one row per source, and only on change."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from db.copying import json_text
from db.mark_rows import WholeMarks, mark_row
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
    latest = connection.execute(text(_LATEST), {"account_id": account_id, "source": str(source)}).one_or_none()
    whole = None if latest is None else WholeMarks(latest.whole_from, json_text(latest.marks))
    row = mark_row(marks, taken_at, whole)
    if latest is not None and bytes(latest.digest) == row.digest:
        return 0
    values = {
        "account_id": account_id,
        "source": str(source),
        "valid_from": row.valid_from,
        "digest": row.digest,
        "marks": row.text,
        "base_from": row.base_from,
        "packed": row.packed,
    }
    return connection.execute(text(_INSERT), values).rowcount


# The latest row, and the whole marks that it is packed against: its own, or those of its base.
_LATEST = """
SELECT latest.digest, whole.valid_from AS whole_from, whole.marks
FROM (
    SELECT digest, coalesce(base_from, valid_from) AS whole_from
    FROM mark
    WHERE account_id = :account_id AND source = :source
    ORDER BY valid_from DESC
    LIMIT 1
) AS latest
JOIN mark AS whole
  ON whole.account_id = :account_id AND whole.source = :source AND whole.valid_from = latest.whole_from
"""

_INSERT = """
INSERT INTO mark (account_id, source, valid_from, digest, marks, base_from, packed)
VALUES (:account_id, :source, :valid_from, :digest, CAST(:marks AS jsonb), :base_from, :packed)
"""
