"""Columns of fill sums, the same whether computed from fills or stored by day and month."""

# The grouping within a day or month. '' is an unknown currency.
GROUP_COLUMNS = ("symbol", "side", "liquidity", "quote", "fee_currency")
# What the fills were worth at their own moments (fill_value): in the base currency of the account, and in US dollars.
# `valued` counts the fills that have been tried.
WORTH_COLUMNS = ("value_base", "value_usd", "fee_base", "fee_usd")
VALUE_COLUMNS = ("valued", *WORTH_COLUMNS, *(f"{column}_unknown" for column in WORTH_COLUMNS))
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
    "realised_by_market",
    "realised_by_market_unknown",
    *VALUE_COLUMNS,
)

# Realised profit over all markets of the coin: from the pool, or from the book if the market is in no pool. A sale
# without a cost in the pool is unknown even if the book has a cost, because a sale on another market has used it up.
# FillRow.realised (db/reads/fills.py) follows the same rule.
_REALISED = "CASE WHEN pool.key IS NULL THEN profit.realised ELSE pool.realised END"
_UNEXPLAINED = "CASE WHEN pool.key IS NULL THEN profit.sold_unexplained ELSE pool.sold_unexplained END"

# The column of fill_value that each of WORTH_COLUMNS adds up.
WORTHS = {"value_base": "value", "value_usd": "value_usd", "fee_base": "fee", "fee_usd": "fee_usd"}

# SUM_COLUMNS over rows of `fill` LEFT JOIN fill_profit AS `profit` LEFT JOIN fill_pool AS `pool` LEFT JOIN fill_value
# AS `worth`. A fill with a partly known profit also counts as unknown.
COUNTED = f"""
    count(*) AS fills, sum(fill.amount) AS amount, sum(fill.price * fill.amount) AS value,
    coalesce(sum(fill.fee), 0) AS fee, count(*) - count(fill.fee) AS fees_unknown,
    coalesce(sum(profit.fee_value), 0) AS fee_value, count(*) - count(profit.fee_value) AS fee_values_unknown,
    coalesce(sum({_REALISED}), 0) AS realised,
    count(*) - count({_REALISED}) FILTER (WHERE {_UNEXPLAINED} = 0) AS realised_unknown,
    coalesce(sum(profit.realised), 0) AS realised_by_market,
    count(*) - count(profit.realised) FILTER (WHERE profit.sold_unexplained = 0) AS realised_by_market_unknown,
    count(worth.key) AS valued,
    {", ".join(f"coalesce(sum(worth.{column}), 0) AS {name}" for name, column in WORTHS.items())},
    {", ".join(f"count(*) - count(worth.{column}) AS {name}_unknown" for name, column in WORTHS.items())}
"""

ADDED = ", ".join(f"CAST(sum({column}) AS numeric) AS {column}" for column in SUM_COLUMNS)
