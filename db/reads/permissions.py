"""Read the permissions of API keys."""

from collections.abc import Mapping

from sqlalchemy import Connection, text

from domain.permissions import KeyPermission


def read_permissions(connection: Connection) -> Mapping[int, KeyPermission]:
    """The permissions last reported by the exchange, by account id. Accounts never checked are left out."""
    rows = connection.execute(
        text("SELECT account_id, can_read, can_trade, can_withdraw, note, checked_at FROM key_permission")
    )
    return {account_id: KeyPermission(*permission) for account_id, *permission in rows}
