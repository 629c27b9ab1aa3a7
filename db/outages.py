"""Outages: what a database that gives no answer is called, in words that anyone who looks may see."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from db.embedded import EmbeddedPostgresError
from db.settings import DatabaseConfigurationError

_NOT_MIGRATED = ("42P01", "42703")  # no such table, no such column


class DatabaseUnavailable(Exception):
    """The database gave no answer; the message says so in words that any viewer or client may see."""


@contextmanager
def outages_told() -> Iterator[None]:
    """Raise DatabaseUnavailable for what an outage of the database raises; faults of ours pass as they are."""
    try:
        yield
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
