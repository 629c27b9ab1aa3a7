"""CPU time of this process and of its database sessions. Other work on the machine does not change it."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.postgres import Database

_USER, _SYSTEM = 11, 12  # places in /proc/<pid>/stat after the name of the program


class Spent:
    """The CPU seconds of a block, known after it."""

    seconds: float = 0.0


@contextmanager
def cpu_spent(database: Database) -> Iterator[Spent]:
    """Measure a block. The sessions of the database must be open before it."""
    spent, began = Spent(), _now(database)
    yield spent
    spent.seconds = _now(database) - began


def _now(database: Database) -> float:
    with database.owner.connect() as connection:
        pids = connection.exec_driver_sql("SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend'")
        return time.process_time() + sum(_seconds(pid) for pid in pids.scalars())


def _seconds(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0  # the session has ended
    return (int(fields[_USER]) + int(fields[_SYSTEM])) / os.sysconf("SC_CLK_TCK")
