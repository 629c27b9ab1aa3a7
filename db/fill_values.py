"""What a fill or transfer is valued by, the same for reading which rates are needed and for writing values."""

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
