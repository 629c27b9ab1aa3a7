"""Read totals of transfers over a filter, by kind, status and asset."""

from collections.abc import Sequence

from sqlalchemy import Connection, text

from db.reads.transfer_filter import TransferFilter
from domain.income import TransferSum
from domain.snapshot import Account
from domain.transfers import TransferKind, TransferStatus


def read_transfer_totals(
    connection: Connection, accounts: Sequence[Account], filters: TransferFilter
) -> tuple[TransferSum, ...]:
    """Totals of all transfers that match, independent of paging. Pending and failed ones have their own rows."""
    kinds = " AND kind = ANY(:kinds)" if filters.kinds is not None else ""
    rows = connection.execute(
        text(_TOTALS.format(conditions=kinds + filters.conditions())),
        {**filters.parameters(), "accounts": [account.id for account in accounts]},
    )
    return tuple(
        TransferSum(TransferKind(kind), TransferStatus(status), asset, currency, int(count), amount, fee)
        for kind, status, asset, currency, count, amount, fee in rows
    )


_TOTALS = """
SELECT kind, status, asset, CASE WHEN fee <> 0 THEN fee_currency END AS currency,
       count(*), sum(amount), coalesce(sum(fee), 0)
FROM transfer
WHERE account_id = ANY(:accounts){conditions}
GROUP BY 1, 2, 3, 4, coalesce(fee, 0) <> 0
ORDER BY 1, 2, 3, 4
"""
