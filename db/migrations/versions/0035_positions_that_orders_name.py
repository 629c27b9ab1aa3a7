"""The position that an order names, and the id by which orders name a position."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("order_version", sa.Column("position_name", sa.Text(), nullable=True))
    op.add_column("position_version", sa.Column("position_id", sa.Text(), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was seen")
