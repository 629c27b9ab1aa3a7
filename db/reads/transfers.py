"""What came into accounts and left them other than by trading?"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, text

from db.past_records import TRANSFER_COLUMNS, transfer_from
from domain.snapshot import Account
from domain.transfers import Transfer


def read_transfers(
    connection: Connection, accounts: Sequence[Account], since: datetime, until: datetime
) -> tuple[Transfer, ...]:
    """The movements of [since, until), newest first."""
    known = {account.id: account for account in accounts}
    rows = connection.execute(text(_TRANSFERS), {"accounts": list(known), "since": since, "until": until})
    return tuple(transfer_from(row, known[of].name, known[of].exchange) for of, *row in rows)


_TRANSFERS = f"""
SELECT account_id, {", ".join(TRANSFER_COLUMNS)}
FROM transfer
WHERE account_id = ANY(:accounts) AND at >= :since AND at < :until
ORDER BY at DESC, account_id, key
"""  # noqa: S608 - column names from code
