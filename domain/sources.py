"""Sources: the things asked of an exchange for an account, each of which succeeds or fails by itself."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Generic, TypeVar

Row = TypeVar("Row", covariant=True)


class SourceKind(StrEnum):
    """What is asked for."""

    BALANCES = "balances"
    POSITIONS = "positions"
    ORDERS = "orders"  # orders that rest in the book
    TRIGGERS = "triggers"  # orders that wait for a price, and the legs of order groups
    PRICES = "prices"
    FILLS = "fills"
    TRANSFERS = "transfers"
    ENDINGS = "endings"  # how orders ended that left the open list


class Source(str):
    """One thing asked of an exchange for an account: a kind, or one of the calls that together make up a kind.

    Its name is the kind ("orders") or the kind with the call ("triggers:linear"). There is one object for each name, so
    that sources may be compared by identity. Raises ValueError for a name of no kind.
    """

    kind: SourceKind
    part: str | None  # which of several calls; None where the kind is one call

    BALANCES: ClassVar["Source"]
    POSITIONS: ClassVar["Source"]
    ORDERS: ClassVar["Source"]
    TRIGGERS: ClassVar["Source"]
    PRICES: ClassVar["Source"]
    FILLS: ClassVar["Source"]
    TRANSFERS: ClassVar["Source"]
    ENDINGS: ClassVar["Source"]
    _known: ClassVar[dict[str, "Source"]] = {}

    def __new__(cls, name: str) -> "Source":
        known = cls._known.get(name)
        if known is not None:
            return known
        source = super().__new__(cls, name)
        kind, _, part = name.partition(":")
        source.kind, source.part = SourceKind(kind), part or None
        return cls._known.setdefault(str(source), source)

    @classmethod
    def of(cls, kind: SourceKind, part: str | None = None) -> "Source":
        """The source of a kind, or of one of its calls."""
        return cls(kind if part is None else f"{kind}:{part}")

    def __reduce__(self) -> tuple[type["Source"], tuple[str]]:
        """Copies are the same object."""
        return Source, (str(self),)


Source.BALANCES = Source("balances")
Source.POSITIONS = Source("positions")
Source.ORDERS = Source("orders")
Source.TRIGGERS = Source("triggers")
Source.PRICES = Source("prices")
Source.FILLS = Source("fills")
Source.TRANSFERS = Source("transfers")
Source.ENDINGS = Source("endings")

ORDER_KINDS = (SourceKind.ORDERS, SourceKind.TRIGGERS)
# What is asked for at its own pace, page by page: what was learned of it stays, whatever comes after.
HISTORY_KINDS = (SourceKind.FILLS, SourceKind.TRANSFERS, SourceKind.ENDINGS)


def order_sources(sources: Iterable[Source]) -> tuple[Source, ...]:
    """Those that list open orders."""
    return tuple(source for source in sources if source.kind in ORDER_KINDS)


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
    def is_complete(self) -> bool:
        """Whether everything its last success said is known; what was never seen, or not understood, may be more."""
        return self.as_of is not None and self.unreadable_rows == 0
