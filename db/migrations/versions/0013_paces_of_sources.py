"""Intervals of sources that are fetched less often than their account is refreshed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("account", sa.Column("least_seconds", JSONB, nullable=False, server_default=sa.text("'{}'::jsonb")))
    op.add_column("refresh", sa.Column("intervals", JSONB(none_as_null=True), nullable=True))
    op.add_column("refresh", sa.Column("not_due", JSONB(none_as_null=True), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was seen")
