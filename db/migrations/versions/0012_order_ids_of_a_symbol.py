"""Keys of orders name the symbol where an exchange numbers the orders of each symbol apart.

Two orders of one id on two symbols were kept as one life until now: a version names its symbol, so each gets its own.
An outcome belongs to the version that ended when its order was missed.
"""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# Every exchange whose file says order_ids_per_symbol.
EXCHANGES = "'binance', 'binancecoinm', 'binanceus', 'binanceusdm'"

_OF_THESE = f"account_id IN (SELECT id FROM account WHERE exchange IN ({EXCHANGES}))"  # noqa: S608 - code alone

_OUTCOMES = f"""
UPDATE order_outcome AS outcome
SET key = coalesce(
    (
        SELECT ended.exchange_symbol || '/'
        FROM order_version AS ended
        WHERE ended.account_id = outcome.account_id AND ended.source = outcome.source AND ended.key = outcome.key
        ORDER BY ended.valid_to = outcome.gone_at DESC, ended.valid_to DESC
        LIMIT 1
    ),
    ''
) || outcome.key
WHERE {_OF_THESE}
"""  # noqa: S608 - code alone

_VERSIONS = f"UPDATE order_version SET key = exchange_symbol || '/' || key WHERE {_OF_THESE}"  # noqa: S608 - code alone


def upgrade() -> None:
    op.execute(_OUTCOMES)
    op.execute(_VERSIONS)


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was seen")
