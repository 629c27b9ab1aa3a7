"""The origin of accounts from before version 0008, which stored none.

Such an account may have had a `base_url` all along. Its history then belongs to that origin and moves there once.
"""

from sqlalchemy import Connection, text

from db.schema import account, metadata
from domain.snapshot import Account, venue_of


def adopt_origin(connection: Connection, previous: Account, origin: str | None) -> bool:
    """Give the account its configured origin if no later version served it. Its prices move along.

    Versions since 0014 store the fingerprint of the key, so an account without one is that old. Returns False, and
    changes nothing, for any other account, or if another account of the exchange shares the prices.
    """
    if origin is None or previous.origin is not None or previous.is_demo:
        return False
    row = {"id": previous.id, "exchange": previous.exchange, "origin": origin}
    if not connection.execute(text(_IS_OLD), row).scalar():
        return False
    connection.execute(text("UPDATE account SET origin = :origin WHERE id = :id"), row)
    moved = {"before": previous.exchange, "after": venue_of(previous.exchange, origin)}
    for table in metadata.sorted_tables:
        if table is not account and "exchange" in table.columns:
            connection.execute(
                text(f'UPDATE "{table.name}" SET exchange = :after WHERE exchange = :before'),  # noqa: S608 - our tables
                moved,
            )
    return True


_IS_OLD = """
SELECT key_fingerprint IS NULL AND NOT EXISTS (
    SELECT FROM account AS other WHERE other.id <> :id AND other.exchange = :exchange AND other.origin IS NULL
)
FROM account WHERE id = :id
"""
