"""The statements that compute and write values (db/writes/values.py).

Each computes them from the temporary tables `value_due` and `value_rate`, writes them, and yields how many there are
and the moment of the first one that changed.
"""

from db.fill_sums import GROUP_COLUMNS, VALUE_COLUMNS, WORTHS
from db.fill_values import FEE_CURRENCY, OF_MINUTES, TRADED, UNVALUED_FILLS
from domain.moment_rates import RateSource

SOURCES = tuple(RateSource)  # the most certain first

# The value in each of the two currencies. A rate of NULL is unknown. In a market of the currency itself the amount is
# the value.
_VALUE = """
CASE WHEN fill.base = {currency} AND NOT kind.is_contract THEN fill.amount
     WHEN traded.currency = {currency} THEN traded.amount
     ELSE traded.amount * rate.{rate} END
"""
_FEE = """
CASE WHEN fill.fee = 0 THEN 0
     WHEN fill.fee_currency = {currency} THEN fill.fee
     WHEN fill.fee_currency = traded.currency THEN fill.fee * rate.{rate}
     WHEN fill.fee_currency = fill.base AND NOT kind.is_inverse
     THEN fill.fee * fill.price * CASE WHEN traded.currency = {currency} THEN 1 ELSE rate.{rate} END
     ELSE fill.fee * fee_rate.{rate} END
"""
_BASE, _USD = ({"currency": ":currency", "rate": "rate"}, {"currency": "'USD'", "rate": "rate_usd"})
_UNKNOWN, _ASSUMED = len(SOURCES) - 1, SOURCES.index(RateSource.ASSUMED)

# In a market that both currencies are a side of, no rate is used.
_RANK = f"""
CASE WHEN traded.currency IS NULL THEN {_UNKNOWN}
     WHEN (traded.currency = :currency OR fill.base = :currency AND NOT kind.is_contract)
          AND (traded.currency = 'USD' OR fill.base = 'USD' AND NOT kind.is_contract) THEN 0
     ELSE coalesce(rate.rank, 0) END
"""

# The `at` of the line of MomentRates that holds at the time of a row.
_RATED = """
CROSS JOIN LATERAL (SELECT date_bin(:span, {table}.at, '1970-01-01 00:00+00') AS begins) AS span
CROSS JOIN LATERAL (
    SELECT CASE WHEN {table}.at = span.begins OR span.begins = ANY (CAST(:busy AS timestamptz[])) THEN {table}.at
                ELSE span.begins + :instant END AS at
) AS moment
LEFT JOIN value_rate AS rate ON rate.at = moment.at AND rate.currency = {currency}
LEFT JOIN value_rate AS fee_rate ON fee_rate.at = moment.at AND fee_rate.currency = paid.currency
"""
# Without a line a rate is not needed, or was not read.
_IS_RATED = """
    (rate.currency IS NOT NULL OR {currency} IS NULL OR {currency} = :currency AND :currency = 'USD')
    AND (fee_rate.currency IS NOT NULL OR paid.currency IS NULL OR paid.currency = :currency AND :currency = 'USD')
"""
_RATE_AT = """
least(CASE WHEN rate.is_of_moment THEN {table}.at ELSE rate.rate_at END,
      CASE WHEN fee_rate.is_of_moment THEN {table}.at ELSE fee_rate.rate_at END)
"""

# `new` are computed values beside the stored ones, so that sums can follow by the difference.
_COMPUTED_FILLS = f"""
    SELECT fill.key, fill.at, fill.symbol, fill.side, fill.liquidity, coalesce(fill.quote, '') AS quote,
           coalesce(fill.fee_currency, '') AS fee_currency, {_VALUE.format(**_BASE)} AS value,
           {_VALUE.format(**_USD)} AS value_usd, {_FEE.format(**_BASE)} AS fee, {_FEE.format(**_USD)} AS fee_usd,
           greatest({_RANK}, coalesce(fee_rate.rank, 0)) AS rank, {_RATE_AT.format(table="fill")} AS rate_at,
           {{former}}
    FROM {{fills}}
    {TRADED}
    CROSS JOIN LATERAL (SELECT {FEE_CURRENCY} AS currency) AS paid
    {_RATED.format(table="fill", currency="traded.currency")}
    {{joined}}
    WHERE {_IS_RATED.format(currency="traded.currency")}
"""  # noqa: S608 - SQL from code

_FORMER = """
    worth.key IS NULL AS is_new, worth.value AS old_value, worth.value_usd AS old_value_usd, worth.fee AS old_fee,
    worth.fee_usd AS old_fee_usd, worth.source IS NOT DISTINCT FROM 'assumed' AS was_assumed
"""
_NONE = ", ".join(f"CAST(NULL AS numeric) AS old_{column}" for column in WORTHS.values())
_NO_FORMER = f"true AS is_new, false AS was_assumed, {_NONE}"
_DUE_FILLS = "value_due AS due JOIN fill ON fill.account_id = :account_id AND fill.key = due.key"
_WORTH_OF_DUE = "LEFT JOIN {table}_value AS worth ON worth.account_id = :account_id AND worth.key = due.key"

_AMOUNT = "CASE WHEN transfer.asset = {currency} THEN transfer.amount ELSE transfer.amount * rate.{rate} END"
_TRANSFER_FEE = """
CASE WHEN transfer.fee = 0 THEN 0
     WHEN transfer.fee_currency = {currency} THEN transfer.fee
     ELSE transfer.fee * fee_rate.{rate} END
"""

_COMPUTED_TRANSFERS = f"""
    SELECT transfer.key, transfer.at, {_AMOUNT.format(**_BASE)} AS value, {_AMOUNT.format(**_USD)} AS value_usd,
           {_TRANSFER_FEE.format(**_BASE)} AS fee, {_TRANSFER_FEE.format(**_USD)} AS fee_usd,
           greatest(coalesce(rate.rank, 0), coalesce(fee_rate.rank, 0)) AS rank,
           {_RATE_AT.format(table="transfer")} AS rate_at, {_FORMER}
    FROM value_due AS due
    JOIN transfer ON transfer.account_id = :account_id AND transfer.key = due.key
    CROSS JOIN LATERAL (SELECT CASE WHEN transfer.fee <> 0 THEN transfer.fee_currency END AS currency) AS paid
    {_RATED.format(table="transfer", currency="transfer.asset")}
    {_WORTH_OF_DUE.format(table="transfer")}
    WHERE {_IS_RATED.format(currency="transfer.asset")}
"""  # noqa: S608 - SQL from code

_UPSERT = """
INSERT INTO {table} (account_id, key, at, currency, value, value_usd, fee, fee_usd, source, rate_at, candles)
SELECT :account_id, key, at, :currency, value, value_usd, fee, fee_usd, (CAST(:sources AS text[]))[rank + 1], rate_at,
       :candles
FROM new
ORDER BY at, key
ON CONFLICT (account_id, key) DO UPDATE SET
    at = excluded.at, currency = excluded.currency, value = excluded.value, value_usd = excluded.value_usd,
    fee = excluded.fee, fee_usd = excluded.fee_usd, source = excluded.source, rate_at = excluded.rate_at,
    candles = split_part(excluded.candles, ' ', 1)
              || CASE WHEN concat({table}.candles, excluded.candles) LIKE '%{minutes}%' THEN '{minutes}' ELSE '' END
""".replace("{minutes}", OF_MINUTES)

_IS_CHANGED = "(value, value_usd, fee, fee_usd) IS DISTINCT FROM (old_value, old_value_usd, old_fee, old_fee_usd)"
_COUNT = f"SELECT count(*), min(at) FILTER (WHERE is_new OR {_IS_CHANGED}) FROM new"  # noqa: S608 - SQL from code

TRANSFERS = f"""
WITH new AS MATERIALIZED ({_COMPUTED_TRANSFERS}), written AS ({_UPSERT.format(table="transfer_value")})
{_COUNT}
"""


def _fills(computed: str) -> str:
    """The statement that writes values of fills, and adds what they changed to the sums of days and months."""
    assumed = f"count(*) FILTER (WHERE rank = {_ASSUMED}) - count(*) FILTER (WHERE was_assumed) AS assumed"
    deltas = ["sum(CAST(is_new AS integer)) AS valued", assumed]
    for name, column in WORTHS.items():
        deltas.append(f"sum(coalesce({column}, 0) - coalesce(old_{column}, 0)) AS {name}")
        deltas.append(f"count(old_{column}) - count({column}) AS {name}_unknown")
    groups = ", ".join(GROUP_COLUMNS)
    return f"""
WITH new AS MATERIALIZED ({computed}), written AS ({_UPSERT.format(table="fill_value")}),
day AS MATERIALIZED (
    SELECT CAST(at AT TIME ZONE 'UTC' AS date) AS period, {groups}, {", ".join(deltas)}
    FROM new
    GROUP BY period, {groups}
), month AS (
    SELECT CAST(date_trunc('month', CAST(period AS timestamp)) AS date) AS period, {groups},
           {", ".join(f"sum({column}) AS {column}" for column in VALUE_COLUMNS)}
    FROM day
    GROUP BY 1, {groups}
), days AS ({_add_to("day")}), months AS ({_add_to("month")})
{_COUNT}
"""  # noqa: S608 - SQL from code


def _add_to(period: str) -> str:
    groups = " AND ".join(f"sums.{column} = delta.{column}" for column in GROUP_COLUMNS)
    return f"""
    UPDATE fill_{period} AS sums
    SET {", ".join(f"{column} = sums.{column} + delta.{column}" for column in VALUE_COLUMNS)}
    FROM {period} AS delta
    WHERE sums.account_id = :account_id AND sums.{period} = delta.period AND {groups}
"""  # noqa: S608 - names from code


NEW_FILLS = _fills(_COMPUTED_FILLS.format(fills=UNVALUED_FILLS, former=_NO_FORMER, joined=""))
FILLS = _fills(_COMPUTED_FILLS.format(fills=_DUE_FILLS, former=_FORMER, joined=_WORTH_OF_DUE.format(table="fill")))
