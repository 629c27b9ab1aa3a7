"""Profits: what the fills of a book gained, as it is worked out, and how far that has come."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, text

from db.copying import copy_lines, json_text, line_of
from db.locks import lock_past_writes
from db.writes.rollups import count_anew
from domain.cost_method import CostMethod

_COLUMNS = ("key", "realised", "realised_before_fees", "fee_value", "held_after", "cost_after", "sold_unexplained")
_fields = attrgetter(*_COLUMNS)


class FillResult(Protocol):
    """What one fill did to its book (domain.profit.Result). None is unknown, never zero (Lesson 13)."""

    @property
    def key(self) -> str: ...
    @property
    def realised(self) -> Decimal | None: ...
    @property
    def realised_before_fees(self) -> Decimal | None: ...
    @property
    def fee_value(self) -> Decimal | None: ...
    @property
    def held_after(self) -> Decimal: ...
    @property
    def cost_after(self) -> Decimal | None: ...
    @property
    def sold_unexplained(self) -> Decimal: ...


def write_profits(
    engine: Engine,
    account_id: int,
    symbol: str,
    results: Sequence[FillResult],
    state: Mapping[str, Any],
    method: CostMethod,
    *,
    from_start: bool,
) -> int:
    """Write what the next fills of a book did, in their order, and the book's state after them; how many were written.

    A book `from_start` forgets what was concluded before. A long one may be written in parts: the first from the start,
    the others on. Should fills have come in meanwhile that these results do not count, the book says that it was
    overtaken, and has to be worked out from its start.
    """
    scope = {"account_id": account_id, "symbol": symbol}
    with engine.begin() as connection:
        lock_past_writes(connection, account_id)
        touched = _forget(connection, scope) if from_start else set()
        if results:
            touched |= _insert(connection, scope, results)
            connection.execute(
                text(_STATE), {**scope, "state": json_text(dict(state)), "method": str(method), "key": results[-1].key}
            )
        count_anew(connection, account_id, [(symbol, day) for day in touched])
    return len(results)


def _forget(connection: Connection, scope: Mapping[str, object]) -> set[date]:
    """Delete what was concluded of a book; the days that were touched."""
    connection.execute(text("DELETE FROM book_state WHERE account_id = :account_id AND symbol = :symbol"), scope)
    return set(connection.execute(text(_FORGET), scope).scalars())


def _insert(connection: Connection, scope: Mapping[str, object], results: Sequence[FillResult]) -> set[date]:
    connection.execute(text(_SEEN))
    connection.execute(text("DELETE FROM profit_seen"))
    copy_lines(connection, "profit_seen", _COLUMNS, (line_of(_fields(result)) for result in results))
    connection.execute(text("ANALYZE profit_seen"))
    return set(connection.execute(text(_INSERT), scope).scalars())


_FORGET = """
WITH gone AS (
    DELETE FROM fill_profit WHERE account_id = :account_id AND symbol = :symbol RETURNING at
)
SELECT DISTINCT CAST(at AT TIME ZONE 'UTC' AS date) FROM gone
"""

_SEEN = f"""
CREATE TEMPORARY TABLE IF NOT EXISTS profit_seen ON COMMIT DELETE ROWS AS
SELECT {", ".join(_COLUMNS)} FROM fill_profit WITH NO DATA
"""  # noqa: S608 - column names from code

_INSERT = f"""
WITH written AS (
    INSERT INTO fill_profit (account_id, symbol, at, {", ".join(_COLUMNS)})
    SELECT fill.account_id, fill.symbol, fill.at, {", ".join(f"seen.{column}" for column in _COLUMNS)}
    FROM profit_seen AS seen
    JOIN fill ON fill.account_id = :account_id AND fill.key = seen.key AND fill.symbol = :symbol
    ON CONFLICT (account_id, key) DO UPDATE SET
        {", ".join(f"{column} = excluded.{column}" for column in _COLUMNS if column != "key")}
    RETURNING at
)
SELECT DISTINCT CAST(at AT TIME ZONE 'UTC' AS date) FROM written
"""  # noqa: S608 - column names from code

# Under the lock every fill up to the last must have its row; one without came in while the book was worked out.
_STATE = """
WITH last AS (
    SELECT at, key FROM fill WHERE account_id = :account_id AND key = :key
), former AS (
    SELECT coalesce(max(last_at), '-infinity') AS last_at, coalesce(max(last_key), '') AS last_key
    FROM book_state WHERE account_id = :account_id AND symbol = :symbol
), missed AS (
    SELECT (
        SELECT count(*)
        FROM fill
        WHERE fill.account_id = :account_id AND fill.symbol = :symbol
          AND fill.side IN ('buy', 'sell') AND fill.liquidity IN ('maker', 'taker', 'unknown')
          AND (fill.at, fill.key) <= (last.at, last.key)
          AND (fill.at, fill.key) > (former.last_at, former.last_key)
    ) <> (
        SELECT count(*)
        FROM fill_profit AS profit
        WHERE profit.account_id = :account_id AND profit.symbol = :symbol
          AND (profit.at, profit.key) <= (last.at, last.key)
          AND (profit.at, profit.key) > (former.last_at, former.last_key)
    ) AS any
    FROM last
    CROSS JOIN former
)
INSERT INTO book_state AS book (account_id, symbol, method, last_at, last_key, is_overtaken, state)
SELECT :account_id, :symbol, :method, last.at, last.key, missed.any, CAST(:state AS jsonb)
FROM last, missed
ON CONFLICT (account_id, symbol) DO UPDATE SET
    method = excluded.method, last_at = excluded.last_at, last_key = excluded.last_key, state = excluded.state,
    is_overtaken = book.is_overtaken OR excluded.is_overtaken
"""
