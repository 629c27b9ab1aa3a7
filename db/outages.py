"""Outages: what a database that gives no answer is called, in words that anyone who looks may see."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from db.embedded import EmbeddedPostgresError
from db.settings import DatabaseConfigurationError

# Classes of errors that a question of ours brings about, whatever state the database is in: odd data, wrong SQL.
_FAULTS_OF_OURS = ("22", "23", "42")
# But not these: no such table, no such column, no permission (in mid-restore, before the roles have their rights).
_NOT_OURS = ("42P01", "42703", "42501")


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
    except DBAPIError as error:
        code = getattr(error.orig, "pgcode", None) or ""
        if code.startswith(_FAULTS_OF_OURS) and code not in _NOT_OURS and not error.connection_invalidated:
            raise
        raise DatabaseUnavailable(_plain_words(code)) from error


def _plain_words(code: str) -> str:
    match code:
        case "57014":
            return "the database took too long to answer"
        case "57P01" | "57P02" | "57P03":
            return "the database is stopping or starting"
        case "42P01" | "42703":
            return "the database has not been set up yet: start the refresher"
        case "42501":
            return "the database refuses permission, see the server's log"
        case _ if code and not code.startswith("08"):
            return "the database answered with an error, see the server's log"
        case _:
            return "the database cannot be reached"
