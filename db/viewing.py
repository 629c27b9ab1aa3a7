"""The token of the viewer that a thread reads for. Row-level security decides by it what the reader sees.

Postgres forgets the token with the transaction. Without a token the reader sees no account, unless sign-in is off.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from sqlalchemy import Connection

from db.row_security import TOKEN

_token: ContextVar[str | None] = ContextVar("stillframe_token", default=None)

# pg_stat_activity shows the beginning of the statements of a login to its other sessions. The token stands behind it.
_SHOWN_BYTES = "SELECT setting::int FROM pg_settings WHERE name = 'track_activity_query_size'"


@contextmanager
def viewing(token: str | None) -> Iterator[None]:
    """Read for the viewer with this token. A context variable: hand the context on to other threads."""
    previous = _token.set(token)
    try:
        yield
    finally:
        _token.reset(previous)


def current_token() -> str | None:
    """The token that this context reads with."""
    return _token.get()


def show_token(connection: Connection) -> None:
    """Set the token of this context for the transaction that begins."""
    token = _token.get()
    if token is None:
        return
    cursor: Any = connection.connection.cursor()
    if "shown_bytes" not in connection.info:
        cursor.execute(_SHOWN_BYTES)
        connection.info["shown_bytes"] = cursor.fetchone()[0]
    cursor.execute(f"/*{'.' * connection.info['shown_bytes']}*/ SELECT set_config('{TOKEN}', %s, true)", (token,))
    cursor.close()
