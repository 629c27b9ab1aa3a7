"""History: the sources that are read page by page beside the refreshes, and how far each has been read."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.sources import FailureKind, Source

# Deposits and withdrawals are requested once in this many history intervals at most, even if balances change all the
# time: they are rare, and their requests are slow.
TRANSFERS_EVERY = 5
# An account without changes is still asked for its whole history once in this many intervals.
CONFIRM_EVERY = 10
# A history run ends after this long. The next run continues where it stopped.
LONGEST_RUN = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class TimeRange:
    """The time range [since, until)."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class HistoryState:
    """How far one history source of one account has been read, and whether it fails now.

    `complete_range` is the time range from which all rows that the exchange returns are stored. None before the first
    page. `as_of` is the time of the last success. The error fields describe a failure that lasts. They are None while
    the source works.
    """

    source: Source
    complete_range: TimeRange | None
    as_of: datetime | None
    failing_since: datetime | None = None
    failures: int = 0
    error_kind: FailureKind | None = None
    error: str | None = None
    error_at: datetime | None = None
    next_attempt_at: datetime | None = None
    unreadable_rows: int = 0
