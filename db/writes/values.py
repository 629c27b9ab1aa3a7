"""Write what fills and transfers were worth at their own moments."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, text

from db.copying import copy_lines
from db.fill_sums import WORTHS
from db.fill_values import HASH_UNVALUED, OF_MINUTES
from db.locks import lock_history_writes
from db.writes.value_statements import FILLS, NEW_FILLS, SOURCES, TRANSFERS
from domain.moment_rates import INSTANT, SPAN

RATE_COLUMNS = ("currency", "at", "rate", "rate_usd", "rank", "rate_at", "is_of_moment")


@dataclass(frozen=True, slots=True)
class MomentRates:
    """COPY lines of RATE_COLUMNS: rates in the base currency and in US dollars, and the source of the less certain one.

    A line whose `at` is an instant after the begin of a span (domain.moment_rates.SPAN) holds for all of that span but
    its begin, unless it is one of `busy`. Other lines hold for their moment. `is_of_moment`: the time of the price is
    that of what is valued, else `rate_at`.
    """

    lines: Sequence[str] = ()
    busy: Sequence[datetime] = ()


def write_new_fill_values(
    engine: Engine,
    account_id: int,
    currency: str,
    candles: str,
    spans: Sequence[tuple[datetime, datetime]],
    rates: MomentRates,
) -> int:
    """Write the values of the fills in [since, until) that have none. Returns how many fills were valued.

    `candles` is the version of the candles that the rates come from. A fill whose rate is not among `rates` (it
    arrived in between) is left out. Sums by day and month follow, and coin books that have counted an event at a
    changed value or later are marked.
    """
    days = {"since": [since for since, _ in spans], "until": [until for _, until in spans]}
    with engine.begin() as connection:
        lock_history_writes(connection, account_id)
        scope = _staged(connection, account_id, currency, candles, rates)
        connection.execute(text(HASH_UNVALUED))
        return _write(connection, NEW_FILLS, {**scope, **days})


def write_fill_values(
    engine: Engine, account_id: int, currency: str, candles: str, keys: Iterable[str], rates: MomentRates
) -> int:
    """Write the values of these fills, as for new ones. `keys` are COPY lines."""
    return _write_due(engine, FILLS, account_id, currency, candles, keys, rates)


def write_transfer_values(
    engine: Engine, account_id: int, currency: str, candles: str, keys: Iterable[str], rates: MomentRates
) -> int:
    """Write the values of these transfers, as for fills. Returns how many were valued."""
    return _write_due(engine, TRANSFERS, account_id, currency, candles, keys, rates)


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


def _write_due(
    engine: Engine,
    statement: str,
    account_id: int,
    currency: str,
    candles: str,
    keys: Iterable[str],
    rates: MomentRates,
) -> int:
    with engine.begin() as connection:
        lock_history_writes(connection, account_id)
        return _write(connection, statement, _staged(connection, account_id, currency, candles, rates, keys))


def _write(connection: Connection, statement: str, scope: Mapping[str, object]) -> int:
    """Write values, and let pages and coin books know of those that changed, or that no candle can move any more."""
    count, first = connection.execute(text(statement), scope).one()
    if first is not None or (count and str(scope["candles"]).endswith(OF_MINUTES)):
        connection.execute(text(_COUNT_CHANGE), scope)
    if first is not None:
        connection.execute(text(_OVERTAKE), {**scope, "at": first})
    return int(count)


def _staged(
    connection: Connection,
    account_id: int,
    currency: str,
    candles: str,
    rates: MomentRates,
    keys: Iterable[str] = (),
) -> dict[str, object]:
    staged = (("value_due", ("key",), keys), ("value_rate", RATE_COLUMNS, rates.lines))
    for table, columns, lines in staged:
        for statement in (_TABLES[table], f"TRUNCATE {table}"):
            connection.execute(text(statement))
        copy_lines(connection, table, columns, lines)
        connection.execute(text(f"ANALYZE {table}"))
    return {
        "account_id": account_id, "currency": currency, "candles": candles, "sources": [str(s) for s in SOURCES],
        "busy": list(rates.busy), "span": SPAN, "instant": INSTANT,
    }  # fmt: skip


_TABLES = {
    "value_due": """
        CREATE TEMPORARY TABLE IF NOT EXISTS value_due (key text COLLATE "C" NOT NULL) ON COMMIT DELETE ROWS
    """,
    # The key keeps a wrong guess of the planner harmless.
    "value_rate": """
        CREATE TEMPORARY TABLE IF NOT EXISTS value_rate (
            currency text NOT NULL, at timestamptz NOT NULL, rate numeric, rate_usd numeric, rank integer NOT NULL,
            rate_at timestamptz, is_of_moment boolean NOT NULL, PRIMARY KEY (at, currency)
        ) ON COMMIT DELETE ROWS
    """,
}

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
SET valued = 0, assumed = 0, {", ".join(f"{name} = 0, {name}_unknown = fills" for name in WORTHS)}
WHERE account_id = :account_id
"""  # noqa: S608 - names from code
