"""Profit of a coin over all its markets, beside the profit of each book."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "fill_pool",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(collation="C"), nullable=False),
        sa.Column("coin", sa.Text(), nullable=False),
        sa.Column("symbol", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("realised", sa.Numeric(), nullable=True),
        sa.Column("realised_before_fees", sa.Numeric(), nullable=True),
        sa.Column("held_after", sa.Numeric(), nullable=False),
        sa.Column("cost_after", sa.Numeric(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("sold_unexplained", sa.Numeric(), nullable=False),
        sa.Column("is_assumed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fill_pool_account_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "key", name=op.f("fill_pool_pkey")),
    )
    op.create_index("fill_pool_coin_idx", "fill_pool", ["account_id", "coin", "at", "key"], unique=False)
    _create_pool_state()
    # Use the profits of books until the pools are worked out.
    for table in ("fill_day", "fill_month"):
        for name, type_, of in (("gained", sa.Numeric(), "realised"), ("gained_unknown", sa.BigInteger(), None)):
            op.add_column(table, sa.Column(name, type_, nullable=True))
            op.execute(f"UPDATE {table} SET {name} = {of or 'realised_unknown'}")  # noqa: S608 - names from here
            op.alter_column(table, name, nullable=False)


def _create_pool_state() -> None:
    op.create_table(
        "pool_state",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("coin", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_key", sa.Text(collation="C"), nullable=False),
        sa.Column("is_overtaken", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("state", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint("method IN ('average', 'fifo')", name=op.f("pool_state_method_check")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("pool_state_account_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "coin", name=op.f("pool_state_pkey")),
    )


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was seen")
