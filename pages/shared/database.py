"""Database: queries of the pages. They run in threads, so that no page waits longer than its limit."""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotInTime
from threading import Lock
from typing import TypeVar

from sqlalchemy import Connection, Engine

from db.outages import DatabaseUnavailable, translate_outages

__all__ = ["Database", "DatabaseUnavailable", "NotUnderstood", "Question"]

Found = TypeVar("Found")
Question = Callable[[Connection], Found]

log = logging.getLogger("stillframe.pages")

THREADS = 6
# The time limit for a large account. The reader's statement time-out ends each single query earlier.
PATIENT_SECONDS = 8.0


class NotUnderstood(DatabaseUnavailable):
    """The database answered, but this one question or its rows failed. Other questions may still be answered."""


class Database:
    """Runs queries on behalf of all sessions. It opens its engine at the first query and can always retry.

    A thread with a hanging database ends by its time-outs. The limit on threads keeps them from piling up.
    """

    def __init__(self, open_engine: Callable[[], Engine]) -> None:
        self._open_engine = open_engine
        self._engine: Engine | None = None
        self._opening = Lock()
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="page-reading")

    def ask(self, question: Question[Found], seconds: float = PATIENT_SECONDS) -> Found:
        """Run a query. Raises DatabaseUnavailable if there is no result within `seconds`."""
        future = self.begin(question)
        try:
            return future.result(seconds)
        except NotInTime as error:
            future.cancel()
            raise DatabaseUnavailable(f"the database did not answer within {seconds:g} s") from error

    def begin(self, question: Question[Found]) -> Future[Found]:
        """Start a query without waiting."""
        return self._threads.submit(self._answer, question)

    def engine(self) -> Engine:
        """The engine of the read-only role, opened once."""
        with self._opening:
            if self._engine is None:
                self._engine = self._open_engine()
            return self._engine

    def _answer(self, question: Question[Found]) -> Found:
        try:
            with translate_outages(), self.engine().connect() as connection:
                return question(connection)
        except DatabaseUnavailable:
            raise
        except Exception as error:
            log.exception("a query of the pages failed")
            raise NotUnderstood("these data could not be read, see the server's log") from error
