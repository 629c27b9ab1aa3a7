"""Position side and contract size of fills. Inverse contracts need the size, because they pay profit in the coin."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("fill", sa.Column("contract_size", sa.Numeric(), nullable=True))
    op.add_column("fill", sa.Column("position_side", sa.Text(), nullable=True))
    op.add_column("fill", sa.Column("closes", sa.Boolean(), nullable=True))
    for statement in (_SIDES, _BITGET, _HTX, _MEXC, _CLOSES, _SIZES, _ANEW):
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was seen")


# Existing rows get their values from the stored payloads, by the same rules as new fills.
_SIDES = """
UPDATE fill
SET position_side = lower(coalesce(raw->>'positionSide', raw->>'posSide', raw->>'position_side'))
WHERE strpos(symbol, ':') > 0
  AND lower(coalesce(raw->>'positionSide', raw->>'posSide', raw->>'position_side')) IN ('long', 'short')
"""

# In hedge mode Bitget's side is the side of the position.
_BITGET = """
UPDATE fill
SET position_side = told.position_side,
    side = CASE WHEN (told.position_side = 'long') = (lower(raw->>'tradeSide') = 'open') THEN 'buy' ELSE 'sell' END
FROM (
    SELECT account_id, key,
           CASE WHEN raw->>'tradeSide' ILIKE '%_close_long' THEN 'long'
                WHEN raw->>'tradeSide' ILIKE '%_close_short' THEN 'short'
                WHEN lower(raw->>'tradeSide') NOT IN ('open', 'close') THEN NULL
                WHEN lower(raw->>'side') = 'buy' THEN 'long'
                WHEN lower(raw->>'side') = 'sell' THEN 'short' END AS position_side
    FROM fill
    JOIN account ON account.id = fill.account_id AND account.exchange = 'bitget'
    WHERE strpos(symbol, ':') > 0 AND lower(raw->>'posMode') = 'hedge_mode'
) AS told
WHERE fill.account_id = told.account_id AND fill.key = told.key AND told.position_side IS NOT NULL
"""

_HTX = """
UPDATE fill
SET position_side = CASE WHEN (side = 'buy') = (lower(raw->>'offset') = 'open') THEN 'long' ELSE 'short' END
FROM account
WHERE account.id = fill.account_id AND account.exchange = 'htx' AND strpos(symbol, ':') > 0
  AND lower(raw->>'offset') IN ('open', 'close')
"""

_MEXC = """
UPDATE fill
SET position_side = CASE WHEN raw->>'side' IN ('1', '4') THEN 'long' ELSE 'short' END
FROM account
WHERE account.id = fill.account_id AND account.exchange = 'mexc' AND strpos(symbol, ':') > 0
  AND raw->>'positionMode' = '1' AND raw->>'side' IN ('1', '2', '3', '4')
"""

# Bybit and Gate report the closed size of an execution. Only none or all of it sets `closes`.
_CLOSES = """
UPDATE fill
SET closes = CAST(told.closed AS numeric) <> 0
FROM (
    SELECT account_id, key, coalesce(raw->>'closedSize', raw->>'close_size') AS closed,
           coalesce(raw->>'execQty', raw->>'size') AS size
    FROM fill
    WHERE strpos(symbol, ':') > 0
) AS told
JOIN account ON account.id = told.account_id AND account.exchange IN ('bybit', 'bybiteu', 'bybitid', 'gate', 'gateeu')
WHERE fill.account_id = told.account_id AND fill.key = told.key
  AND told.closed ~ '^-?[0-9]+([.][0-9]+)?$' AND told.size ~ '^-?[0-9]+([.][0-9]+)?$'
  AND (CAST(told.closed AS numeric) = 0 OR abs(CAST(told.closed AS numeric)) >= abs(CAST(told.size AS numeric)))
"""

# The contract size was not stored. amount = contracts x size, divided by the price for inverse contracts. That
# quotient was rounded at the 24th digit, so rounding to 16 digits restores the size. No exchange has finer sizes.
_SIZES = """
UPDATE fill
SET contract_size = trim_scale(round(
    CASE WHEN base = split_part(split_part(symbol, ':', 2), '-', 1) AND market_type <> 'option'
         THEN amount * price ELSE amount END / contracts, 16))
WHERE contracts > 0 AND strpos(symbol, ':') > 0
"""

# Recompute all books of contracts, because they may be hedged or inverse.
_ANEW = "UPDATE book_state SET is_overtaken = true WHERE strpos(symbol, ':') > 0"
