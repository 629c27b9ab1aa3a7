"""Numbers of ended orders by hour, day and month, and the orders that came back."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0032"
branch_labels = None
depends_on = None

ENDINGS = ("filled", "cancelled", "expired", "rejected", "triggered", "placed", "gone")


def upgrade() -> None:
    _create_tables()
    _replace_index()
    for statement in STATEMENTS:
        op.execute(statement)


def _create_tables() -> None:
    op.create_table(
        "ended_sum",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("symbol", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=False) for name in ("since", "first_at", "last_at")),
        *(sa.Column(ending, sa.Integer(), nullable=False) for ending in ENDINGS),
        sa.CheckConstraint("unit IN ('hour', 'day', 'month')", name=op.f("ended_sum_unit_check")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("ended_sum_account_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "symbol", "unit", "since", name=op.f("ended_sum_pkey")),
    )
    op.create_table(
        "returned_order",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=False) for name in ("left_at", "back_at", "valid_from")),
        sa.CheckConstraint("left_at <= back_at", name=op.f("returned_order_period_check")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("returned_order_account_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "source", "key", "left_at", name=op.f("returned_order_pkey")),
    )
    op.create_index(
        "returned_order_back_idx",
        "returned_order",
        ["account_id", "back_at"],
        postgresql_where=sa.text("left_at < back_at"),
    )


def _replace_index() -> None:
    """Under row-level security Postgres never looks coalesce up in an index."""
    op.drop_index("order_version_history_idx", "order_version")
    op.create_index(
        "order_version_history_idx",
        "order_version",
        ["account_id", sa.text("(CASE WHEN ended_at IS NULL THEN valid_to ELSE ended_at END)")],
        postgresql_where=sa.text("valid_to <> 'infinity'"),
    )


# One pass over the versions of orders. Only orders with versions in two lists are compared list by list.
_FIND_RETURNED = """
WITH version AS (
    SELECT account_id, source, key, valid_from, valid_to, symbol, exchange_symbol,
           lead(valid_from) OVER (PARTITION BY account_id, source, key ORDER BY valid_from) AS next_from
    FROM order_version
), among AS MATERIALIZED (
    SELECT *
    FROM version
    WHERE (account_id, key) IN (
        SELECT account_id, key FROM order_version GROUP BY account_id, key HAVING min(source) <> max(source)
    )
), back AS (
    SELECT account_id, source, key, valid_from, valid_to, next_from AS back_at FROM version WHERE next_from > valid_to
    UNION ALL
    SELECT gone.account_id, gone.source, gone.key, gone.valid_from, gone.valid_to,
           greatest(moved.valid_from, gone.valid_to)
    FROM among AS gone
    JOIN among AS moved
      ON moved.account_id = gone.account_id AND moved.key = gone.key AND moved.source <> gone.source
     AND moved.valid_to > gone.valid_to
     AND moved.exchange_symbol = gone.exchange_symbol AND moved.symbol = gone.symbol
    WHERE gone.valid_to <> 'infinity' AND gone.next_from IS DISTINCT FROM gone.valid_to
)
INSERT INTO returned_order (account_id, source, key, left_at, back_at, valid_from)
SELECT account_id, source, key, valid_to, min(back_at), valid_from
FROM back
GROUP BY account_id, source, key, valid_from, valid_to
"""

_COLUMNS = f"account_id, symbol, unit, since, first_at, last_at, {', '.join(ENDINGS)}"
_ADDED = f"min(first_at), max(last_at), {', '.join(f'sum({ending})' for ending in ENDINGS)}"

# Only the last version of an order in a list can have ended for good.
_COUNT_HOURS = f"""
WITH ended AS (
    SELECT DISTINCT ON (account_id, source, key) account_id, source, key, valid_to, ended_at, symbol
    FROM order_version
    ORDER BY account_id, source, key, valid_from DESC
), change AS (
    SELECT ended.account_id, ended.symbol, coalesce(ended.ended_at, ended.valid_to) AS shown_at,
           ended.valid_to AS left_at, coalesce(known.ending, 'gone') AS ending
    FROM ended
    LEFT JOIN order_outcome AS known
      ON known.account_id = ended.account_id AND known.source = ended.source AND known.key = ended.key
     AND known.gone_at = ended.valid_to
    LEFT JOIN returned_order AS returned
      ON returned.account_id = ended.account_id AND returned.source = ended.source AND returned.key = ended.key
     AND returned.left_at = ended.valid_to
    WHERE ended.valid_to <> 'infinity' AND returned.key IS NULL
)
INSERT INTO ended_sum ({_COLUMNS})
SELECT account_id, symbol, 'hour', date_trunc('hour', shown_at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC',
       min(left_at), max(left_at), {", ".join(f"count(*) FILTER (WHERE ending = '{ending}')" for ending in ENDINGS)}
FROM change
GROUP BY 1, 2, 3, 4
"""  # noqa: S608 - names from code

# Hours are added up to days, and days to months, so that few rows are sorted.
_ADD_UNIT = f"""
INSERT INTO ended_sum ({_COLUMNS})
SELECT account_id, symbol, '{{unit}}', date_trunc('{{unit}}', since AT TIME ZONE 'UTC') AT TIME ZONE 'UTC', {_ADDED}
FROM ended_sum
WHERE unit = '{{of}}'
GROUP BY 1, 2, 3, 4
"""  # noqa: S608 - names from code
_ADD_SYMBOLS = f"""
INSERT INTO ended_sum ({_COLUMNS})
SELECT account_id, '', unit, since, {_ADDED} FROM ended_sum GROUP BY 1, 2, 3, 4
"""  # noqa: S608 - names from code
STATEMENTS = (
    _FIND_RETURNED,
    _COUNT_HOURS,
    _ADD_UNIT.format(unit="day", of="hour"),
    _ADD_UNIT.format(unit="month", of="day"),
    _ADD_SYMBOLS,
)


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was seen")
