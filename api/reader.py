"""Reader: runs database queries in its own threads, so that the event loop never waits for one."""

import asyncio
import logging
from collections.abc import Callable
from threading import Lock
from typing import TypeVar

from sqlalchemy import Connection, Engine

from db.load import watch_threads
from db.outages import Busy, DatabaseUnavailable, translate_outages
from db.query_threads import QueryThreads
from db.viewing import viewing

__all__ = ["PATIENT_SECONDS", "Busy", "DatabaseUnavailable", "Reader"]

Found = TypeVar("Found")
log = logging.getLogger("stillframe.api")

# Few, so that polling clients cannot take the connections of the pages.
THREADS = 4
# As many requests wait for a thread. Further ones are refused as busy at once.
MOST_WAITING = 16
# A healthy database answers the small first query of a request within this time.
PROMPT_SECONDS = 1.6
# The time limit for a large account. The reader's statement time-out ends each single query earlier.
PATIENT_SECONDS = 10.0


class Reader:
    """Runs queries for the routes. It opens its engine at the first query and can always retry.

    A query without a limit of its own may take `prompt_seconds`.
    """

    def __init__(self, open_engine: Callable[[], Engine], prompt_seconds: float = PROMPT_SECONDS) -> None:
        self._open_engine = open_engine
        self._prompt_seconds = prompt_seconds
        self._engine: Engine | None = None
        self._opening = Lock()
        self._threads = QueryThreads(THREADS, MOST_WAITING, "api-reading")
        watch_threads(self._threads.pool, "api")
        self._is_well = True

    async def ask(
        self, query: Callable[[Connection], Found], seconds: float | None = None, *, credential: str | None = None
    ) -> Found:
        """Run a query for the viewer with this credential.

        Raises DatabaseUnavailable without a result within `seconds`, as Busy if no thread was free.

        A thread with a hanging database ends by its time-outs. The limit on threads keeps them from piling up.
        """
        seconds = self._prompt_seconds if seconds is None else seconds
        try:
            running = self._threads.begin(lambda: self._run(query, credential))
            try:
                result = await asyncio.wait_for(asyncio.wrap_future(running.future), seconds)
            except TimeoutError as error:
                raise running.not_in_time(seconds) from error
        except DatabaseUnavailable as error:
            self._note(error)
            raise
        self._is_well = True
        return result

    def close(self) -> None:
        """Close threads and connections."""
        self._threads.close()
        if self._engine is not None:
            self._engine.dispose()

    def _run(self, query: Callable[[Connection], Found], credential: str | None) -> Found:
        with viewing(credential), translate_outages(), self._opened().connect() as connection:
            return query(connection)

    def _opened(self) -> Engine:
        with self._opening:
            if self._engine is None:
                self._engine = self._open_engine()
            return self._engine

    def _note(self, error: BaseException) -> None:
        """Log the first failure, not every poll. The cause's first line names the address. Clients never see it."""
        if self._is_well:
            cause = error.__cause__ if error.__cause__ is not None else error
            log.warning("%s: %s", error, str(getattr(cause, "orig", cause)).strip().partition("\n")[0])
        self._is_well = False
