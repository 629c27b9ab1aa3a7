"""The refresher with a clock that a test moves: CHAOS_CLOCK names a file with the seconds it is ahead."""

import os
import sys
from datetime import datetime, timedelta
from pathlib import Path

from exchanges.connection.clock import Clock
from refresher.__main__ import main

FILE = Path(os.environ["CHAOS_CLOCK"])
honest_moment = Clock.moment


def ahead() -> timedelta:
    return timedelta(seconds=float(FILE.read_text() or 0))


def moment(clock: Clock) -> datetime:
    return honest_moment(clock) + ahead()


if __name__ == "__main__":
    Clock.moment = moment  # type: ignore[assignment, method-assign]
    sys.exit(main())
