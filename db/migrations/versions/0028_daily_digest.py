"""The day of a daily digest, one digest for each channel and day."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox", sa.Column("digest_day", sa.Date(), nullable=True))
    op.create_unique_constraint("outbox_channel_digest_day_key", "outbox", ["channel", "digest_day"])


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was seen")
