"""Key fingerprints, to detect one key under two account names."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("account", sa.Column("key_fingerprint", sa.Text(), nullable=True))
    op.create_unique_constraint("account_key_fingerprint_key", "account", ["key_fingerprint"])
    op.create_table(
        "key_salt",
        sa.Column("id", sa.Integer(), autoincrement=False, server_default=sa.text("1"), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("key_salt_pkey")),
        sa.CheckConstraint("id = 1", name=op.f("key_salt_single_check")),
    )


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was seen")
