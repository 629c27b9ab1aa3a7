"""Read one refresh: valuation, carried sources, intervals."""

from datetime import datetime

from sqlalchemy import Connection, text

from db.valuations import VALUATION_COLUMNS, valuation_from
from domain.snapshot import Refresh
from domain.sources import Source


class NoSuchRefresh(Exception):
    """The account has no refresh at this moment."""


def read_refresh(connection: Connection, account_id: int, taken_at: datetime) -> tuple[Refresh, int]:
    """The refresh taken exactly at `taken_at`, and the highest price id visible to it. Raises NoSuchRefresh."""
    row = connection.execute(text(_REFRESH), {"account_id": account_id, "taken_at": taken_at}).mappings().one_or_none()
    if row is None:
        raise NoSuchRefresh(f"account {account_id} has no refresh at {taken_at.isoformat()}")
    carried = {
        Source(source): None if as_of is None else datetime.fromisoformat(as_of)
        for source, as_of in (row["carried"] or {}).items()
    }
    unreadable = {Source(source): count for source, count in (row["unreadable"] or {}).items()}
    valuation, expected = valuation_from(dict(row)), row["expected_seconds"]
    intervals = {Source(source): seconds for source, seconds in (row["intervals"] or {}).items()}
    not_due = {Source(source): datetime.fromisoformat(as_of) for source, as_of in (row["not_due"] or {}).items()}
    duration = row["duration_ms"]
    refresh = Refresh(account_id, taken_at, duration, valuation, carried, unreadable, expected, intervals, not_due)
    return refresh, row["price_id"]


_REFRESH = f"""
SELECT duration_ms, expected_seconds, carried, unreadable, intervals, not_due, price_id, {", ".join(VALUATION_COLUMNS)}
FROM refresh
WHERE account_id = :account_id AND taken_at = :taken_at
"""  # noqa: S608 - column names from code
