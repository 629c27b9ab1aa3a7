"""Clock: the present moment of the jobs, from the one clock that a test can move."""

from datetime import datetime

from exchanges.connection.clock import Clock

_clock = Clock()


def utc_now() -> datetime:
    """The present moment, aware UTC."""
    return _clock.moment()
