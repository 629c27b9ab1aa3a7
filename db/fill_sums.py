"""Sums of fills: what a group of fills comes to, counted from fills or kept by day and month, in one shape."""

# What fills are grouped by within a day or month; '' stands for a currency that is not known.
GROUP_COLUMNS = ("symbol", "side", "liquidity", "quote", "fee_currency")
SUM_COLUMNS = (
    "fills",
    "amount",
    "value",
    "fee",
    "fees_unknown",
    "fee_value",
    "fee_values_unknown",
    "realised",
    "realised_unknown",
    "gained",
    "gained_unknown",
)

# What a fill gained over all markets of its coin: as its pool says, or its book where its market is in none. What a
# pool does not explain is unknown although the book may know a cost, which went with another market's sale already. As
# FillRow.gained (db/reads/fills.py).
_GAINED = "CASE WHEN pool.key IS NULL THEN profit.realised ELSE pool.realised END"
_UNEXPLAINED = "CASE WHEN pool.key IS NULL THEN profit.sold_unexplained ELSE pool.sold_unexplained END"

# SUM_COLUMNS over rows of `fill` LEFT JOIN fill_profit AS `profit` LEFT JOIN fill_pool AS `pool`. What is known of a
# part only counts as unknown too.
COUNTED = f"""
    count(*) AS fills, sum(fill.amount) AS amount, sum(fill.price * fill.amount) AS value,
    coalesce(sum(fill.fee), 0) AS fee, count(*) - count(fill.fee) AS fees_unknown,
    coalesce(sum(profit.fee_value), 0) AS fee_value, count(*) - count(profit.fee_value) AS fee_values_unknown,
    coalesce(sum(profit.realised), 0) AS realised,
    count(*) - count(profit.realised) FILTER (WHERE profit.sold_unexplained = 0) AS realised_unknown,
    coalesce(sum({_GAINED}), 0) AS gained,
    count(*) - count({_GAINED}) FILTER (WHERE {_UNEXPLAINED} = 0) AS gained_unknown
"""

ADDED = ", ".join(f"CAST(sum({column}) AS numeric) AS {column}" for column in SUM_COLUMNS)
