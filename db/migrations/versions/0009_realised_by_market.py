"""Sums of fills: `realised` is of the coin, as everywhere else, and `realised_by_market` of each market by itself."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# In this order: a name is free before it is used again.
RENAMED = (
    ("realised", "realised_by_market"),
    ("realised_unknown", "realised_by_market_unknown"),
    ("gained", "realised"),
    ("gained_unknown", "realised_unknown"),
)


def upgrade() -> None:
    # Postgres 18 names a NOT NULL constraint after its column, so the constraints are made anew.
    for table in ("fill_day", "fill_month"):
        for former, _ in RENAMED:
            op.alter_column(table, former, nullable=True)
        for former, name in RENAMED:
            op.alter_column(table, former, new_column_name=name)
        for _, name in RENAMED:
            op.alter_column(table, name, nullable=False)


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was seen")
