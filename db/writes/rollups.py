"""Sums of fills by day and month, kept equal to a GROUP BY in the transaction that writes the fills.

New fills are added to the stored sums, so the cost depends on the page, not on its days. Completed fills and new
profits recount their days, for their symbol only.
"""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Connection, text

from db.copying import copy_lines, line_of
from db.fill_sums import COUNTED, GROUP_COLUMNS, OF_COINS, SUM_COLUMNS, WORTH_COLUMNS

DAYS_A_STATEMENT = 100

_GROUP = """
    symbol, side, liquidity, coalesce(quote, '') AS quote, coalesce(fee_currency, '') AS fee_currency
"""


def insert_with_rollups(inserting: str) -> str:
    """The statement that inserts fills and adds new ones to their days and months. It yields the number of new fills.

    `inserting` is an INSERT INTO fill that returns its rows. Profit and value of a new fill are unknown. One that
    is older than the end of a book marks it as overtaken.
    """
    return f"""
WITH changed AS ({inserting}), month AS ({_adding("fill_month", "month")}), day AS ({_adding("fill_day", "day")}),
overtaken AS ({OVERTAKE}), coins AS ({OVERTAKE_COINS})
SELECT count(*) FROM changed
"""  # noqa: S608 - names from code


def _adding(table: str, period: str) -> str:
    added = ", ".join(f"{column} = sums.{column} + excluded.{column}" for column in SUM_COLUMNS)
    return f"""
    INSERT INTO {table} AS sums (account_id, {period}, {", ".join((*GROUP_COLUMNS, *SUM_COLUMNS))})
    SELECT account_id, CAST(date_trunc('{period}', at AT TIME ZONE 'UTC') AS date), {_GROUP},
           count(*), sum(amount), sum(price * amount), coalesce(sum(fee), 0), count(*) - count(fee),
           0, count(*), 0, count(*), 0, count(*), 0,
           0, 0, {", ".join("0" for _ in WORTH_COLUMNS)}, {", ".join("count(*)" for _ in WORTH_COLUMNS)}
    FROM changed
    GROUP BY 1, 2, 3, 4, 5, 6, 7
    ON CONFLICT (account_id, {period}, {", ".join(GROUP_COLUMNS)}) DO UPDATE SET {added}
"""  # noqa: S608 - names from code


# `changed` holds the added or completed fills.
OVERTAKE = """
    UPDATE book_state AS book
    SET is_overtaken = true
    FROM changed
    WHERE book.account_id = changed.account_id AND book.symbol = changed.symbol AND NOT book.is_overtaken
      AND changed.at <= book.last_at
"""

# `changed` holds the added or changed fills, transfers or values of them. Coin books count from there on again.
OVERTAKE_COINS = """
    UPDATE coin_books_state AS books
    SET overtaken_at = least(books.overtaken_at, earliest.at), changes = books.changes + 1
    FROM (SELECT account_id, min(at) AS at FROM changed GROUP BY account_id) AS earliest
    WHERE books.account_id = earliest.account_id
"""


# The values of completed fills are worked out anew, and so are the coin books that counted them.
FORGET_VALUES = """
    DELETE FROM fill_value AS worth
    USING changed
    WHERE worth.account_id = changed.account_id AND worth.key = changed.key
"""


def recount(connection: Connection, account_id: int, touched: Iterable[tuple[str, date]]) -> None:
    """Recount days (UTC) of symbols from their fills, and their months from days.

    Runs in batches, so that no statement reaches the statement timeout.
    """
    symbol_days = sorted(set(touched))
    if symbol_days:
        connection.execute(text(_TOUCHED))
    for start in range(0, len(symbol_days), DAYS_A_STATEMENT):
        connection.execute(text("DELETE FROM touched"))
        batch = symbol_days[start : start + DAYS_A_STATEMENT]
        copy_lines(connection, "touched", ("symbol", "day"), map(line_of, batch))
        connection.execute(text("ANALYZE touched"))
        for statement in (_CLEAR_DAYS, _COUNT_DAYS, _CLEAR_MONTHS, _COUNT_MONTHS):
            connection.execute(text(statement), {"account_id": account_id})


_TOUCHED = """
CREATE TEMPORARY TABLE IF NOT EXISTS touched (symbol text NOT NULL, day date NOT NULL) ON COMMIT DELETE ROWS
"""

_CLEAR_DAYS = """
DELETE FROM fill_day AS sums
USING touched
WHERE sums.account_id = :account_id AND sums.day = touched.day AND sums.symbol = touched.symbol
"""

# The planner has no statistics for rows just written. OFFSET 0 keeps each day an index scan instead of a nested loop
# over all fills. The join repeats every indexed column, so any chosen index finds the one row.
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
LEFT JOIN fill_value AS worth ON worth.account_id = fill.account_id AND worth.key = fill.key
{OF_COINS}
GROUP BY 2, 3, 4, 5, 6, 7
"""  # noqa: S608 - names from code

_CLEAR_MONTHS = """
DELETE FROM fill_month AS sums
USING (SELECT DISTINCT symbol, CAST(date_trunc('month', day) AS date) AS month FROM touched) AS touched
WHERE sums.account_id = :account_id AND sums.month = touched.month AND sums.symbol = touched.symbol
"""

_COUNT_MONTHS = f"""
INSERT INTO fill_month (account_id, month, {", ".join((*GROUP_COLUMNS, *SUM_COLUMNS))})
SELECT :account_id, month, {", ".join(f"sums.{column}" for column in GROUP_COLUMNS)},
       {", ".join(f"sum(sums.{column})" for column in SUM_COLUMNS)}
FROM (SELECT DISTINCT symbol, CAST(date_trunc('month', day) AS date) AS month FROM touched) AS touched
JOIN fill_day AS sums ON sums.account_id = :account_id AND sums.symbol = touched.symbol
 AND sums.day >= month AND sums.day < month + interval '1 month'
GROUP BY 2, 3, 4, 5, 6, 7
"""  # noqa: S608 - names from code
