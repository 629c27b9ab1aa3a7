"""The database for commands: its engines, the schema upgrade, and retries while it is unavailable."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Engine

from db.engine import database_settings, owner_engine, writer_engine
from db.stopping import Stop, Stopped
from db.upgrade import upgrade
from db.writes.sign_in_mode import write_sign_in_mode
from logs.lines import log
from refresher.process.database_watch import AWAY, DatabaseWatch

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 10.0

Opened = TypeVar("Opened")


@dataclass(frozen=True, slots=True)
class WriterAccess:
    """The engines of this process. `leases` keeps one connection for the life of the process."""

    writer: Engine
    leases: Engine
    upgrade: Callable[[], None]


@contextmanager
def open_database() -> Iterator[WriterAccess]:
    """The engines of this process. They are closed at the end."""
    writer, held = writer_engine(), writer_engine(pool_size=1)
    try:
        yield WriterAccess(writer, held, _upgrade)
    finally:
        held.dispose()
        writer.dispose()


def _upgrade() -> None:
    owner = owner_engine()
    try:
        upgrade(owner, report=log().info)
        write_sign_in_mode(owner, database_settings().sign_in)
    finally:
        owner.dispose()


def prepared(
    database: WriterAccess, stop: Stop, open_: Callable[[], Opened], beat: Callable[[], None] = lambda: None
) -> Opened:
    """Upgrade the schema and run `open_`, with growing pauses while the database is unavailable.

    Call it in the main thread. `beat` is called before each try. Raises Stopped when the process is asked to end.
    """
    watch, pause = DatabaseWatch(), FIRST_PAUSE_SECONDS
    while not stop.requested:
        beat()
        try:
            database.upgrade()
            opened = open_()
        except AWAY as error:
            watch.lost(error)
            stop.wait_in_main(random.uniform(pause / 2, pause))  # noqa: S311 - spreads retries, keeps no secret
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
        else:
            watch.answered()
            return opened
    raise Stopped
