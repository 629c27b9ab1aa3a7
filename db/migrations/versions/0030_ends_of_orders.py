"""Versions of orders hold the moment when their order ended, with indexes for begins and shown ends."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("order_version", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("""
        UPDATE order_version AS last
        SET ended_at = outcome.ended_at
        FROM order_outcome AS outcome
        WHERE last.account_id = outcome.account_id AND last.source = outcome.source AND last.key = outcome.key
          AND last.valid_to = outcome.gone_at AND outcome.ended_at IS NOT NULL
    """)
    op.create_index(
        "order_version_history_idx",
        "order_version",
        ["account_id", sa.text("coalesce(ended_at, valid_to)")],
        postgresql_where=sa.text("valid_to <> 'infinity'"),
    )
    op.create_index("order_version_began_idx", "order_version", ["account_id", "valid_from"])


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was seen")
