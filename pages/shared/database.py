"""Database: queries of the pages. They run in threads, so that no page waits longer than its limit."""

import logging
from collections.abc import Callable
from concurrent.futures import TimeoutError as NotInTime
from threading import Lock
from typing import TypeVar

from sqlalchemy import Connection, Engine

from db.load import watch_threads
from db.outages import Busy, DatabaseUnavailable, translate_outages
from db.query_threads import Query, QueryThreads
from db.viewing import viewing

__all__ = ["Busy", "Database", "DatabaseUnavailable", "Loading", "NotUnderstood", "Question", "SightChanged"]

Found = TypeVar("Found")
Question = Callable[[Connection], Found]

log = logging.getLogger("stillframe.pages")


class SightChanged(DatabaseUnavailable):
    """The session ended, or its viewer may see other accounts now. No outage: the next run asks again."""


class Loading(DatabaseUnavailable):
    """The first query of this process is still under way. Nothing is known of the database yet."""


# A process that has just started may take this long for its first answer. A refused connection counts at once.
LOADING_SECONDS = 10.0
LOADING_WORDS = "the first figures are being read"

THREADS = 6
# As many queries of all sessions wait for a thread. Further ones are refused as busy at once.
MOST_WAITING = 60
# The time limit for a large account. The reader's statement time-out ends each single query earlier.
PATIENT_SECONDS = 8.0


class NotUnderstood(DatabaseUnavailable):
    """The database answered, but this one question or its rows failed. Other questions may still be answered."""


class Database:
    """Runs queries on behalf of all sessions. It opens its engine at the first query and can always retry.

    A thread with a hanging database ends by its time-outs. The limit on threads keeps them from piling up.
    """

    def __init__(self, open_engine: Callable[[], Engine], credential: Callable[[], str | None] = lambda: None) -> None:
        self._open_engine = open_engine
        self._credential = credential
        self._engine: Engine | None = None
        self._opening = Lock()
        self._threads = QueryThreads(THREADS, MOST_WAITING, "page-reading")
        watch_threads(self._threads.pool, "pages")

    def ask(self, question: Question[Found], seconds: float | None = None) -> Found:
        """Run a query. Raises DatabaseUnavailable without a result within `seconds`, as Busy if no thread was free."""
        seconds = PATIENT_SECONDS if seconds is None else seconds
        query = self.begin(question)
        try:
            return query.future.result(seconds)
        except NotInTime as error:
            raise query.not_in_time(seconds) from error

    def begin(self, question: Question[Found]) -> Query[Found]:
        """Start a query without waiting. It reads what the viewer of the calling thread may see.

        Raises Busy if too many wait already.
        """
        credential = self._credential()
        return self._threads.begin(lambda: self._answer(question, credential))

    def engine(self) -> Engine:
        """The engine of the read-only role, opened once."""
        with self._opening:
            if self._engine is None:
                self._engine = self._open_engine()
            return self._engine

    def _answer(self, question: Question[Found], credential: str | None) -> Found:
        try:
            with viewing(credential), translate_outages(), self.engine().connect() as connection:
                return question(connection)
        except DatabaseUnavailable:
            raise
        except Exception as error:
            log.exception("a query of the pages failed")
            raise NotUnderstood("these data could not be read, see the server's log") from error
