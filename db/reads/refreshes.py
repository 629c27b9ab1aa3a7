"""Read refreshes: valuation, carried sources, intervals."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, RowMapping, text

from db.reads.net_values import Place
from db.valuations import VALUATION_COLUMNS, valuation_from
from domain.snapshot import Refresh
from domain.sources import Source


class NoSuchRefresh(Exception):
    """The account has no refresh at this moment."""


def read_refresh(connection: Connection, account_id: int, taken_at: datetime) -> tuple[Refresh, int]:
    """The refresh taken exactly at `taken_at`, and the price id that it saw. Raises NoSuchRefresh."""
    return read_all_refreshes(connection, [(account_id, taken_at)])[account_id]


def read_all_refreshes(connection: Connection, places: Collection[Place]) -> Mapping[int, tuple[Refresh, int]]:
    """The refresh of each account taken exactly at its moment, and the price id that it saw. Raises NoSuchRefresh."""
    parameters = {"accounts": [id_ for id_, _ in places], "moments": [at for _, at in places]}
    rows = {row["account_id"]: row for row in connection.execute(text(_ALL_REFRESHES), parameters).mappings()}
    for account_id, taken_at in places:
        if account_id not in rows:
            raise NoSuchRefresh(f"account {account_id} has no refresh at {taken_at.isoformat()}")
    return {account_id: (_refresh_from(row), row["price_id"]) for account_id, row in rows.items()}


def read_refreshes(
    connection: Connection, account_id: int, moments: Sequence[datetime]
) -> Mapping[datetime, tuple[Refresh, int]]:
    """As `read_refresh`, for several refreshes. Raises NoSuchRefresh if one is missing."""
    rows = connection.execute(text(_REFRESHES), {"account_id": account_id, "moments": list(moments)}).mappings()
    refreshes = {row["taken_at"]: (_refresh_from(row), row["price_id"]) for row in rows}
    for at in moments:
        if at not in refreshes:
            raise NoSuchRefresh(f"account {account_id} has no refresh at {at.isoformat()}")
    return refreshes


def _refresh_from(row: RowMapping) -> Refresh:
    carried = {
        Source(source): None if as_of is None else datetime.fromisoformat(as_of)
        for source, as_of in (row["carried"] or {}).items()
    }
    unreadable = {Source(source): count for source, count in (row["unreadable"] or {}).items()}
    valuation, expected = valuation_from(dict(row)), row["expected_seconds"]
    intervals = {Source(source): seconds for source, seconds in (row["intervals"] or {}).items()}
    not_due = {Source(source): datetime.fromisoformat(as_of) for source, as_of in (row["not_due"] or {}).items()}
    account_id, taken_at, duration = row["account_id"], row["taken_at"], row["duration_ms"]
    return Refresh(account_id, taken_at, duration, valuation, carried, unreadable, expected, intervals, not_due)


_ALL_REFRESHES = f"""
SELECT account_id, taken_at, duration_ms, expected_seconds, carried, unreadable, intervals, not_due, price_id,
       {", ".join(VALUATION_COLUMNS)}
FROM unnest(CAST(:accounts AS integer[]), CAST(:moments AS timestamptz[])) AS place (id, at)
JOIN refresh ON account_id = place.id AND taken_at = place.at
"""  # noqa: S608 - column names from code

_REFRESHES = f"""
SELECT account_id, taken_at, duration_ms, expected_seconds, carried, unreadable, intervals, not_due, price_id,
       {", ".join(VALUATION_COLUMNS)}
FROM refresh
WHERE account_id = :account_id AND taken_at = ANY(CAST(:moments AS timestamptz[]))
"""  # noqa: S608 - column names from code
