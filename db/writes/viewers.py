"""Viewers: users and what they may see, written by the operator. Removing a user ends the sessions and tokens."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from db.writes.sessions import end_sessions_of
from domain.viewers import Scope


class ViewerRefused(Exception):
    """The change cannot be made. The message is one line with the remedy."""


@dataclass(frozen=True, slots=True)
class ViewerRow:
    """One user as an operator sees it."""

    name: str
    is_admin: bool
    has_password: bool
    accounts: tuple[str, ...]
    sessions: int
    tokens: int


@dataclass(frozen=True, slots=True)
class TokenRow:
    """One API token as an operator sees it. `key` is the beginning of its hash, in hex."""

    key: str
    viewer: str
    label: str
    scopes: tuple[Scope, ...]
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None


def insert_viewer(connection: Connection, name: str, is_admin: bool, password_hash: str | None) -> None:
    """Add a user. Raises ViewerRefused if there is one of this name."""
    params = {"name": name, "is_admin": is_admin, "password_hash": password_hash}
    if connection.execute(text(_INSERT), params).rowcount == 0:
        raise ViewerRefused(f"there is a user {name!r} already: remove it first, or choose another name")


def delete_viewer(connection: Connection, name: str) -> None:
    """Remove a user with all sessions and tokens. Raises ViewerRefused."""
    if connection.execute(text("DELETE FROM viewer WHERE name = :name"), {"name": name}).rowcount == 0:
        raise unknown_viewer(name)


def set_password(connection: Connection, name: str, password_hash: str) -> None:
    """Change a password. Every session of the user ends. Raises ViewerRefused."""
    params = {"name": name, "password_hash": password_hash}
    changed = connection.execute(text("UPDATE viewer SET password_hash = :password_hash WHERE name = :name"), params)
    if changed.rowcount == 0:
        raise unknown_viewer(name)
    end_sessions_of(connection, name)


def set_accounts(connection: Connection, name: str, accounts: Collection[str]) -> None:
    """Replace the accounts that a user may see. Raises ViewerRefused for an unknown user or account."""
    require_viewer(connection, name)
    rows = connection.execute(text("SELECT id, name FROM account WHERE name = ANY(:names)"), {"names": list(accounts)})
    ids = {row.name: row.id for row in rows}
    if missing := sorted(set(accounts) - ids.keys()):
        raise ViewerRefused(f"there is no account {missing[0]!r}: accounts appear when the refresher has started")
    connection.execute(text("DELETE FROM viewer_account WHERE viewer = :name"), {"name": name})
    for account_id in ids.values():
        connection.execute(text(_INSERT_ACCOUNT), {"viewer": name, "account_id": account_id})


def read_viewers(connection: Connection) -> Sequence[ViewerRow]:
    """All users by name, without those of our own processes."""
    rows = connection.execute(text(_VIEWERS))
    return [ViewerRow(r.name, r.is_admin, r.has_password, tuple(r.accounts), r.sessions, r.tokens) for r in rows]


def insert_api_token(
    connection: Connection, token_hash: bytes, name: str, label: str, scopes: Iterable[Scope], days: int | None
) -> None:
    """Write a token of a user. Raises ViewerRefused."""
    require_viewer(connection, name)
    values = [scope.value for scope in scopes]
    params = {"hash": token_hash, "viewer": name, "label": label, "scopes": values, "days": days}
    connection.execute(text(_INSERT_API_ROW), params)


def revoke_api_token(connection: Connection, key: str) -> TokenRow:
    """Revoke the token whose hash begins with `key`. Raises ViewerRefused if that is not exactly one."""
    matching = [token for token in read_api_tokens(connection) if token.key.startswith(key.lower())]
    if len(matching) != 1:
        raise ViewerRefused(f"{len(matching)} tokens begin with {key!r}: python -m refresher token list shows them")
    connection.execute(text(_REVOKE), {"key": matching[0].key})
    return matching[0]


def read_api_tokens(connection: Connection, viewer: str | None = None) -> Sequence[TokenRow]:
    """The valid tokens, of one user or of all."""
    return [
        TokenRow(r.key, r.viewer, r.label, tuple(map(Scope, r.scopes)), r.created_at, r.expires_at, r.used_at)
        for r in connection.execute(text(_API_ROWS), {"viewer": viewer})
    ]


def require_viewer(connection: Connection, name: str) -> None:
    """Raise ViewerRefused if there is no such user."""
    if connection.execute(text("SELECT FROM viewer WHERE name = :name"), {"name": name}).first() is None:
        raise unknown_viewer(name)


def unknown_viewer(name: str) -> ViewerRefused:
    """The refusal for a user that does not exist."""
    return ViewerRefused(f"there is no user {name!r}: python -m refresher user list shows all")


_INSERT = """
INSERT INTO viewer (name, is_admin, password_hash) VALUES (:name, :is_admin, :password_hash)
ON CONFLICT DO NOTHING
"""

_INSERT_ACCOUNT = "INSERT INTO viewer_account (account_id, viewer) VALUES (:account_id, :viewer)"

_VIEWERS = """
SELECT name, is_admin, password_hash IS NOT NULL AS has_password,
       ARRAY(SELECT account.name FROM viewer_account JOIN account ON account.id = account_id
             WHERE viewer_account.viewer = viewer.name ORDER BY 1) AS accounts,
       (SELECT count(*) FROM session
        WHERE session.viewer = viewer.name AND ended_at IS NULL AND expires_at > now()) AS sessions,
       (SELECT count(*) FROM api_token
        WHERE api_token.viewer = viewer.name AND revoked_at IS NULL
          AND (expires_at IS NULL OR expires_at > now())) AS tokens
FROM viewer WHERE name NOT LIKE '(%' ORDER BY name
"""

_INSERT_API_ROW = """
INSERT INTO api_token (token_hash, viewer, label, scopes, expires_at)
VALUES (:hash, :viewer, :label, :scopes, now() + make_interval(days => CAST(:days AS integer)))
"""

_API_ROWS = """
SELECT encode(token_hash, 'hex') AS key, viewer, label, scopes, created_at, expires_at, used_at
FROM api_token
WHERE revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())
  AND (CAST(:viewer AS text) IS NULL OR viewer = :viewer)
ORDER BY viewer, created_at
"""

_REVOKE = "UPDATE api_token SET revoked_at = now() WHERE token_hash = decode(:key, 'hex')"
