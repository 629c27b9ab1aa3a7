"""The values of a fill or transfer, the same for reading which rates are needed and for writing values."""

# Ends the candle mark (`candles`) of a value for which candles of its minute were requested. It stays.
OF_MINUTES = " 1m"

# Values that a candle of their own minute may still move. The partial indexes of db.schema_books have this condition.
IS_PROVISIONAL = f"""
    (source = 'unknown' OR source = 'near' AND greatest(rate_at - at, at - rate_at) > interval '1 minute')
    AND candles NOT LIKE '%{OF_MINUTES}'
"""

# Joined to `fill`: the currency and the amount that its value is computed from. An inverse contract is worth its coins
# (domain.movements.is_inverse). The value of a market of the base currency itself needs no rate.
TRADED = """
CROSS JOIN LATERAL (
    SELECT strpos(fill.symbol, ':') > 0 AS is_contract,
           coalesce(strpos(fill.symbol, ':') > 0
                    AND split_part(split_part(fill.symbol, ':', 2), '-', 1) = fill.base, false) AS is_inverse
) AS kind
CROSS JOIN LATERAL (
    SELECT CASE WHEN kind.is_inverse THEN fill.base ELSE fill.quote END AS currency,
           CASE WHEN kind.is_inverse THEN fill.amount ELSE fill.price * fill.amount END AS amount
) AS traded
"""

# The currency of a fee that is paid in neither side of the market. NULL: no rate of its own is needed.
FEE_CURRENCY = """
CASE WHEN fill.fee <> 0 AND fill.fee_currency IS DISTINCT FROM traded.currency
          AND (kind.is_inverse OR fill.fee_currency IS DISTINCT FROM fill.base)
     THEN fill.fee_currency END
"""

# The fills without a value in spans of time. A value has the time of its fill, so no others are looked through.
UNVALUED_FILLS = """
unnest(CAST(:since AS timestamptz[]), CAST(:until AS timestamptz[])) AS due (since, until)
CROSS JOIN LATERAL (
    SELECT *
    FROM fill
    WHERE account_id = :account_id AND at >= due.since AND at < due.until AND NOT EXISTS (
        SELECT FROM fill_value AS worth
        WHERE worth.account_id = :account_id AND worth.key = fill.key
          AND worth.at >= due.since AND worth.at < due.until
    )
    OFFSET 0
) AS fill
"""

# To be executed before: the planner has no statistics for values just written, and would compare each fill of a span
# with each value of it.
HASH_UNVALUED = "SET LOCAL enable_nestloop = off"
