"""Permissions: the rights of an account's API key."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class KeyPermission:
    """The rights of an API key as the exchange reported them at `checked_at`.

    None: the exchange does not report this right. `note` says so in plain words.
    """

    can_read: bool | None
    can_trade: bool | None
    can_withdraw: bool | None
    note: str
    checked_at: datetime


def excess_of(permission: KeyPermission) -> str | None:
    """The rights beyond reading: "withdraw", "trade" or "trade and withdraw". None if there are none, or none known."""
    rights = {"trade": permission.can_trade, "withdraw": permission.can_withdraw}
    return " and ".join(name for name, is_allowed in rights.items() if is_allowed) or None
