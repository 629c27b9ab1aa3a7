"""Debt of balances, stated equity and gaps of valuations, and volume and activity of prices."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("refresh", sa.Column("stated_value", sa.Numeric(), nullable=True))
    op.add_column("refresh", sa.Column("left_out", ARRAY(sa.Text()), nullable=True))
    op.add_column("refresh", sa.Column("assumed", ARRAY(sa.Text()), nullable=True))
    op.add_column("balance_version", sa.Column("debt", sa.Numeric(), nullable=True))
    op.add_column("price", sa.Column("volume", sa.Numeric(), nullable=True))
    # All markets counted as open before.
    op.add_column("price", sa.Column("is_active", sa.Boolean(), nullable=False, server_default=sa.text("true")))


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was seen")
