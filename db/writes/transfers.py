"""Write pages of transfers, and the time range that they complete."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Engine, text

from db.copying import stage_lines
from db.history_records import TRANSFER_COLUMNS, transfer_line
from db.locks import lock_history_writes
from db.writes.history_states import extend_known
from db.writes.rollups import FORGET_VALUES, OVERTAKE_COINS
from domain.history import TimeRange
from domain.sources import Source, Unreadable
from domain.transfers import Transfer


def write_transfer_page(
    engine: Engine,
    account_id: int,
    source: Source,
    transfers: Iterable[Transfer],
    covered: TimeRange,
    at: datetime,
    unreadable: Sequence[Unreadable] = (),
) -> int:
    """Write all transfers of the time range `covered` in one transaction. Returns how many were new or changed.

    The newest response for a transfer counts, because its status may change. Raises HistoryGap (a ValueError) if the
    page neither touches nor overlaps the known range of the source.
    """
    lines = {transfer.key: transfer_line(account_id, transfer) for transfer in transfers}
    with engine.begin() as connection:
        lock_history_writes(connection, account_id)
        extend_known(connection, account_id, source, covered, at, unreadable)
        if not lines:
            return 0
        stage_lines(connection, "transfer_staged", "transfer", ("account_id", *TRANSFER_COLUMNS), lines.values())
        return int(connection.execute(text(_UPSERT)).scalar_one())


_COMPARED = [column for column in TRANSFER_COLUMNS if column != "key"]

# A changed transfer is valued anew. Coin books count from there on again, and from its former time if it has another.
_UPSERT = f"""
WITH written AS (
    INSERT INTO transfer AS stored (account_id, {", ".join(TRANSFER_COLUMNS)})
    SELECT account_id, {", ".join(TRANSFER_COLUMNS)} FROM transfer_staged
    ON CONFLICT (account_id, key) DO UPDATE SET {", ".join(f"{column} = excluded.{column}" for column in _COMPARED)}
    WHERE ({", ".join(f"stored.{column}" for column in _COMPARED)})
        IS DISTINCT FROM ({", ".join(f"excluded.{column}" for column in _COMPARED)})
    RETURNING account_id, key, at
), changed AS (
    SELECT written.account_id, written.key, least(written.at, former.at) AS at
    FROM written
    LEFT JOIN transfer AS former USING (account_id, key)
), forgotten AS ({FORGET_VALUES.replace("fill_value", "transfer_value")}), coins AS ({OVERTAKE_COINS})
SELECT count(*) FROM changed
"""  # noqa: S608 - column names from code
