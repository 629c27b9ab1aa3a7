"""Sources: the things asked of an exchange for an account, each of which succeeds or fails by itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar

Row = TypeVar("Row", covariant=True)


class Source(StrEnum):
    """One thing asked of an exchange for an account."""

    BALANCES = "balances"
    POSITIONS = "positions"
    ORDERS = "orders"  # orders that rest in the book
    TRIGGERS = "triggers"  # orders that wait for a price, and the legs of order groups
    PRICES = "prices"
    FILLS = "fills"
    TRANSFERS = "transfers"


ORDER_SOURCES = (Source.ORDERS, Source.TRIGGERS)


class FailureKind(StrEnum):
    """Why a source failed: decides whether trying again can help, and what a person can do about it."""

    TEMPORARY = "temporary"  # network, time-out, rate limit, 5xx: trying again may help
    PERMANENT = "permanent"  # key, permission, address: trying again cannot help
    BAD_PAYLOAD = "bad_payload"  # an answer that cannot be understood
    NOT_ASKED = "not_asked"  # the circuit is open: the exchange is being asked gently


@dataclass(frozen=True, slots=True)
class Unreadable:
    """One row of an answer that could not be understood; it is shown with its payload and hides no other row."""

    error: str
    raw: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Success(Generic[Row]):
    """A source that answered; `rows` is everything there is, also when that is nothing."""

    rows: tuple[Row, ...]
    duration_ms: int = 0
    unreadable: tuple[Unreadable, ...] = ()


@dataclass(frozen=True, slots=True)
class Failure:
    """A source that did not answer, or not understandably; what was last known of it stands."""

    kind: FailureKind
    error: str  # one line in plain words, free of secrets
    duration_ms: int = 0
    next_attempt_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SourceState:
    """How one source of one account stands at a moment.

    `as_of` is the moment of its last success, None if it never succeeded: what is shown of it is that old, whatever
    happened since. The error fields describe the present failure and are None while all is well.
    """

    source: Source
    as_of: datetime | None
    carried: bool  # the last attempt did not succeed, so what was known before still stands
    failing_since: datetime | None = None
    failures: int = 0
    error_kind: FailureKind | None = None
    error: str | None = None
    error_at: datetime | None = None
    next_attempt_at: datetime | None = None
    rows: int | None = None
    unreadable_rows: int = 0  # of its last success: what they say is not known
    unreadable: tuple[Unreadable, ...] = field(default=())  # the rows themselves, told of the latest refresh only

    @property
    def is_whole(self) -> bool:
        """Whether everything its last success said is known; what was never seen, or not understood, may be more."""
        return self.as_of is not None and self.unreadable_rows == 0
