"""Contracts and position side of orders."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("order_version", sa.Column("contracts", sa.Numeric(), nullable=True))
    op.add_column("order_version", sa.Column("position_side", sa.Text(), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was seen")
