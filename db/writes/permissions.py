"""Write the permissions of API keys, as last reported by the exchange."""

from sqlalchemy import Engine, text

from domain.permissions import KeyPermission


def write_permission(engine: Engine, account_id: int, permission: KeyPermission) -> None:
    """Replace the stored permissions of a key."""
    with engine.begin() as connection:
        connection.execute(
            text("""
                INSERT INTO key_permission (account_id, can_read, can_trade, can_withdraw, note, checked_at)
                VALUES (:account_id, :can_read, :can_trade, :can_withdraw, :note, :checked_at)
                ON CONFLICT (account_id) DO UPDATE SET
                    can_read = excluded.can_read, can_trade = excluded.can_trade,
                    can_withdraw = excluded.can_withdraw, note = excluded.note, checked_at = excluded.checked_at
            """),
            {
                "account_id": account_id,
                "can_read": permission.can_read,
                "can_trade": permission.can_trade,
                "can_withdraw": permission.can_withdraw,
                "note": permission.note,
                "checked_at": permission.checked_at,
            },
        )
