"""Permissions: what the key of an account may do."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class KeyPermission:
    """What an exchange said of a key at a moment; None cannot be told there, and `note` says so in plain words."""

    can_read: bool | None
    can_trade: bool | None
    can_withdraw: bool | None
    note: str
    checked_at: datetime
