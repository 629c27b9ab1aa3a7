"""Fills: a page of executions, each kept once, and how far the past is known with it."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import Connection, Engine, text

from db.copying import copy_lines
from db.locks import lock_past_writes
from db.past_records import FILL_COLUMNS, FILL_COMPLETED, fill_line
from db.writes.history_states import extend_known
from db.writes.rollups import OVERTAKE, OVERTAKE_POOLS, count_anew, insert_with_rollups
from domain.fills import Fill
from domain.history import TimeRange
from domain.sources import Source, Unreadable


def write_fill_page(
    engine: Engine,
    account_id: int,
    source: Source,
    fills: Iterable[Fill],
    known: TimeRange,
    at: datetime,
    unreadable: Sequence[Unreadable] = (),
) -> int:
    """Write a page, which is all of `known`, whole or not at all; how many fills were new.

    The first telling of a fill stands; what it left unknown is completed by a later one. Pages may overlap and may be
    told again. Raises Gap, a ValueError, when the page does not touch what is known of the source already.
    """
    lines: dict[str, str] = {}
    for fill in fills:
        if fill.key not in lines:
            lines[fill.key] = fill_line(account_id, fill)
    with engine.begin() as connection:
        lock_past_writes(connection, account_id)
        extend_known(connection, account_id, source, known, at, unreadable)
        if not lines:
            return 0
        connection.execute(text(_SEEN))
        connection.execute(text("DELETE FROM fill_seen"))
        copy_lines(connection, "fill_seen", ("account_id", *FILL_COLUMNS), lines.values())
        new = int(connection.execute(text(_INSERT)).scalar_one())
        if new < len(lines):
            count_anew(connection, account_id, _complete(connection))
    return new


def _complete(connection: Connection) -> list[tuple[str, date]]:
    """Fill in what the first telling left unknown; the symbols and days that were touched."""
    connection.execute(text("ANALYZE fill_seen"))
    return [(symbol, day) for symbol, day in connection.execute(text(_COMPLETE))]


_NAMES = ", ".join(FILL_COLUMNS)

_SEEN = "CREATE TEMPORARY TABLE IF NOT EXISTS fill_seen (LIKE fill) ON COMMIT DELETE ROWS"

_INSERT = insert_with_rollups(f"""
    INSERT INTO fill (account_id, {_NAMES})
    SELECT account_id, {_NAMES} FROM fill_seen
    ON CONFLICT (account_id, key) DO NOTHING
    RETURNING *
""")  # noqa: S608 - column names from code

_COMPLETE = f"""
WITH told AS (
    UPDATE fill AS known
    SET {", ".join(f"{column} = coalesce(known.{column}, seen.{column})" for column in FILL_COMPLETED)},
        liquidity = CASE known.liquidity WHEN 'unknown' THEN seen.liquidity ELSE known.liquidity END
    FROM fill_seen AS seen
    WHERE known.account_id = seen.account_id AND known.key = seen.key
      AND ({" OR ".join(f"known.{c} IS NULL AND seen.{c} IS NOT NULL" for c in FILL_COMPLETED)}
           OR known.liquidity = 'unknown' AND seen.liquidity <> 'unknown')
    RETURNING known.account_id, known.symbol, known.base, known.at, known.key
), overtaken AS ({OVERTAKE}), pools AS ({OVERTAKE_POOLS})
SELECT DISTINCT symbol, CAST(at AT TIME ZONE 'UTC' AS date) FROM told
"""  # noqa: S608 - column names from code
