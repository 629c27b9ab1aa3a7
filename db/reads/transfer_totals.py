"""What do transfers come to, by kind, status and asset, over a whole filter?"""

from collections.abc import Sequence

from sqlalchemy import Connection, text

from db.reads.transfer_filter import TransferFilter
from domain.income import TransferSum
from domain.snapshot import Account
from domain.transfers import TransferKind, TransferStatus


def read_moved(connection: Connection, accounts: Sequence[Account], wanted: TransferFilter) -> tuple[TransferSum, ...]:
    """Everything that is meant, added up, whatever a page shows; what is pending or failed by itself."""
    kinds = " AND kind = ANY(:kinds)" if wanted.kinds is not None else ""
    rows = connection.execute(
        text(_MOVED.format(conditions=kinds + wanted.conditions())),
        {**wanted.parameters(), "accounts": [account.id for account in accounts]},
    )
    return tuple(
        TransferSum(TransferKind(kind), TransferStatus(status), asset, currency, int(count), amount, fee)
        for kind, status, asset, currency, count, amount, fee in rows
    )


_MOVED = """
SELECT kind, status, asset, CASE WHEN fee <> 0 THEN fee_currency END AS currency,
       count(*), sum(amount), coalesce(sum(fee), 0)
FROM transfer
WHERE account_id = ANY(:accounts){conditions}
GROUP BY 1, 2, 3, 4, coalesce(fee, 0) <> 0
ORDER BY 1, 2, 3, 4
"""
