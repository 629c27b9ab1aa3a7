"""Columns of fill sums, the same whether computed from fills or stored by day and month."""

# The grouping within a day or month. '' is an unknown currency.
GROUP_COLUMNS = ("symbol", "side", "liquidity", "quote", "fee_currency")
# The values of the fills at their own moments (fill_value): in the base currency of the account, and in US dollars.
# `valued` counts the fills that have been tried, `assumed` those with a dollar coin that counted as one dollar.
WORTH_COLUMNS = ("value_base", "value_usd", "fee_base", "fee_usd")
VALUE_COLUMNS = ("valued", "assumed", *WORTH_COLUMNS, *(f"{column}_unknown" for column in WORTH_COLUMNS))
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
    "realised_assumed",
    *VALUE_COLUMNS,
)

_GAINED = """
           CASE WHEN bool_and({gain} IS NOT NULL) OR bool_or({gain} <> 0 OR {gain} = 0 AND quantity < 0)
                THEN sum({gain}) END AS {gain}"""

# The column of fill_value that each of WORTH_COLUMNS adds up.
WORTHS = {"value_base": "value", "value_usd": "value_usd", "fee_base": "fee", "fee_usd": "fee_usd"}

# The gain of a fill over all coins that it moved, in the base currency, as a row of `coins`. Each gain is of the
# explained part, and NULL where nothing that the fill closed is explained. `is_known` says that all of it is. `own` is
# the fill's own coin or contract. To be joined to rows of `fill`.
OF_COINS = f"""
LEFT JOIN LATERAL (
    SELECT count(*) AS moved, bool_and(realised IS NOT NULL AND unexplained = 0) AS is_known,
           array_agg(coin) FILTER (WHERE realised_before_fees IS NULL OR unexplained > 0) AS unknown,
           bool_or(is_assumed) AS is_assumed,
           sum(unexplained) FILTER (WHERE role IN ('traded', 'contract')) AS unexplained,
           max(quantity_after) FILTER (WHERE role = 'traded') AS held_after,
           max(known_after) FILTER (WHERE role = 'traded') AS known_after,
           max(cost_after) FILTER (WHERE role = 'traded') AS cost_after,{_GAINED.format(gain="realised")},{
    _GAINED.format(gain="realised_before_fees")
}
    FROM coin_result
    WHERE coin_result.account_id = fill.account_id AND coin_result.key = fill.key AND coin_result.is_fill
) AS coins ON true
"""  # noqa: S608 - names from code

# SUM_COLUMNS over rows of `fill` LEFT JOIN fill_profit AS `profit` LEFT JOIN fill_value AS `worth`, and OF_COINS. A
# fill with a partly known profit also counts as unknown.
COUNTED = f"""
    count(*) AS fills, sum(fill.amount) AS amount, sum(fill.price * fill.amount) AS value,
    coalesce(sum(fill.fee), 0) AS fee, count(*) - count(fill.fee) AS fees_unknown,
    coalesce(sum(profit.fee_value), 0) AS fee_value, count(*) - count(profit.fee_value) AS fee_values_unknown,
    coalesce(sum(coins.realised), 0) AS realised,
    count(*) - count(coins.realised) FILTER (WHERE coins.is_known) AS realised_unknown,
    coalesce(sum(profit.realised), 0) AS realised_by_market,
    count(*) - count(profit.realised) FILTER (WHERE profit.sold_unexplained = 0) AS realised_by_market_unknown,
    count(*) FILTER (WHERE coins.is_assumed AND coins.realised <> 0) AS realised_assumed,
    count(worth.key) AS valued, count(*) FILTER (WHERE worth.source = 'assumed') AS assumed,
    {", ".join(f"coalesce(sum(worth.{column}), 0) AS {name}" for name, column in WORTHS.items())},
    {", ".join(f"count(*) - count(worth.{column}) AS {name}_unknown" for name, column in WORTHS.items())}
"""

ADDED = ", ".join(f"CAST(sum({column}) AS numeric) AS {column}" for column in SUM_COLUMNS)
