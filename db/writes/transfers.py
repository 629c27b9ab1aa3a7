"""Transfers: a page of movements, each kept once as it was last told, and how far the past is known with it."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Engine, text

from db.copying import copy_lines
from db.locks import lock_past_writes
from db.past_records import TRANSFER_COLUMNS, transfer_line
from db.writes.history_states import extend_known
from domain.history import TimeRange
from domain.sources import Source, Unreadable
from domain.transfers import Transfer


def write_transfer_page(
    engine: Engine,
    account_id: int,
    source: Source,
    transfers: Iterable[Transfer],
    known: TimeRange,
    at: datetime,
    unreadable: Sequence[Unreadable] = (),
) -> int:
    """Write a page, which is all of `known`, whole or not at all; how many transfers were new or told otherwise.

    A transfer that was pending may be done by now: the last telling stands. Raises Gap, a ValueError, when the page
    does not touch what is known of the source already.
    """
    lines = {transfer.key: transfer_line(account_id, transfer) for transfer in transfers}
    with engine.begin() as connection:
        lock_past_writes(connection, account_id)
        extend_known(connection, account_id, source, known, at, unreadable)
        if not lines:
            return 0
        connection.execute(text(_SEEN))
        connection.execute(text("DELETE FROM transfer_seen"))
        copy_lines(connection, "transfer_seen", ("account_id", *TRANSFER_COLUMNS), lines.values())
        return connection.execute(text(_UPSERT)).rowcount


_SEEN = "CREATE TEMPORARY TABLE IF NOT EXISTS transfer_seen (LIKE transfer) ON COMMIT DELETE ROWS"

_TOLD = [column for column in TRANSFER_COLUMNS if column != "key"]

_UPSERT = f"""
INSERT INTO transfer AS known (account_id, {", ".join(TRANSFER_COLUMNS)})
SELECT account_id, {", ".join(TRANSFER_COLUMNS)} FROM transfer_seen
ON CONFLICT (account_id, key) DO UPDATE SET {", ".join(f"{column} = excluded.{column}" for column in _TOLD)}
WHERE ({", ".join(f"known.{column}" for column in _TOLD)})
    IS DISTINCT FROM ({", ".join(f"excluded.{column}" for column in _TOLD)})
"""  # noqa: S608 - column names from code
