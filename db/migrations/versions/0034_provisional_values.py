"""Values that a candle of their own minute may still move are found at once."""

from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("fill", "transfer"):
        op.execute(_INDEX.format(table=table))


_INDEX = """
CREATE INDEX {table}_value_provisional_idx ON {table}_value (account_id, at, key)
WHERE (source = 'unknown' OR source = 'near' AND greatest(rate_at - at, at - rate_at) > interval '1 minute')
  AND candles NOT LIKE '% 1m'
"""


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was seen")
