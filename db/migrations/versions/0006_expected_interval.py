"""Store the refresh interval in each refresh, to judge the freshness of past moments."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("refresh", sa.Column("expected_seconds", sa.Integer(), nullable=True))
    # The demo's past refreshes have longer gaps, so each expects the next one. Other rows stay NULL (the current
    # interval), because filling them would rewrite the whole table.
    op.execute("""
        UPDATE refresh SET expected_seconds = greatest(1, extract(epoch FROM following.at - refresh.taken_at))
        FROM (
            SELECT account_id, taken_at, lead(taken_at) OVER (PARTITION BY account_id ORDER BY taken_at) AS at
            FROM refresh JOIN account ON account.id = account_id
            WHERE is_demo
        ) AS following, account
        WHERE following.account_id = refresh.account_id AND following.taken_at = refresh.taken_at
          AND account.id = refresh.account_id AND refresh.taken_at < account.created_at AND following.at IS NOT NULL
    """)


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was seen")
