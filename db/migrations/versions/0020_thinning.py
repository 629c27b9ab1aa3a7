"""Thinning: how far the past of each venue is thinned out."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "thinning",
        sa.Column("exchange", sa.Text(), nullable=False),
        sa.Column("step_seconds", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("exchange", "step_seconds", name=op.f("thinning_pkey")),
    )


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was seen")
