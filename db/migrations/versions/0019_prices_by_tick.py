"""Prices by tick: one packed row per venue and tick, and packed marks of refreshes. Older rows stay."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "price_tick",
        sa.Column("exchange", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("base_id", sa.BigInteger(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("exchange", "id", name=op.f("price_tick_pkey")),
    )
    op.create_table(
        "priced_symbol",
        sa.Column("exchange", sa.Text(), nullable=False),
        sa.Column("symbol", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("exchange", "symbol", name=op.f("priced_symbol_pkey")),
    )
    op.execute(_SYMBOLS)
    op.add_column("refresh", sa.Column("marks", sa.LargeBinary(), nullable=True))


# Each symbol once, by steps through the primary key: a look at every row would take minutes.
_SYMBOLS = """
INSERT INTO priced_symbol (exchange, symbol)
WITH RECURSIVE step AS (
    (SELECT exchange, symbol FROM price ORDER BY exchange, symbol LIMIT 1)
    UNION ALL
    SELECT following.exchange, following.symbol
    FROM step
    CROSS JOIN LATERAL (
        SELECT exchange, symbol FROM price
        WHERE (exchange, symbol) > (step.exchange, step.symbol)
        ORDER BY exchange, symbol
        LIMIT 1
    ) AS following
)
SELECT exchange, symbol FROM step
"""


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was seen")
