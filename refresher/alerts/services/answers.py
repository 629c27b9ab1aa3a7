"""The answers of a service to a message. None of them names the address of the channel, which is a secret."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Delivered:
    """The service took the message."""


@dataclass(frozen=True, slots=True)
class TryLater:
    """The service did not take it now. `after` is the pause that it asked for, None if it named none."""

    reason: str
    after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """The service will never take it: a wrong token or chat."""

    reason: str


Answer = Delivered | TryLater | Refused
