"""Read when refreshes with moments in the future were set aside."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, text

from domain.clock_repairs import ClockRepair


def read_clock_repairs(connection: Connection, since: datetime) -> Mapping[int, ClockRepair]:
    """The last repair of each account since a moment, by account id. Accounts without one are left out."""
    rows = connection.execute(text(_LAST), {"since": since})
    return {account_id: ClockRepair(at, latest, refreshes) for account_id, at, latest, refreshes in rows}


_LAST = """
SELECT DISTINCT ON (account_id) account_id, at, latest, refreshes
FROM clock_repair
WHERE at >= :since
ORDER BY account_id, at DESC
"""
