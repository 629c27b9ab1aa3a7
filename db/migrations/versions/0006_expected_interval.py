"""How often an account was to be refreshed, kept by each refresh: how fresh a past moment was is judged by that."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("refresh", sa.Column("expected_seconds", sa.Integer(), nullable=True))
    # The demo's invented past is coarser than its present: each moment of it expects the next. Other rows stay unknown
    # and are judged by the present interval, as before: counting them would write every one of them anew.
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
