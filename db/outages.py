"""Outages: database errors as messages that viewers and API clients may see."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from db.embedded import EmbeddedPostgresError
from db.settings import DatabaseConfigurationError

# SQLSTATE classes caused by our statement or data, not by the state of the database.
_OWN_FAULTS = ("22", "23", "42")
# Exceptions: no such table, no such column, no permission. These occur during a restore, before grants are made.
_OUTAGES = ("42P01", "42703", "42501")


class DatabaseUnavailable(Exception):
    """The database did not answer. The message holds nothing secret, so any viewer or client may see it."""


class Busy(DatabaseUnavailable):
    """Too many queries at the same time. The database answers, so the same query succeeds a little later."""


@contextmanager
def translate_outages() -> Iterator[None]:
    """Turn errors of an outage into DatabaseUnavailable. Other errors pass unchanged."""
    try:
        yield
    except (DatabaseConfigurationError, EmbeddedPostgresError) as error:
        raise DatabaseUnavailable("the database cannot be used as it is set up, see the server's log") from error
    except PoolTimeout as error:
        raise Busy("all connections to the database are in use. Try again in a few seconds") from error
    except DBAPIError as error:
        code = getattr(error.orig, "pgcode", None) or ""
        if code.startswith(_OWN_FAULTS) and code not in _OUTAGES and not error.connection_invalidated:
            raise
        raise DatabaseUnavailable(_outage_message(code or _refused_login(str(error.orig)))) from error


def _refused_login(message: str) -> str:
    """The SQLSTATE of a refused login, "" for other errors. psycopg2 states none for a failed connection."""
    if 'FATAL:  role "' in message and "does not exist" in message:
        return "42P01"  # roles are made with the tables
    return "28P01" if "authentication failed" in message or "no pg_hba.conf entry" in message else ""


def _outage_message(code: str) -> str:
    match code:
        case "57014":
            return "the database took too long to answer"
        case "57P01" | "57P02" | "57P03":
            return "the database is stopping or starting"
        case "42P01" | "42703":
            return "the database has not been set up yet: start the refresher"
        case "28P01":
            return "the database refused the login of this process, see the server's log"
        case "42501":
            return "the database refuses permission, see the server's log"
        case _ if code and not code.startswith("08"):
            return "the database answered with an error, see the server's log"
        case _:
            return "the database cannot be reached"
