"""Sums of fills count the values for which a dollar coin counted as one dollar."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

COLUMNS = ("assumed", "realised_assumed")


def upgrade() -> None:
    for table in ("fill_day", "fill_month"):
        for column in COLUMNS:
            op.add_column(table, sa.Column(column, sa.BigInteger(), nullable=False, server_default=sa.text("0")))
    op.execute(_COUNT.format(table="fill_day", period="day"))
    op.execute(_COUNT.format(table="fill_month", period="month"))


# Only fills with such a value are read: those of accounts whose dollar coin has a price cost one index look-up each.
_COUNT = """
UPDATE {table} AS sums
SET assumed = counted.assumed, realised_assumed = counted.realised_assumed
FROM (
    SELECT fill.account_id, CAST(date_trunc('{period}', fill.at AT TIME ZONE 'UTC') AS date) AS {period}, fill.symbol,
           fill.side, fill.liquidity, coalesce(fill.quote, '') AS quote,
           coalesce(fill.fee_currency, '') AS fee_currency, count(*) FILTER (WHERE listed.is_valued) AS assumed,
           count(*) FILTER (WHERE listed.has_gained) AS realised_assumed
    FROM (
        SELECT account_id, key, bool_or(is_valued) AS is_valued, bool_or(has_gained) AS has_gained
        FROM (
            SELECT account_id, key, true AS is_valued, false AS has_gained FROM fill_value WHERE source = 'assumed'
            UNION ALL
            SELECT account_id, key, false, bool_or(is_assumed) AND coalesce(sum(realised), 0) <> 0
            FROM coin_result
            WHERE is_fill
            GROUP BY account_id, key
            HAVING bool_or(is_assumed)
        ) AS each
        GROUP BY account_id, key
    ) AS listed
    JOIN fill ON fill.account_id = listed.account_id AND fill.key = listed.key
    GROUP BY 1, 2, 3, 4, 5, 6, 7
) AS counted
WHERE sums.account_id = counted.account_id AND sums.{period} = counted.{period} AND sums.symbol = counted.symbol
  AND sums.side = counted.side AND sums.liquidity = counted.liquidity AND sums.quote = counted.quote
  AND sums.fee_currency = counted.fee_currency
"""


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was seen")
