"""Stated costs: what the owner says that deposits of unknown cost had cost. Ids of one moment count as numbers."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stated_cost",
        sa.Column(
            "account_id",
            sa.Integer(),
            sa.ForeignKey("account.id", ondelete="CASCADE", name=op.f("stated_cost_account_id_fkey")),
            nullable=False,
        ),
        sa.Column("key", sa.Text(collation="C"), nullable=False),
        sa.Column("cost", sa.Numeric(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("acquired_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("account_id", "key", name=op.f("stated_cost_pkey")),
    )
    op.execute(_ANEW)


# Books of contracts ordered the fills of one moment by the characters of their ids: 1000 before 999.
_ANEW = "UPDATE book_state SET is_overtaken = true WHERE strpos(symbol, ':') > 0"


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was seen")
