"""History: what is asked page by page at its own pace, and of which stretch of time everything is known."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.sources import FailureKind, Source

# Deposits and withdrawals are asked in every so many runs: they are few, and their calls are slow.
TRANSFERS_EVERY = 5
# A run that meets much to read ends after this long and goes on in the next one.
LONGEST_RUN = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class TimeRange:
    """A stretch of time [since, until)."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class HistoryState:
    """How one source of history of one account stands.

    `known` is the stretch of which everything the exchange tells was read and kept; None before the first page. `as_of`
    is the moment of the last success. The error fields describe the present failure, None while all is well.
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
