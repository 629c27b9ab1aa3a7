"""Read totals of transfers over a filter, by kind, status and asset."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, localcontext
from typing import Any

from sqlalchemy import Connection, text

from db.reads.day_rates import RateOfDay, read_rates_of_days
from db.reads.transfer_filter import TransferFilter
from domain.income import TransferSum
from domain.lots import EXACT
from domain.snapshot import Account
from domain.transfers import TransferKind, TransferStatus
from domain.worth import Worth

USD = "USD"


def read_transfer_totals(
    connection: Connection, accounts: Sequence[Account], filters: TransferFilter, currency: str = "USD"
) -> tuple[TransferSum, ...]:
    """Totals of all transfers that match, independent of paging. Pending and failed ones have their own rows.

    Worths are in `currency`, by the values at the moments of the transfers. Values are stored in
    the base currency of the account and in USD. For any other the sums of each day are converted at the rate of the
    day.
    """
    kinds = " AND kind = ANY(:kinds)" if filters.kinds is not None else ""
    rows = connection.execute(
        text(_TOTALS.format(conditions=kinds + filters.conditions())),
        {**filters.parameters(), "accounts": [account.id for account in accounts], "currency": currency},
    ).all()
    venues = {account.id: account.venue for account in accounts}
    rates = read_rates_of_days(connection, ((venues[row.account_id], USD, row.day) for row in rows), currency)
    sums: dict[tuple[Any, ...], TransferSum] = {}
    with localcontext(EXACT):
        for row in rows:
            group = _sum_of(row, venues[row.account_id], rates, currency)
            key = row.kind, row.status, row.asset, row.currency, row.has_fee
            sums[key] = group if key not in sums else _added(sums[key], group)
    return tuple(sums.values())


def _sum_of(row: Any, venue: str, rates: Mapping[RateOfDay, Decimal | None], currency: str) -> TransferSum:
    """The sum of one row. An amount in the currency itself is its own worth."""
    worth = Worth(row.value, row.valued, row.count - row.valued, row.is_assumed)
    fee_worth = Worth(row.fee_value, row.fees_valued, row.fees - row.fees_valued, row.is_assumed and bool(row.fees))
    if row.day is not None:
        rate = rates[venue, USD, row.day]
        worth, fee_worth = worth.at_rate(rate), fee_worth.at_rate(rate)
    if row.asset == currency:
        worth = Worth(row.amount, row.count)
    if row.currency == currency:
        fee_worth = Worth(row.fee, row.fees)
    return TransferSum(
        TransferKind(row.kind), TransferStatus(row.status), row.asset, row.currency, int(row.count), row.amount,
        row.fee, worth, fee_worth,
    )  # fmt: skip


def _added(left: TransferSum, right: TransferSum) -> TransferSum:
    return replace(
        left,
        count=left.count + right.count,
        amount=left.amount + right.amount,
        fee=left.fee + right.fee,
        worth=left.worth + right.worth,
        fee_worth=left.fee_worth + right.fee_worth,
    )


# `day` is NULL where values in the currency are stored.
_TOTALS = """
SELECT transfer.account_id, kind, status, asset, CASE WHEN transfer.fee <> 0 THEN fee_currency END AS currency,
       coalesce(transfer.fee, 0) <> 0 AS has_fee, chosen.day,
       count(*) AS count, sum(amount) AS amount, coalesce(sum(transfer.fee), 0) AS fee,
       coalesce(sum(chosen.value), 0) AS value, count(chosen.value) AS valued,
       count(*) FILTER (WHERE transfer.fee <> 0) AS fees,
       coalesce(sum(chosen.fee), 0) AS fee_value, count(chosen.fee) FILTER (WHERE transfer.fee <> 0) AS fees_valued,
       coalesce(bool_or(worth.source = 'assumed'), false) AS is_assumed
FROM (SELECT * FROM transfer WHERE account_id = ANY(:accounts){conditions}) AS transfer
JOIN account ON account.id = transfer.account_id
LEFT JOIN transfer_value AS worth ON worth.account_id = transfer.account_id AND worth.key = transfer.key
CROSS JOIN LATERAL (
    SELECT CASE WHEN worth.currency = :currency THEN worth.value ELSE worth.value_usd END AS value,
           CASE WHEN worth.currency = :currency THEN worth.fee ELSE worth.fee_usd END AS fee,
           CASE WHEN :currency NOT IN ('USD', coalesce(worth.currency, account.base_currency))
                THEN CAST(transfer.at AT TIME ZONE 'UTC' AS date) END AS day
) AS chosen
GROUP BY 1, 2, 3, 4, 5, 6, 7
ORDER BY 2, 3, 4, 5, 1, 7
"""
