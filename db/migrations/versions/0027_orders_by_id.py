"""Indexes that find any order ever seen by its order id or client id."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("order_version_order_id_idx", "order_version", ["account_id", "order_id"])
    op.create_index(
        "order_version_client_id_idx",
        "order_version",
        ["account_id", "client_order_id"],
        postgresql_where=sa.text("client_order_id IS NOT NULL"),
    )


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was seen")
