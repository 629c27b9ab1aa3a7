"""Store: what sign-in reads and writes, by the database login of the sign-in layer. It reads no account data."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from hashlib import sha256
from threading import Lock

from sqlalchemy import Connection, Engine, text

from db.outages import DatabaseUnavailable, translate_outages
from db.reads.sign_in import read_api_token, read_mode, read_password, read_session
from db.settings import MODE
from db.writes.audit import Action, insert_audit
from db.writes.sessions import end_session, extend_sessions, insert_session, live_sessions
from db.writes.sign_in_attempts import Attempts, count_attempts, forgive_attempts, insert_attempt
from domain.viewers import Viewer
from signin.limits import ATTEMPTS_WITHIN, are_too_many
from signin.settings import SignInSettings


class NotEnforced(DatabaseUnavailable):
    """The database would show every row to anybody."""


class Store:
    """Each method is one transaction. All raise DatabaseUnavailable."""

    def __init__(self, open_engine: Callable[[], Engine], settings: SignInSettings) -> None:
        self._open_engine = open_engine
        self._settings = settings
        self._engine: Engine | None = None
        self._opening = Lock()

    def viewer_of_session(self, session: bytes) -> Viewer | None:
        """The user of a session that has not ended. Raises NotEnforced if the database does not ask for sign-in."""
        with self._transaction() as connection:
            self._require_mode(connection)
            return read_session(connection, session)

    def viewer_of_token(self, token: bytes) -> Viewer | None:
        """The user of a valid API token, with its scopes. Raises NotEnforced."""
        with self._transaction() as connection:
            self._require_mode(connection)
            return read_api_token(connection, token)

    def password_of(self, name: str) -> str | None:
        """The stored password of a user. None if there is no such user or no password."""
        with self._transaction() as connection:
            return read_password(connection, name)

    def has_viewer(self, name: str) -> bool:
        """True if there is such a user."""
        with self._transaction() as connection:
            return _is_viewer(connection, name)

    def begin_session(self, session: bytes, name: str, address: str) -> None:
        """Write a new session with its audit row."""
        with self._transaction() as connection:
            insert_session(connection, session, name, min(self._settings.idle, self._settings.longest))
            insert_audit(connection, Action.SIGNED_IN, name, address, self._settings.mode.value)

    def begin_own_session(self, session: bytes, name: str, lasts: timedelta) -> None:
        """Write a session of this process, without an audit row. Raises NotEnforced."""
        with self._transaction() as connection:
            self._require_mode(connection)
            insert_session(connection, session, name, lasts)

    def end_session(self, session: bytes, address: str) -> None:
        """End a session, with its audit row."""
        with self._transaction() as connection:
            viewer = end_session(connection, session)
            if viewer is not None:
                insert_audit(connection, Action.SIGNED_OUT, viewer, address)

    def live_sessions(self, sessions: frozenset[bytes], active: Iterable[bytes]) -> frozenset[bytes]:
        """Those of these sessions that have not ended. The active ones are extended first."""
        with self._transaction() as connection:
            extend_sessions(connection, active, self._settings.idle, self._settings.longest)
            return live_sessions(connection, sessions)

    def may_attempt(self, name: str, address: str) -> bool:
        """Count one more attempt to sign in. False if there were too many lately.

        The attempt is written before it is counted, so that parallel attempts cannot pass together.
        """
        with self._transaction() as connection:
            counted_name = _counted_name(connection, name)
            if are_too_many(count_attempts(connection, counted_name, address, ATTEMPTS_WITHIN), 1):
                return False
            insert_attempt(connection, counted_name, address)
        with self._transaction() as connection:
            attempts: Attempts = count_attempts(connection, counted_name, address, ATTEMPTS_WITHIN)
            if are_too_many(attempts, 0):
                insert_audit(connection, Action.REFUSED, counted_name, address, "too many attempts")
                return False
        return True

    def note_wrong_password(self, name: str, address: str) -> None:
        """Write the audit row of a wrong password."""
        with self._transaction() as connection:
            insert_audit(connection, Action.REFUSED, _counted_name(connection, name), address, "wrong password")

    def note_right_password(self, name: str, address: str) -> None:
        """Earlier failures of this user from this address no longer count."""
        with self._transaction() as connection:
            forgive_attempts(connection, name, address)

    def note_stranger(self, name: str, address: str) -> None:
        """Write the audit row of somebody whom the provider knows and Stillframe does not."""
        with self._transaction() as connection:
            insert_audit(connection, Action.REFUSED, name[:200], address, "no such user")

    def close(self) -> None:
        """Close the connections."""
        if self._engine is not None:
            self._engine.dispose()

    def _require_mode(self, connection: Connection) -> None:
        if read_mode(connection) == "off":
            setting = f"{MODE}={self._settings.mode.value}"
            raise NotEnforced(f"the database does not ask for sign-in yet: start the refresher with {setting}")

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        with translate_outages(), self._opened().begin() as connection:
            yield connection

    def _opened(self) -> Engine:
        with self._opening:
            if self._engine is None:
                self._engine = self._open_engine()
            return self._engine


def _is_viewer(connection: Connection, name: str) -> bool:
    return connection.execute(text("SELECT FROM viewer WHERE name = :name"), {"name": name}).first() is not None


def _counted_name(connection: Connection, name: str) -> str:
    """The name to count by. Unknown names are digests, because people type passwords into the wrong field."""
    return name if _is_viewer(connection, name) else f"unknown {sha256(name.encode()).hexdigest()[:16]}"
