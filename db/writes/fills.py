"""Write pages of fills, and the time range that they complete."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import Connection, Engine, text

from db.copying import stage_lines
from db.history_records import FILL_COLUMNS, FILL_COMPLETED, fill_line
from db.locks import lock_history_writes
from db.writes.history_states import extend_known
from db.writes.rollups import FORGET_VALUES, OVERTAKE, OVERTAKE_COINS, insert_with_rollups, recount
from domain.fills import Fill
from domain.history import TimeRange
from domain.sources import Source, Unreadable


def write_fill_page(
    engine: Engine,
    account_id: int,
    source: Source,
    fills: Iterable[Fill],
    covered: TimeRange,
    at: datetime,
    unreadable: Sequence[Unreadable] = (),
) -> int:
    """Write all fills of the time range `covered` in one transaction. Returns how many fills were new.

    The first response for a fill counts. Later ones only fill in unknown columns. Pages may overlap and repeat. Raises
    HistoryGap (a ValueError) if the page neither touches nor overlaps the known range of the source.
    """
    lines: dict[str, str] = {}
    for fill in fills:
        if fill.key not in lines:
            lines[fill.key] = fill_line(account_id, fill)
    with engine.begin() as connection:
        lock_history_writes(connection, account_id)
        extend_known(connection, account_id, source, covered, at, unreadable)
        if not lines:
            return 0
        stage_lines(connection, "fill_staged", "fill", ("account_id", *FILL_COLUMNS), lines.values())
        new = int(connection.execute(text(_INSERT)).scalar_one())
        if new < len(lines):
            recount(connection, account_id, _complete(connection))
    return new


def _complete(connection: Connection) -> list[tuple[str, date]]:
    """Fill in unknown columns of stored fills. Returns the changed symbols and days."""
    connection.execute(text("ANALYZE fill_staged"))
    return [(symbol, day) for symbol, day in connection.execute(text(_COMPLETE))]


_NAMES = ", ".join(FILL_COLUMNS)

_INSERT = insert_with_rollups(f"""
    INSERT INTO fill (account_id, {_NAMES})
    SELECT account_id, {_NAMES} FROM fill_staged
    ON CONFLICT (account_id, key) DO NOTHING
    RETURNING *
""")  # noqa: S608 - column names from code

_COMPLETE = f"""
WITH changed AS (
    UPDATE fill AS stored
    SET {", ".join(f"{column} = coalesce(stored.{column}, staged.{column})" for column in FILL_COMPLETED)},
        liquidity = CASE stored.liquidity WHEN 'unknown' THEN staged.liquidity ELSE stored.liquidity END
    FROM fill_staged AS staged
    WHERE stored.account_id = staged.account_id AND stored.key = staged.key
      AND ({" OR ".join(f"stored.{c} IS NULL AND staged.{c} IS NOT NULL" for c in FILL_COMPLETED)}
           OR stored.liquidity = 'unknown' AND staged.liquidity <> 'unknown')
    RETURNING stored.account_id, stored.symbol, stored.at, stored.key
), overtaken AS ({OVERTAKE}), coins AS ({OVERTAKE_COINS}), forgotten AS ({FORGET_VALUES})
SELECT DISTINCT symbol, CAST(at AT TIME ZONE 'UTC' AS date) FROM changed
"""  # noqa: S608 - column names from code
