"""Read the withdrawals that left an own account lately and that no other own account has credited.

Nobody knows yet whether such a withdrawal goes to an own account. It counts as in transit for a day after it left,
counted from the newest refresh of any account. So no value falls and rises again while coins move between accounts.
"""

from collections.abc import Sequence

from sqlalchemy import Connection, text

from domain.money import FIAT
from domain.snapshot import Account
from domain.spans import OPEN_FOR, StoredFlow
from domain.transfer_matches import CLOCKS_DIFFER, MOST_FEE, name_of
from domain.transfers import TransferKind


def read_open_withdrawals(
    connection: Connection, accounts: Sequence[Account], unmatched: Sequence[StoredFlow]
) -> tuple[StoredFlow, ...]:
    """Those of these unmatched flows that are still under way between these accounts.

    None with a single account, and none of money that goes to a bank. A withdrawal has arrived when a balance of its
    asset rose by its amount in another account, also before a deposit was read: it must not count twice.
    """
    sent = [
        flow for flow in unmatched if flow.transfer.kind is TransferKind.WITHDRAWAL and flow.transfer.asset not in FIAT
    ]
    if len(accounts) < 2 or not sent:
        return ()
    scope = {
        "accounts": [account.id for account in accounts], "open_for": OPEN_FOR, "clocks": CLOCKS_DIFFER,
        "most_fee": MOST_FEE, "senders": [flow.account_id for flow in sent],
        "keys": [flow.transfer.key for flow in sent], "assets": [flow.transfer.asset for flow in sent],
        "amounts": [-flow.transfer.amount for flow in sent], "fees": [flow.transfer.fee for flow in sent],
        "moments": [flow.transfer.at for flow in sent], "left": [flow.credited_at for flow in sent],
    }  # fmt: skip
    names = {account.id: account.name for account in accounts}
    open_names = {(names[id_], key) for id_, key in connection.execute(text(_OPEN), scope)}
    return tuple(flow for flow in sent if name_of(flow.transfer) in open_names)


_OPEN = """
SELECT sent.account_id, sent.key
FROM unnest(
    CAST(:senders AS integer[]), CAST(:keys AS text[]), CAST(:assets AS text[]), CAST(:amounts AS numeric[]),
    CAST(:fees AS numeric[]), CAST(:moments AS timestamptz[]), CAST(:left AS timestamptz[])
) AS sent (account_id, key, asset, amount, fee, at, left_at)
WHERE sent.left_at + CAST(:open_for AS interval) > (
    SELECT max((SELECT max(taken_at) FROM refresh WHERE account_id = listed.id))
    FROM unnest(CAST(:accounts AS integer[])) AS listed (id)
)
-- Before the first refresh without it, the account that it leaves still contains it.
AND EXISTS (SELECT FROM refresh WHERE account_id = sent.account_id AND taken_at >= sent.left_at)
AND NOT EXISTS (
    SELECT
    FROM (
        SELECT valid_from,
               total - CASE WHEN lag(valid_to) OVER versions = valid_from THEN lag(total) OVER versions ELSE 0 END
                   AS change
        FROM unnest(CAST(:accounts AS integer[])) AS other (id)
        CROSS JOIN LATERAL balance_versions_during(
            other.id, tstzrange(sent.at - CAST(:clocks AS interval) * 2, NULL)
        ) AS held
        WHERE other.id <> sent.account_id AND held.asset = sent.asset
        WINDOW versions AS (PARTITION BY held.account_id, held.key ORDER BY valid_from)
    ) AS version
    WHERE valid_from >= sent.at - CAST(:clocks AS interval)
      AND change BETWEEN sent.amount - greatest(sent.amount * :most_fee, coalesce(sent.fee, 0)) AND sent.amount
)
"""
