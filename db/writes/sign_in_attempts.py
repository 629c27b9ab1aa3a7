"""Attempts to sign in, counted by name and by address. Only failed ones count against a limit."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, text

KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Attempts:
    """How many failed attempts there were lately."""

    by_name_and_address: int
    by_name: int
    by_address: int


def count_attempts(connection: Connection, viewer: str, address: str, within: timedelta) -> Attempts:
    """The failed attempts by this name and from this address."""
    row = connection.execute(text(_COUNT), {"viewer": viewer, "address": address, "within": within}).one()
    return Attempts(row.by_both, row.by_name, row.by_address)


def insert_attempt(connection: Connection, viewer: str, address: str) -> int:
    """Write an attempt, as failed for now. Returns its id."""
    delete_old_attempts(connection)
    attempt: int = connection.execute(text(_INSERT), {"viewer": viewer, "address": address}).scalar_one()
    return attempt


def delete_old_attempts(connection: Connection) -> int:
    """Delete the attempts that no limit counts any more. Returns their number."""
    return connection.execute(text("DELETE FROM sign_in_attempt WHERE at < now() - :kept"), {"kept": KEPT}).rowcount


def forgive_attempts(connection: Connection, viewer: str, address: str) -> None:
    """The password was right: earlier failures of this name from this address no longer count."""
    connection.execute(text(_FORGIVE), {"viewer": viewer, "address": address})


_COUNT = """
SELECT count(*) FILTER (WHERE viewer = :viewer AND address = :address) AS by_both,
       count(*) FILTER (WHERE viewer = :viewer) AS by_name,
       count(*) FILTER (WHERE address = :address) AS by_address
FROM sign_in_attempt
WHERE (viewer = :viewer OR address = :address) AND NOT succeeded AND at > now() - :within
"""

_INSERT = """
INSERT INTO sign_in_attempt (viewer, address, succeeded) VALUES (:viewer, :address, false) RETURNING id
"""

_FORGIVE = """
UPDATE sign_in_attempt SET succeeded = true WHERE viewer = :viewer AND address = :address AND NOT succeeded
"""
