"""Indexes to read transfers newest first, for all kinds and for one. Accounts list kinds that cannot be read."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "account",
        sa.Column(
            "unread_transfers", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'::text[]"), nullable=False
        ),
    )
    op.drop_index("transfer_at_idx", table_name="transfer")
    op.create_index("transfer_at_idx", "transfer", ["account_id", "at", "key"])
    op.create_index("transfer_kind_idx", "transfer", ["account_id", "kind", "at", "key"])


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was seen")
