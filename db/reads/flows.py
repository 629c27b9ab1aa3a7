"""Read deposits and withdrawals: when they were credited, and what they were worth at their own moments."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, text

from db.reads.net_values import IS_OWN_VALUE
from domain.snapshot import Account
from domain.spans import StoredFlow
from domain.transfer_matches import CLOCKS_DIFFER, LONGEST_WAY
from domain.transfers import Transfer, TransferKind, TransferStatus


def read_flows(
    connection: Connection, accounts: Sequence[Account], since: datetime, until: datetime
) -> tuple[StoredFlow, ...]:
    """The deposits and withdrawals in (since, until] that happened, oldest first. Pending and failed ones are none.

    A deposit is credited when a balance of its asset first rose by its amount, up to three days after the time that the
    exchange states, which may be that of the request. Accounts without recorded balances show it by their net value.
    If neither rose by the amount, the stated time counts. Withdrawals likewise.
    """
    by_id = {account.id: account for account in accounts}
    rows = connection.execute(
        text(_FLOWS),
        {
            "accounts": list(by_id),
            "since": since,
            "until": until,
            "longest": LONGEST_WAY,
            "clocks": CLOCKS_DIFFER,
        },
    )
    return tuple(
        StoredFlow(
            account_id=id_,
            transfer=Transfer(
                by_id[id_].name, by_id[id_].exchange, key, TransferKind(kind), TransferStatus(status), asset, amount,
                at, raw={}, fee=fee, fee_currency=fee_currency, tx_id=tx_id,
            ),
            credited_at=at if credited_at is None else credited_at,
            is_valued=is_valued,
            currency=currency,
            value=value,
            value_usd=value_usd,
            is_assumed=is_assumed,
        )
        for (
            id_, key, kind, status, asset, amount, fee, fee_currency, tx_id, at,
            is_valued, currency, value, value_usd, is_assumed, credited_at,
        ) in rows
    )  # fmt: skip


_FLOWS = f"""
SELECT transfer.account_id, transfer.key, kind, status, asset, amount, transfer.fee, fee_currency, tx_id, transfer.at,
       stored.key IS NOT NULL, stored.currency, stored.value, stored.value_usd,
       coalesce(stored.source = 'assumed', false),
       coalesce(by_balance.at, CASE WHEN NOT by_balance.is_recorded THEN by_net_value.at END)
FROM transfer
LEFT JOIN transfer_value AS stored ON stored.account_id = transfer.account_id AND stored.key = transfer.key
CROSS JOIN LATERAL (
    SELECT count(*) > 0 AS is_recorded,
           min(valid_from) FILTER (
               WHERE valid_from >= transfer.at - CAST(:clocks AS interval)
                 AND abs(change - amount) <= greatest(abs(amount) / 100, coalesce(transfer.fee, 0))
           ) AS at
    FROM (
        SELECT valid_from,
               total - CASE WHEN lag(valid_to) OVER versions = valid_from THEN lag(total) OVER versions ELSE 0 END
                   AS change
        FROM balance_versions_during(transfer.account_id, tstzrange(
            transfer.at - CAST(:clocks AS interval) * 2, transfer.at + CAST(:longest AS interval)
        )) AS held
        WHERE held.asset = transfer.asset
        WINDOW versions AS (PARTITION BY held.key ORDER BY valid_from)
    ) AS version
) AS by_balance
CROSS JOIN LATERAL (
    SELECT min(taken_at) FILTER (
               WHERE taken_at >= transfer.at - CAST(:clocks AS interval)
                 AND abs(change - stored_or_own.value) <= abs(stored_or_own.value) / 100
           ) AS at
    FROM (SELECT coalesce(stored.value, CASE WHEN asset = account.base_currency THEN amount END) AS value
          FROM account WHERE account.id = transfer.account_id) AS stored_or_own
    CROSS JOIN LATERAL (
        SELECT taken_at, net_value - lag(net_value) OVER (ORDER BY taken_at) AS change
        FROM refresh
        WHERE NOT by_balance.is_recorded AND account_id = transfer.account_id AND stored_or_own.value <> 0
          AND taken_at >= transfer.at - CAST(:longest AS interval)
          AND taken_at <= transfer.at + CAST(:longest AS interval) AND {IS_OWN_VALUE}
    ) AS seen
) AS by_net_value
WHERE transfer.account_id = ANY(:accounts) AND kind IN ('deposit', 'withdrawal')
  AND status NOT IN ('pending', 'failed') AND transfer.at > :since AND transfer.at <= :until
ORDER BY transfer.at, transfer.account_id, length(transfer.key), transfer.key
"""  # noqa: S608 - text from code
