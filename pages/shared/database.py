"""Database: questions of the pages, asked in threads so that no page ever waits longer than it said it would."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotInTime
from threading import Lock
from typing import TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from db.embedded import EmbeddedPostgresError
from db.engine import DatabaseConfigurationError

Found = TypeVar("Found")
Question = Callable[[Connection], Found]

THREADS = 6
# What a page waits for a large account; the reader's statement time-out ends each single query before that.
PATIENT_SECONDS = 8.0

_NOT_MIGRATED = ("42P01", "42703")


class DatabaseUnavailable(Exception):
    """The database gave no answer; the message says so in words that any viewer may see."""


class Database:
    """Asks the database on behalf of all sessions. It opens its engine at the first question and can always try again.

    A thread whose database hangs is left to its time-outs; the bound on threads keeps it from piling up.
    """

    def __init__(self, open_engine: Callable[[], Engine]) -> None:
        self._open_engine = open_engine
        self._engine: Engine | None = None
        self._opening = Lock()
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="page-reading")

    def ask(self, question: Question[Found], seconds: float = PATIENT_SECONDS) -> Found:
        """The answer to a question. Raises DatabaseUnavailable when there is none within `seconds`."""
        asked = self.begin(question)
        try:
            return asked.result(seconds)
        except NotInTime as error:
            asked.cancel()
            raise DatabaseUnavailable(f"the database did not answer within {seconds:g} s") from error

    def begin(self, question: Question[Found]) -> Future[Found]:
        """Ask without waiting."""
        return self._threads.submit(self._answer, question)

    def engine(self) -> Engine:
        """The engine of the reader's role, opened once."""
        with self._opening:
            if self._engine is None:
                self._engine = self._open_engine()
            return self._engine

    def _answer(self, question: Question[Found]) -> Found:
        try:
            with self.engine().connect() as connection:
                return question(connection)
        except (DatabaseConfigurationError, EmbeddedPostgresError) as error:
            raise DatabaseUnavailable("the database cannot be used as it is set up, see the server's log") from error
        except PoolTimeout as error:
            raise DatabaseUnavailable("all connections to the database are busy") from error
        except ProgrammingError as error:
            if getattr(error.orig, "pgcode", None) not in _NOT_MIGRATED:
                raise
            raise DatabaseUnavailable("the database has not been set up yet: start the refresher") from error
        except DBAPIError as error:
            if not isinstance(error, OperationalError) and not error.connection_invalidated:
                raise
            raise DatabaseUnavailable(_plain_words(error)) from error


def _plain_words(error: DBAPIError) -> str:
    match getattr(error.orig, "pgcode", None):
        case "57014":
            return "the database took too long to answer"
        case "57P01" | "57P02" | "57P03":
            return "the database is stopping or starting"
        case _:
            return "the database cannot be reached"
