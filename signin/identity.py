"""Identity: who sent a request. The answers of the database are shared by the routes and by the gate."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from db.outages import DatabaseUnavailable
from domain.viewers import Viewer
from signin.store import NotEnforced, Store

Found = TypeVar("Found")

# Few: a question takes a millisecond. Each password takes 64 MB and 50 ms of a thread.
THREADS = 4
# During an outage of the database a session that was valid this recently still opens pages, which then show what the
# process has cached. A session cannot be revoked meanwhile, because it would be revoked in that database.
GRACE_SECONDS = 900.0
REMEMBERED = 10_000


class Identity:
    """Asks the store in threads of its own, so that the event loop never waits."""

    def __init__(self, store: Store, clock: Callable[[], float] = time.monotonic) -> None:
        self.store = store
        self._clock = clock
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="sign-in")
        self._seen: OrderedDict[bytes, tuple[Viewer, float]] = OrderedDict()

    async def ask(self, question: Callable[[Store], Found]) -> Found:
        """The answer of the store. Raises DatabaseUnavailable."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, question, self.store)

    async def viewer_of_session(self, session: bytes) -> Viewer | None:
        """The user of a session, also during a short outage. Raises DatabaseUnavailable if it was not seen lately."""
        try:
            viewer = await self.ask(lambda store: store.viewer_of_session(session))
        except NotEnforced:
            raise
        except DatabaseUnavailable:
            viewer, seen_at = self._seen.get(session, (None, 0.0))
            if viewer is None or self._clock() - seen_at > GRACE_SECONDS:
                raise
            return viewer
        self._remember(session, viewer)
        return viewer

    def forget(self, session: bytes) -> None:
        """A session has ended: no grace for it."""
        self._seen.pop(session, None)

    def close(self) -> None:
        """Close threads and connections."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self.store.close()

    def _remember(self, session: bytes, viewer: Viewer | None) -> None:
        self._seen.pop(session, None)
        if viewer is not None:
            self._seen[session] = (viewer, self._clock())
            while len(self._seen) > REMEMBERED:
                self._seen.popitem(last=False)
