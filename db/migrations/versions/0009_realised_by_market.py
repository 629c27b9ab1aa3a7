"""In sums of fills, `realised` becomes the profit of the coin, and `realised_by_market` that of each market."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# The order matters: each new name must be free.
RENAMED = (
    ("realised", "realised_by_market"),
    ("realised_unknown", "realised_by_market_unknown"),
    ("gained", "realised"),
    ("gained_unknown", "realised_unknown"),
)


def upgrade() -> None:
    # Postgres 18 names NOT NULL constraints after their columns, so drop and recreate them.
    for table in ("fill_day", "fill_month"):
        for former, _ in RENAMED:
            op.alter_column(table, former, nullable=True)
        for former, name in RENAMED:
            op.alter_column(table, former, new_column_name=name)
        for _, name in RENAMED:
            op.alter_column(table, name, nullable=False)


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was seen")
