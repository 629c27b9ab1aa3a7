"""OwnSession: the web process reads as a user of its own, for the warm-up and for readiness."""

import time
from collections.abc import Callable
from datetime import timedelta
from threading import Lock

from db.credentials import new_token, token_hash
from domain.viewers import OWN_NAME
from signin.settings import SignInSettings
from signin.store import Store

LASTS = timedelta(hours=1)
# Looked at again after this time, and replaced when half of its life is over or somebody ended it.
LOOK_SECONDS = 30.0


class OwnSession:
    """The token never leaves the process."""

    def __init__(self, store: Store, settings: SignInSettings, clock: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._settings = settings
        self._clock = clock
        self._lock = Lock()
        self._token: str | None = None
        self._begun_at = float("-inf")
        self._looked_at = float("-inf")

    def token(self) -> str | None:
        """A valid token, None if sign-in is off. Raises DatabaseUnavailable."""
        if not self._settings.is_on:
            return None
        with self._lock:
            now = self._clock()
            if now - self._looked_at >= LOOK_SECONDS:
                if not self._is_valid(now):
                    token = new_token()
                    self._store.begin_own_session(token_hash(token), OWN_NAME, LASTS)
                    self._token, self._begun_at = token, now
                self._looked_at = now
            return self._token

    def _is_valid(self, now: float) -> bool:
        is_young = now - self._begun_at < LASTS.total_seconds() / 2
        return (
            self._token is not None and is_young and self._store.viewer_of_session(token_hash(self._token)) is not None
        )
