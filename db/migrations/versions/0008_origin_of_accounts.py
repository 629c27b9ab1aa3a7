"""The origin of an account (a stand-in for the exchange), so that simulated prices never mix with real ones."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# Rename the venue of demo prices, unless a real account wrote prices of that exchange too.
_KEPT = """
UPDATE {table} SET exchange = exchange || ' (demo)'
WHERE exchange IN (SELECT exchange FROM account GROUP BY exchange HAVING bool_and(is_demo))
"""


def upgrade() -> None:
    op.add_column("account", sa.Column("origin", sa.Text(), nullable=True))
    op.execute("UPDATE account SET origin = 'demo' WHERE is_demo")
    for table in ("price", "candle"):
        op.execute(_KEPT.format(table=table))


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was seen")
