"""Read and write how far the past of a venue is thinned out."""

from datetime import datetime, timedelta

from sqlalchemy import Engine, text


def read_thinned_until(engine: Engine, venue: str, step: timedelta) -> datetime | None:
    """The end of the days that are thinned out to `step`. None before the first."""
    with engine.connect() as connection:
        until: datetime | None = connection.execute(text(_UNTIL), _key(venue, step)).scalar()
    return until


def write_thinned_until(engine: Engine, venue: str, step: timedelta, until: datetime) -> None:
    """Record that the days before `until` are thinned out to `step`."""
    with engine.begin() as connection:
        connection.execute(text(_WRITE), {**_key(venue, step), "until": until})


def _key(venue: str, step: timedelta) -> dict[str, object]:
    return {"venue": venue, "seconds": int(step.total_seconds())}


_UNTIL = "SELECT until FROM thinning WHERE exchange = :venue AND step_seconds = :seconds"

_WRITE = """
INSERT INTO thinning (exchange, step_seconds, until)
VALUES (:venue, :seconds, :until)
ON CONFLICT (exchange, step_seconds) DO UPDATE SET until = :until
"""
