"""Accounts say when their exchange settles. Books whose fills state the profit since then are worked out anew."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("account", sa.Column("settles", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column(
        "account",
        sa.Column("fills_count_from_settlement", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.execute(_SETTLES)
    op.execute(_ANEW)


# The refresher writes both of configured accounts.
_SETTLES = """
UPDATE account SET settles = 'at every full hour', fills_count_from_settlement = true WHERE exchange = 'cryptocom'
"""

_ANEW = """
UPDATE book_state
SET is_overtaken = true
FROM account
WHERE account.id = book_state.account_id AND account.fills_count_from_settlement AND strpos(book_state.symbol, ':') > 0
"""


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was seen")
