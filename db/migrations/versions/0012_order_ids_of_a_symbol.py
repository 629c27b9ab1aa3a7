"""Order keys include the symbol for exchanges whose order ids are unique only per symbol.

Two orders with one id on two symbols shared a key before. Each version has its symbol, so each gets its own key. An
outcome follows the version that ended at its gone_at.
"""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# All exchanges with order_ids_per_symbol in their venue file.
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
