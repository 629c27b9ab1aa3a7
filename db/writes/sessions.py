"""Sessions of browsers: begun at sign-in, extended while in use, ended by signing out or by an administrator.

`expires_at` moves on with use. It stays within the longest life of a session.
"""

from collections.abc import Collection, Iterable
from datetime import timedelta

from sqlalchemy import Connection, text

KEPT_DAYS = 30
# A session in use is extended at most this often.
EXTEND_SECONDS = 30


def insert_session(connection: Connection, token_hash: bytes, viewer: str, lasts: timedelta) -> None:
    """Write a new session, and delete those that ended long ago."""
    connection.execute(text(_INSERT), {"hash": token_hash, "viewer": viewer, "lasts": lasts})
    delete_old_sessions(connection)


def delete_old_sessions(connection: Connection) -> int:
    """Delete the sessions that ended long ago. Returns their number."""
    return connection.execute(text(_DELETE_OLD), {"days": KEPT_DAYS}).rowcount


def end_session(connection: Connection, token_hash: bytes) -> str | None:
    """End a session. Returns its viewer, None if it had ended before."""
    viewer: str | None = connection.execute(text(_END), {"hash": token_hash}).scalar()
    return viewer


def end_sessions_of(connection: Connection, viewer: str) -> int:
    """End every session of a viewer. Returns their number."""
    return connection.execute(text(_END_ALL), {"viewer": viewer}).rowcount


def extend_sessions(connection: Connection, hashes: Iterable[bytes], idle: timedelta, longest: timedelta) -> None:
    """Extend sessions that are in use."""
    params = {"hashes": list(hashes), "idle": idle, "longest": longest, "seconds": EXTEND_SECONDS}
    connection.execute(text(_EXTEND), params)


def live_sessions(connection: Connection, hashes: Collection[bytes]) -> frozenset[bytes]:
    """Those of these sessions that have not ended."""
    rows = connection.execute(text(_LIVE), {"hashes": list(hashes)})
    return frozenset(bytes(row.token_hash) for row in rows)


_INSERT = """
INSERT INTO session (token_hash, viewer, expires_at) VALUES (:hash, :viewer, now() + :lasts)
"""

_DELETE_OLD = "DELETE FROM session WHERE expires_at < now() - make_interval(days => :days)"

_END = """
UPDATE session SET ended_at = now()
WHERE token_hash = :hash AND ended_at IS NULL AND expires_at > now()
RETURNING viewer
"""

_END_ALL = "UPDATE session SET ended_at = now() WHERE viewer = :viewer AND ended_at IS NULL AND expires_at > now()"

_EXTEND = """
UPDATE session SET seen_at = now(), expires_at = least(now() + :idle, created_at + :longest)
WHERE token_hash = ANY(:hashes) AND ended_at IS NULL AND expires_at > now()
  AND seen_at < now() - make_interval(secs => :seconds)
"""

_LIVE = """
SELECT token_hash FROM session
WHERE token_hash = ANY(:hashes) AND ended_at IS NULL AND expires_at > now()
"""
