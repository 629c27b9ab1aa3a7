"""Sources: the lists that are requested from an exchange for an account. Each succeeds or fails by itself."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Generic, TypeVar

Row = TypeVar("Row", covariant=True)


class SourceKind(StrEnum):
    """The kind of rows that a source returns."""

    BALANCES = "balances"
    POSITIONS = "positions"
    ORDERS = "orders"  # orders resting in the book
    TRIGGERS = "triggers"  # orders waiting for a price, and the legs of order groups
    PRICES = "prices"
    FILLS = "fills"
    TRANSFERS = "transfers"
    ENDINGS = "endings"  # how orders ended that are no longer open


class Source(str):
    """One list requested from an exchange: all rows of a kind, or those of one of several requests for a kind.

    Its name is the kind ("orders"), or the kind and the request ("triggers:linear"). There is one object for each name,
    so sources can be compared by identity. Raises ValueError for a name of an unknown kind.
    """

    kind: SourceKind
    part: str | None  # which of several requests. None: one request returns the entire kind

    BALANCES: ClassVar["Source"]
    POSITIONS: ClassVar["Source"]
    ORDERS: ClassVar["Source"]
    TRIGGERS: ClassVar["Source"]
    PRICES: ClassVar["Source"]
    FILLS: ClassVar["Source"]
    TRANSFERS: ClassVar["Source"]
    ENDINGS: ClassVar["Source"]
    _by_name: ClassVar[dict[str, "Source"]] = {}

    def __new__(cls, name: str) -> "Source":
        existing = cls._by_name.get(name)
        if existing is not None:
            return existing
        source = super().__new__(cls, name)
        kind, _, request = name.partition(":")
        source.kind, source.part = SourceKind(kind), request or None
        return cls._by_name.setdefault(str(source), source)

    @classmethod
    def of(cls, kind: SourceKind, part: str | None = None) -> "Source":
        """The source of a kind, or of one of its requests."""
        return cls(kind if part is None else f"{kind}:{part}")

    def __reduce__(self) -> tuple[type["Source"], tuple[str]]:
        """Copying and unpickling return the same object."""
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
# Sources read incrementally in pages. Their rows are never retracted.
HISTORY_KINDS = (SourceKind.FILLS, SourceKind.TRANSFERS, SourceKind.ENDINGS)


def order_sources(sources: Iterable[Source]) -> tuple[Source, ...]:
    """The sources that list open orders."""
    return tuple(source for source in sources if source.kind in ORDER_KINDS)


class FailureKind(StrEnum):
    """Why a source failed. It decides whether to retry, and the advice to the user."""

    TEMPORARY = "temporary"  # network, time-out, rate limit, 5xx: a retry may help
    PERMANENT = "permanent"  # key, permission, address: a retry cannot help
    BAD_PAYLOAD = "bad_payload"  # a response that cannot be parsed
    NOT_ASKED = "not_asked"  # the circuit breaker is open, so no request was sent


@dataclass(frozen=True, slots=True)
class Unreadable:
    """One row that could not be parsed. It is shown with its payload, and the other rows are kept."""

    error: str
    raw: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Success(Generic[Row]):
    """The rows of a successful source. They are complete: an empty tuple means that there are none."""

    rows: tuple[Row, ...]
    duration_ms: int = 0
    unreadable: tuple[Unreadable, ...] = ()


@dataclass(frozen=True, slots=True)
class Failure:
    """A source that failed. Its last known rows are carried forward."""

    kind: FailureKind
    error: str  # one line in plain words, free of secrets
    duration_ms: int = 0
    next_attempt_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SourceState:
    """The state of one source of one account at a moment.

    `as_of` is the time of its last success, and so the age of its rows. None if it never succeeded. The error fields
    describe a failure that lasts. They are None while the source works.
    """

    source: Source
    as_of: datetime | None
    carried: bool  # True if the last attempt failed, so that older rows are shown
    failing_since: datetime | None = None
    failures: int = 0
    error_kind: FailureKind | None = None
    error: str | None = None
    error_at: datetime | None = None
    next_attempt_at: datetime | None = None
    rows: int | None = None
    unreadable_rows: int = 0  # rows of its last success that could not be parsed
    unreadable: tuple[Unreadable, ...] = field(default=())  # these rows, for the latest refresh only

    @property
    def is_complete(self) -> bool:
        """True if it succeeded before and every row was parsed. Otherwise there may be more rows than are shown."""
        return self.as_of is not None and self.unreadable_rows == 0
