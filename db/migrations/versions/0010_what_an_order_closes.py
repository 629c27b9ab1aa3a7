"""close_fraction and is_active of orders, for partial closes and inactive trailing stops."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("order_version", sa.Column("close_fraction", sa.Numeric(), nullable=True))
    op.add_column("order_version", sa.Column("is_active", sa.Boolean(), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was seen")
