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


def excess_of(may: KeyPermission) -> str | None:
    """What a key may do beyond reading: "withdraw", "trade", "trade and withdraw"; None where that is nothing, or not
    known."""
    can = [word for word, allowed in (("trade", may.can_trade), ("withdraw", may.can_withdraw)) if allowed]
    return " and ".join(can) or None
