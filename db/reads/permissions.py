"""What may the key of each account do?"""

from collections.abc import Mapping

from sqlalchemy import Connection, text

from domain.permissions import KeyPermission


def read_permissions(connection: Connection) -> Mapping[int, KeyPermission]:
    """What each account's key may do, as the exchange last said; accounts never checked are left out."""
    rows = connection.execute(
        text("SELECT account_id, can_read, can_trade, can_withdraw, note, checked_at FROM key_permission")
    )
    return {account_id: KeyPermission(*said) for account_id, *said in rows}
