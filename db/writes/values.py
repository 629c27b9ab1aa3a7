"""Write what fills and transfers were worth at their own moments."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection, Engine, text

from db.copying import copy_lines
from db.fill_sums import GROUP_COLUMNS, VALUE_COLUMNS, WORTHS
from db.fill_values import FEE_CURRENCY, TRADED
from db.locks import lock_history_writes
from domain.moment_rates import RateSource

SOURCES = tuple(RateSource)  # the most certain first
RATE_COLUMNS = ("currency", "at", "rate", "rate_usd", "rank", "rate_at")


@dataclass(frozen=True, slots=True)
class MomentRate:
    """The rates of a currency at a moment, in the base currency and in US dollars, and the less certain source."""

    currency: str
    at: datetime
    rate: Decimal | None
    rate_usd: Decimal | None
    source: RateSource
    rate_at: datetime | None


def write_fill_values(
    engine: Engine, account_id: int, currency: str, candles: str, keys: Iterable[str], rates: Iterable[str]
) -> int:
    """Write the values of these fills, by COPY lines of RATE_COLUMNS. Returns how many fills were valued.

    `candles` is the version of the candles that the rates come from. A fill whose currencies have changed meanwhile is
    left out, because its rates are not among these. Sums by day and month follow, and coin books that have counted an
    event at a changed value or later are marked.
    """
    with engine.begin() as connection:
        lock_history_writes(connection, account_id)
        scope = _staged(connection, account_id, currency, candles, keys, rates)
        count = connection.execute(text(_COMPUTE_FILLS), scope).rowcount
        connection.execute(text(_UPSERT.format(table="fill_value")), scope)
        for period in ("day", "month"):
            connection.execute(text(_add_to(period)), scope)
        _mark_changes(connection, scope)
    return count


def write_transfer_values(
    engine: Engine, account_id: int, currency: str, candles: str, keys: Iterable[str], rates: Iterable[str]
) -> int:
    """Write the values of these transfers, as for fills. Returns how many were valued."""
    with engine.begin() as connection:
        lock_history_writes(connection, account_id)
        scope = _staged(connection, account_id, currency, candles, keys, rates)
        count = connection.execute(text(_COMPUTE_TRANSFERS), scope).rowcount
        connection.execute(text(_UPSERT.format(table="transfer_value")), scope)
        _mark_changes(connection, scope)
    return count


def delete_values_in_other_currencies(engine: Engine, account_id: int, currency: str) -> None:
    """Delete the values of an account whose base currency was another one, so that all are worked out anew."""
    scope = {"account_id": account_id, "currency": currency}
    with engine.begin() as connection:
        lock_history_writes(connection, account_id)
        connection.execute(text(_DELETE_OTHERS.format(table="transfer_value")), scope)
        if connection.execute(text(_DELETE_OTHERS.format(table="fill_value")), scope).rowcount:
            for table in ("fill_day", "fill_month"):
                connection.execute(text(_FORGET.format(table=table)), scope)


def write_assumed_with(engine: Engine, account_id: int, candles: str) -> None:
    """Record that all assumed values of an account were tried with these candles."""
    with engine.begin() as connection:
        connection.execute(text(_ASSUMED_WITH), {"account_id": account_id, "candles": candles})


def _mark_changes(connection: Connection, scope: Mapping[str, object]) -> None:
    """Let pages and coin books know of the values that changed."""
    first = connection.execute(text(_FIRST_CHANGE)).scalar()
    if first is not None:
        connection.execute(text(_COUNT_CHANGE), scope)
        connection.execute(text(_OVERTAKE), {**scope, "at": first})


def _staged(
    connection: Connection, account_id: int, currency: str, candles: str, keys: Iterable[str], rates: Iterable[str]
) -> dict[str, object]:
    for table, statement in _TABLES.items():
        connection.execute(text(statement))
        connection.execute(text(f"TRUNCATE {table}"))
    copy_lines(connection, "value_due", ("key",), keys)
    copy_lines(connection, "value_rate", RATE_COLUMNS, rates)
    for table in ("value_due", "value_rate"):
        connection.execute(text(f"ANALYZE {table}"))
    return {"account_id": account_id, "currency": currency, "candles": candles, "sources": [str(s) for s in SOURCES]}


_TABLES = {
    "value_due": """
        CREATE TEMPORARY TABLE IF NOT EXISTS value_due (key text COLLATE "C" NOT NULL) ON COMMIT DELETE ROWS
    """,
    "value_rate": """
        CREATE TEMPORARY TABLE IF NOT EXISTS value_rate (
            currency text NOT NULL, at timestamptz NOT NULL, rate numeric, rate_usd numeric, rank integer NOT NULL,
            rate_at timestamptz
        ) ON COMMIT DELETE ROWS
    """,
    # Computed values beside the stored ones, so that sums can follow by the difference.
    "value_new": """
        CREATE TEMPORARY TABLE IF NOT EXISTS value_new (
            key text COLLATE "C" NOT NULL, at timestamptz NOT NULL, symbol text, side text, liquidity text, quote text,
            fee_currency text, value numeric, value_usd numeric, fee numeric, fee_usd numeric, rank integer NOT NULL,
            rate_at timestamptz, is_new boolean NOT NULL, old_value numeric, old_value_usd numeric, old_fee numeric,
            old_fee_usd numeric
        ) ON COMMIT DELETE ROWS
    """,
}

# The value in each of the two currencies. A rate of NULL is unknown. Of a market of the currency itself the amount is
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
_UNKNOWN = len(SOURCES) - 1

# In a market that both currencies are a side of, no rate is used.
_RANK = f"""
CASE WHEN traded.currency IS NULL THEN {_UNKNOWN}
     WHEN (traded.currency = :currency OR fill.base = :currency AND NOT kind.is_contract)
          AND (traded.currency = 'USD' OR fill.base = 'USD' AND NOT kind.is_contract) THEN 0
     ELSE coalesce(rate.rank, 0) END
"""

_COMPUTE_FILLS = f"""
INSERT INTO value_new
SELECT fill.key, fill.at, fill.symbol, fill.side, fill.liquidity, coalesce(fill.quote, ''),
       coalesce(fill.fee_currency, ''), {_VALUE.format(**_BASE)}, {_VALUE.format(**_USD)}, {_FEE.format(**_BASE)},
       {_FEE.format(**_USD)}, greatest({_RANK}, coalesce(fee_rate.rank, 0)), least(rate.rate_at, fee_rate.rate_at),
       worth.key IS NULL, worth.value, worth.value_usd, worth.fee, worth.fee_usd
FROM value_due AS due
JOIN fill ON fill.account_id = :account_id AND fill.key = due.key
{TRADED}
CROSS JOIN LATERAL (SELECT {FEE_CURRENCY} AS currency) AS paid
LEFT JOIN value_rate AS rate ON rate.currency = traded.currency AND rate.at = fill.at
LEFT JOIN value_rate AS fee_rate ON fee_rate.currency = paid.currency AND fee_rate.at = fill.at
LEFT JOIN fill_value AS worth ON worth.account_id = :account_id AND worth.key = due.key
WHERE (rate.currency IS NOT NULL OR traded.currency IS NULL OR traded.currency = :currency AND :currency = 'USD')
  AND (fee_rate.currency IS NOT NULL OR paid.currency IS NULL OR paid.currency = :currency AND :currency = 'USD')
"""  # noqa: S608 - SQL from code

_AMOUNT = "CASE WHEN transfer.asset = {currency} THEN transfer.amount ELSE transfer.amount * rate.{rate} END"
_TRANSFER_FEE = """
CASE WHEN transfer.fee = 0 THEN 0
     WHEN transfer.fee_currency = {currency} THEN transfer.fee
     ELSE transfer.fee * fee_rate.{rate} END
"""

_COMPUTE_TRANSFERS = f"""
INSERT INTO value_new
SELECT transfer.key, transfer.at, NULL, NULL, NULL, NULL, NULL, {_AMOUNT.format(**_BASE)}, {_AMOUNT.format(**_USD)},
       {_TRANSFER_FEE.format(**_BASE)}, {_TRANSFER_FEE.format(**_USD)},
       greatest(coalesce(rate.rank, 0), coalesce(fee_rate.rank, 0)), least(rate.rate_at, fee_rate.rate_at),
       worth.key IS NULL, worth.value, worth.value_usd, worth.fee, worth.fee_usd
FROM value_due AS due
JOIN transfer ON transfer.account_id = :account_id AND transfer.key = due.key
CROSS JOIN LATERAL (SELECT CASE WHEN transfer.fee <> 0 THEN transfer.fee_currency END AS currency) AS paid
LEFT JOIN value_rate AS rate ON rate.currency = transfer.asset AND rate.at = transfer.at
LEFT JOIN value_rate AS fee_rate ON fee_rate.currency = paid.currency AND fee_rate.at = transfer.at
LEFT JOIN transfer_value AS worth ON worth.account_id = :account_id AND worth.key = due.key
WHERE (rate.currency IS NOT NULL OR transfer.asset = :currency AND :currency = 'USD')
  AND (fee_rate.currency IS NOT NULL OR paid.currency IS NULL OR paid.currency = :currency AND :currency = 'USD')
"""  # noqa: S608 - SQL from code

_UPSERT = """
INSERT INTO {table} (account_id, key, at, currency, value, value_usd, fee, fee_usd, source, rate_at, candles)
SELECT :account_id, key, at, :currency, value, value_usd, fee, fee_usd, (CAST(:sources AS text[]))[rank + 1], rate_at,
       :candles
FROM value_new
ORDER BY at, key
ON CONFLICT (account_id, key) DO UPDATE SET
    at = excluded.at, currency = excluded.currency, value = excluded.value, value_usd = excluded.value_usd,
    fee = excluded.fee, fee_usd = excluded.fee_usd, source = excluded.source, rate_at = excluded.rate_at,
    candles = excluded.candles
"""


def _add_to(period: str) -> str:
    """The statement that adds what values changed to the sums of a period."""
    deltas = ["sum(CAST(is_new AS integer)) AS valued"]
    for name, column in WORTHS.items():
        deltas.append(f"sum(coalesce({column}, 0) - coalesce(old_{column}, 0)) AS {name}")
        deltas.append(f"count(old_{column}) - count({column}) AS {name}_unknown")
    groups = " AND ".join(f"sums.{column} = delta.{column}" for column in GROUP_COLUMNS)
    return f"""
UPDATE fill_{period} AS sums
SET {", ".join(f"{column} = sums.{column} + delta.{column}" for column in VALUE_COLUMNS)}
FROM (
    SELECT CAST(date_trunc('{period}', at AT TIME ZONE 'UTC') AS date) AS period, {", ".join(GROUP_COLUMNS)},
           {", ".join(deltas)}
    FROM value_new
    GROUP BY period, {", ".join(GROUP_COLUMNS)}
) AS delta
WHERE sums.account_id = :account_id AND sums.{period} = delta.period AND {groups}
"""  # noqa: S608 - names from code


_FIRST_CHANGE = """
SELECT min(at)
FROM value_new
WHERE is_new OR (value, value_usd, fee, fee_usd) IS DISTINCT FROM (old_value, old_value_usd, old_fee, old_fee_usd)
"""

_COUNT_CHANGE = """
INSERT INTO value_state AS state (account_id, changes) VALUES (:account_id, 1)
ON CONFLICT (account_id) DO UPDATE SET changes = state.changes + 1
"""

_ASSUMED_WITH = """
INSERT INTO value_state (account_id, changes, assumed_with) VALUES (:account_id, 0, :candles)
ON CONFLICT (account_id) DO UPDATE SET assumed_with = excluded.assumed_with
"""

# Coin books count from there on again, as db.writes.rollups.OVERTAKE_COINS.
_OVERTAKE = """
UPDATE coin_books_state
SET overtaken_at = least(overtaken_at, :at), changes = changes + 1
WHERE account_id = :account_id
"""

_DELETE_OTHERS = "DELETE FROM {table} WHERE account_id = :account_id AND currency <> :currency"

_FORGET = f"""
UPDATE {{table}}
SET valued = 0, {", ".join(f"{name} = 0, {name}_unknown = fills" for name in WORTHS)}
WHERE account_id = :account_id
"""  # noqa: S608 - names from code
