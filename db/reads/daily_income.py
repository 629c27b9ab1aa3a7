"""Read fees, funding and interest by day, each at the value of its own moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, text

from domain.snapshot import Account


@dataclass(frozen=True, slots=True)
class DailyIncome:
    """Income of one kind on one day, negative if paid. Amounts without a value are left out."""

    day: date
    kind: str  # trade fees, transfer fees, funding, interest or rebate
    amount: Decimal
    assumed: int = 0  # rows for which a dollar coin counted as one dollar


def income_currency(accounts: Sequence[Account], currency: str) -> str:
    """The currency in which stored values of all accounts exist: the given one, else US dollars."""
    return currency if {account.base_currency for account in accounts} == {currency} else "USD"


def read_daily_income(
    connection: Connection, accounts: Sequence[Account], since: datetime, until: datetime, zone: ZoneInfo, currency: str
) -> tuple[DailyIncome, ...]:
    """The amounts of each day of `zone` between closing moments, (since, until], oldest first.

    `currency` is that of `income_currency`.
    """
    scope = {
        "accounts": [account.id for account in accounts], "since": since, "until": until, "zone": zone.key,
        "in_usd": currency == "USD",
    }  # fmt: skip
    return tuple(DailyIncome(*row) for row in connection.execute(text(_DAILY), scope))


_DAILY = """
SELECT day, kind, sum(amount), count(*) FILTER (WHERE source = 'assumed')
FROM (
    SELECT CAST(at AT TIME ZONE :zone AS date) AS day, 'trade fees' AS kind,
           -CASE WHEN :in_usd THEN fee_usd ELSE fee END AS amount, source
    FROM fill_value
    WHERE account_id = ANY(:accounts) AND at > :since AND at <= :until AND fee <> 0
    UNION ALL
    SELECT CAST(transfer.at AT TIME ZONE :zone AS date),
           CASE transfer.kind WHEN 'fee' THEN 'transfer fees' ELSE transfer.kind END,
           CASE WHEN :in_usd THEN value_usd ELSE value END, source
    FROM transfer
    JOIN transfer_value AS stored ON stored.account_id = transfer.account_id AND stored.key = transfer.key
    WHERE transfer.account_id = ANY(:accounts) AND transfer.at > :since AND transfer.at <= :until
      AND transfer.kind IN ('fee', 'funding', 'interest', 'rebate') AND transfer.status NOT IN ('pending', 'failed')
    UNION ALL
    SELECT CAST(at AT TIME ZONE :zone AS date), 'transfer fees', -CASE WHEN :in_usd THEN fee_usd ELSE fee END, source
    FROM transfer_value
    WHERE account_id = ANY(:accounts) AND at > :since AND at <= :until AND fee <> 0
) AS moved
WHERE amount IS NOT NULL
GROUP BY day, kind
ORDER BY day, kind
"""
