"""The errors of requests to an exchange. Their class decides if a retry can help.

    ExchangeError
    ├── Temporary          network, time-out, 5xx, maintenance: a retry may help
    │   ├── RateLimited    the exchange asks for a pause of `retry_after` seconds
    │   └── OutOfTurn      not sent: its turn under the rate limit comes after its deadline
    ├── Permanent          key, permission, address, clock: only a person can help
    │   └── NotKnown       the exchange does not know the requested item
    ├── BadPayload         a response that cannot be understood
    │   └── UnknownError   the exchange states an error without a known meaning
    ├── CircuitOpen        not sent: the circuit breaker is open
    └── ForbiddenCall      not sent: Stillframe only reads

Every message is one line in plain words without secrets, because it is stored and shown.
"""

from datetime import datetime
from typing import ClassVar

from domain.sources import FailureKind


class ExchangeError(Exception):
    """Any failure of a request to an exchange. `kind` is its recorded kind."""

    kind: ClassVar[FailureKind] = FailureKind.TEMPORARY


class Temporary(ExchangeError):
    """Network, time-out, 5xx, maintenance: trying again may help."""


class RateLimited(Temporary):
    """The exchange asks for a pause. `retry_after` is in seconds, None if not stated."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class OutOfTurn(Temporary):
    """Not sent: the rate limit is used up until after the deadline. The exchange itself may be healthy."""


class Permanent(ExchangeError):
    """Key, permission, address or clock. A retry cannot help before a person has fixed it."""

    kind = FailureKind.PERMANENT


class NotKnown(Permanent):
    """The exchange does not know the requested item. For a single order this is a valid result
    (Gateway.request_or_none).
    """


class BadPayload(ExchangeError):
    """A response without JSON, with an undocumented shape, or with a contradiction."""

    kind = FailureKind.BAD_PAYLOAD


class UnknownError(BadPayload):
    """The exchange states an error without a known meaning. It may mean a wallet that was never opened."""


class CircuitOpen(ExchangeError):
    """Not sent: this failed too often. The next attempt is at `next_attempt_at` (aware UTC)."""

    kind = FailureKind.NOT_ASKED

    def __init__(self, message: str, next_attempt_at: datetime) -> None:
        super().__init__(message)
        self.next_attempt_at = next_attempt_at


class ForbiddenCall(ExchangeError):
    """Not sent: the request is not on the list of read-only calls."""

    kind = FailureKind.PERMANENT
