"""Rollups: fills counted and added up by day and month, kept equal to a GROUP BY in the transaction that writes them.

New fills are added to what stands, so that a page costs what the page weighs and not what its days do. What was
completed or worked out later is counted anew, for its days of its symbol only.
"""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Connection, text

from db.copying import copy_lines, line_of
from db.fill_sums import COUNTED, GROUP_COLUMNS, SUM_COLUMNS

DAYS_A_STATEMENT = 100

_GROUP = """
    symbol, side, liquidity, coalesce(quote, '') AS quote, coalesce(fee_currency, '') AS fee_currency
"""


def insert_with_rollups(inserting: str) -> str:
    """The statement that inserts fills and adds the new ones to their days and months; yields how many are new.

    `inserting` is an INSERT INTO fill that returns its rows. A new fill's profit is not known yet. A book or pool
    that was worked out beyond a new fill is overtaken.
    """
    return f"""
WITH told AS ({inserting}), month AS ({_adding("fill_month", "month")}), day AS ({_adding("fill_day", "day")}),
overtaken AS ({OVERTAKE}), pools AS ({OVERTAKE_POOLS})
SELECT count(*) FROM told
"""  # noqa: S608 - names from code


def _adding(table: str, period: str) -> str:
    added = ", ".join(f"{column} = held.{column} + excluded.{column}" for column in SUM_COLUMNS)
    return f"""
    INSERT INTO {table} AS held (account_id, {period}, {", ".join((*GROUP_COLUMNS, *SUM_COLUMNS))})
    SELECT account_id, CAST(date_trunc('{period}', at AT TIME ZONE 'UTC') AS date), {_GROUP},
           count(*), sum(amount), sum(price * amount), coalesce(sum(fee), 0), count(*) - count(fee),
           0, count(*), 0, count(*), 0, count(*)
    FROM told
    GROUP BY 1, 2, 3, 4, 5, 6, 7
    ON CONFLICT (account_id, {period}, {", ".join(GROUP_COLUMNS)}) DO UPDATE SET {added}
"""  # noqa: S608 - names from code


# `told` is whatever was added or completed.
OVERTAKE = """
    UPDATE book_state AS book
    SET is_overtaken = true
    FROM told
    WHERE book.account_id = told.account_id AND book.symbol = told.symbol AND NOT book.is_overtaken
      AND (told.at, told.key) <= (book.last_at, book.last_key)
"""

OVERTAKE_POOLS = """
    UPDATE pool_state AS pool
    SET is_overtaken = true
    FROM told
    WHERE pool.account_id = told.account_id AND pool.coin = told.base AND NOT pool.is_overtaken
      AND (told.at, told.key) <= (pool.last_at, pool.last_key)
"""


def count_anew(connection: Connection, account_id: int, touched: Iterable[tuple[str, date]]) -> None:
    """Count days (UTC) of symbols anew, and their months out of their days.

    Some days at a time, so that no statement runs into the time that one may take, however long the past.
    """
    pairs = sorted(set(touched))
    if pairs:
        connection.execute(text(_TOUCHED))
    for start in range(0, len(pairs), DAYS_A_STATEMENT):
        connection.execute(text("DELETE FROM touched"))
        some = pairs[start : start + DAYS_A_STATEMENT]
        copy_lines(connection, "touched", ("symbol", "day"), map(line_of, some))
        connection.execute(text("ANALYZE touched"))
        for statement in (_CLEAR_DAYS, _COUNT_DAYS, _CLEAR_MONTHS, _COUNT_MONTHS):
            connection.execute(text(statement), {"account_id": account_id})


_TOUCHED = """
CREATE TEMPORARY TABLE IF NOT EXISTS touched (symbol text NOT NULL, day date NOT NULL) ON COMMIT DELETE ROWS
"""

_CLEAR_DAYS = """
DELETE FROM fill_day AS held
USING touched
WHERE held.account_id = :account_id AND held.day = touched.day AND held.symbol = touched.symbol
"""

# Told for plans that hold while statistics know nothing of what was written or deleted just now: OFFSET has each day go
# down an index by itself, where else every day would be held against every fill of the account; and a profit is joined
# by all that its indexes know, so that whichever is taken leads to the one row.
_COUNT_DAYS = f"""
INSERT INTO fill_day (account_id, day, {", ".join((*GROUP_COLUMNS, *SUM_COLUMNS))})
SELECT :account_id, day, {_GROUP.replace("symbol", "touched.symbol")}, {COUNTED}
FROM touched
CROSS JOIN LATERAL (
    SELECT *
    FROM fill
    WHERE fill.account_id = :account_id AND fill.symbol = touched.symbol
      AND fill.side IN ('buy', 'sell') AND fill.liquidity IN ('maker', 'taker', 'unknown')
      AND fill.at >= CAST(touched.day AS timestamp) AT TIME ZONE 'UTC'
      AND fill.at < CAST(touched.day + 1 AS timestamp) AT TIME ZONE 'UTC'
    OFFSET 0
) AS fill
LEFT JOIN fill_profit AS profit ON profit.account_id = fill.account_id AND profit.symbol = fill.symbol
 AND profit.at = fill.at AND profit.key = fill.key
LEFT JOIN fill_pool AS pool ON pool.account_id = fill.account_id AND pool.key = fill.key
GROUP BY 2, 3, 4, 5, 6, 7
"""  # noqa: S608 - names from code

_CLEAR_MONTHS = """
DELETE FROM fill_month AS held
USING (SELECT DISTINCT symbol, CAST(date_trunc('month', day) AS date) AS month FROM touched) AS touched
WHERE held.account_id = :account_id AND held.month = touched.month AND held.symbol = touched.symbol
"""

_COUNT_MONTHS = f"""
INSERT INTO fill_month (account_id, month, {", ".join((*GROUP_COLUMNS, *SUM_COLUMNS))})
SELECT :account_id, month, {", ".join(f"held.{column}" for column in GROUP_COLUMNS)},
       {", ".join(f"sum(held.{column})" for column in SUM_COLUMNS)}
FROM (SELECT DISTINCT symbol, CAST(date_trunc('month', day) AS date) AS month FROM touched) AS touched
JOIN fill_day AS held ON held.account_id = :account_id AND held.symbol = touched.symbol
 AND held.day >= month AND held.day < month + interval '1 month'
GROUP BY 2, 3, 4, 5, 6, 7
"""  # noqa: S608 - names from code
