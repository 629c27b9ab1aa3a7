"""What can go wrong when an exchange is asked, as a tree that decides whether asking again can help.

    ExchangeError
    ├── Temporary          network, time-out, 5xx, maintenance: trying again may help
    │   ├── RateLimited    the exchange asks for a pause of `retry_after` seconds
    │   └── OutOfTurn      not asked: its turn under the rate limit comes after its deadline
    ├── Permanent          key, permission, address, clock: only a person can help
    │   └── NotKnown       the exchange does not know what was asked for
    ├── BadPayload         an answer that cannot be understood
    │   └── UnknownError   the exchange states an error that is not known here
    ├── CircuitOpen        not asked at all: the exchange is being asked gently
    └── ForbiddenCall      not asked at all: Stillframe only reads

Every message is one line in plain words, free of secrets: it is stored and shown.
"""

from datetime import datetime
from typing import ClassVar

from domain.sources import FailureKind


class ExchangeError(Exception):
    """Any failure of asking an exchange; `kind` is how it is recorded."""

    kind: ClassVar[FailureKind] = FailureKind.TEMPORARY


class Temporary(ExchangeError):
    """Network, time-out, 5xx, maintenance: trying again may help."""


class RateLimited(Temporary):
    """The exchange asks for a pause; `retry_after` is in seconds, None where it does not say how long."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class OutOfTurn(Temporary):
    """Nothing was asked: what the exchange allows is used up until after the deadline. No news of the exchange."""


class Permanent(ExchangeError):
    """Key, permission, address or clock: asking again cannot help before a person has done something."""

    kind = FailureKind.PERMANENT


class NotKnown(Permanent):
    """The exchange does not know what was asked for; of one order among many that is an answer (Gateway.find)."""


class BadPayload(ExchangeError):
    """An answer that cannot be understood: not JSON, not the documented shape, or contradicting itself."""

    kind = FailureKind.BAD_PAYLOAD


class UnknownError(BadPayload):
    """The exchange states an error that is not known here. It may mean a wallet that was never opened."""


class CircuitOpen(ExchangeError):
    """Nothing was asked: this failed too often, and is asked again at `next_attempt_at` (aware UTC)."""

    kind = FailureKind.NOT_ASKED

    def __init__(self, message: str, next_attempt_at: datetime) -> None:
        super().__init__(message)
        self.next_attempt_at = next_attempt_at


class ForbiddenCall(ExchangeError):
    """A call that is not on the list of reading calls; raised before a byte is sent."""

    kind = FailureKind.PERMANENT
