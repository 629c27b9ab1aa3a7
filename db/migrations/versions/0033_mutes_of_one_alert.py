"""A mute of one alert names the subject of its rule."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("mute", sa.Column("subject", sa.Text(), nullable=True))
    op.drop_constraint("mute_scope_check", "mute")
    op.create_check_constraint(
        op.f("mute_scope_check"), "mute", "scope IN ('rule', 'alert', 'symbol', 'account', 'channel')"
    )
    op.create_check_constraint(op.f("mute_subject_check"), "mute", "(scope = 'alert') = (subject IS NOT NULL)")


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was seen")
