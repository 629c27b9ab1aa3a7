"""The viewer of a connection, as Postgres itself sees it: who reads, and which accounts."""

from sqlalchemy import Connection, text

from domain.viewers import Viewer


def read_viewer(connection: Connection) -> Viewer | None:
    """The viewer whose token the connection shows (db/viewing.py). None if it belongs to no session.

    With sign-in off it is the local viewer: without a name, an admin who sees everything.
    """
    row = connection.execute(text(_VIEWER)).one()
    if row.is_admin is None:
        return None
    return Viewer(row.name or "", row.is_admin, None if row.sees_all else frozenset(row.accounts))


_VIEWER = """
SELECT name, is_admin, stillframe_sees_all() AS sees_all, stillframe_accounts() AS accounts
FROM stillframe_viewer()
"""
