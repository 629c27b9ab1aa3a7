"""Reads of the sign-in layer: the user of a session, of a token and of a name."""

from sqlalchemy import Connection, text

from domain.viewers import Scope, Viewer


def read_mode(connection: Connection) -> str:
    """How people sign in, as the database enforces it."""
    mode: str = connection.execute(text("SELECT mode FROM sign_in_mode")).scalar_one()
    return mode


def read_session(connection: Connection, token_hash: bytes) -> Viewer | None:
    """The user of a session that has not ended."""
    row = connection.execute(text(_SESSION), {"hash": token_hash}).first()
    return None if row is None else Viewer(row.name, row.is_admin)


def read_api_token(connection: Connection, token_hash: bytes) -> Viewer | None:
    """The user of a valid API token, with the scopes of the token. Notes that it was used."""
    row = connection.execute(text(_API_ROW), {"hash": token_hash}).first()
    if row is None:
        return None
    connection.execute(text(_USED), {"hash": token_hash})
    return Viewer(row.name, row.is_admin, scopes=frozenset(map(Scope, row.scopes)))


def read_password(connection: Connection, name: str) -> str | None:
    """The stored password of a user. None if there is no such user or no password."""
    stored: str | None = connection.execute(
        text("SELECT password_hash FROM viewer WHERE name = :name"), {"name": name}
    ).scalar()
    return stored


_SESSION = """
SELECT viewer.name, viewer.is_admin
FROM session JOIN viewer ON viewer.name = session.viewer
WHERE token_hash = :hash AND ended_at IS NULL AND expires_at > now()
"""

_API_ROW = """
SELECT viewer.name, viewer.is_admin, scopes
FROM api_token JOIN viewer ON viewer.name = api_token.viewer
WHERE token_hash = :hash AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())
"""

_USED = """
UPDATE api_token SET used_at = now()
WHERE token_hash = :hash AND (used_at IS NULL OR used_at < now() - interval '1 minute')
"""
