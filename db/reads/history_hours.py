"""The hours that may hold matching orders, by the sums of ended orders, so that a read leaves all other hours out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, Row, text

from db.ended_orders import ENDINGS, SHOWN_AT
from db.reads import history_windows
from db.reads.history_filter import HistoryFilter
from db.reads.history_windows import Moments, ends_of, read_window_begin
from db.reads.page_cursor import Cursor
from domain.snapshot import Account

# So many of the newest hours of all accounts are looked up at once, and at least one of each account and symbol.
HOURS = 400
# So many hours are expected of a month or day with a match. A quiet one has fewer, and then the window has fewer.
_HOURS_OF_PERIOD = 2
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class AccountHour:
    """An hour (UTC) of one account, and the refresh to look from."""

    account: Account
    as_of: datetime
    begin: datetime

    @property
    def end(self) -> datetime:
        """The begin of the next hour."""
        return self.begin + _HOUR


@dataclass(frozen=True, slots=True)
class HourWindow:
    """The newest hours, and the moment from which on they hold all matching orders. None: there are no older ones.

    `moments` are the accounts that have matching orders in these or older hours.
    """

    hours: Sequence[AccountHour]
    begin: datetime | None
    moments: Moments


def knows_hours(filters: HistoryFilter) -> bool:
    """True if sums tell the hours of matching orders. The sums of a symbol without a name are those of all symbols."""
    return bool(filters.symbols or filters.endings) and "" not in filters.symbols


def read_hour_window(
    connection: Connection, moments: Moments, filters: HistoryFilter, before: Cursor | None
) -> HourWindow:
    """The newest hours with about as many versions as a window has.

    An hour counts as a whole, for all accounts. If the newest one has too many versions, the window ends within it.
    """
    by_id = {account.id: (account, moment) for account, moment in moments}
    listed = _read_hours(connection, moments, filters, before)
    oldest, active = listed[0].oldest, [by_id[account_id] for account_id in listed[0].active or ()]
    rows = [row for row in listed if row.begins is not None and (oldest is None or row.begins >= oldest)]
    hours: list[AccountHour] = []
    versions = 0
    for begins, group in groupby(rows, attrgetter("begins")):
        accounts = list(group)
        versions += sum(row.versions for row in accounts)
        if hours and versions > history_windows.VERSIONS:
            return HourWindow(hours, hours[-1].begin, active)
        hours += [AccountHour(*by_id[row.account_id], begins) for row in accounts]
        if versions > history_windows.VERSIONS:
            return HourWindow(hours, _begin_within(connection, hours, filters, before), active)
    return HourWindow(hours, oldest, active)


def _begin_within(
    connection: Connection, hours: Sequence[AccountHour], filters: HistoryFilter, before: Cursor | None
) -> datetime:
    """The begin of the newest window in an hour with many versions."""
    begin = hours[0].begin if filters.since is None else max(hours[0].begin, filters.since)
    until = hours[0].end if filters.until is None else min(hours[0].end, filters.until)
    moments = [(hour.account, hour.as_of) for hour in hours]
    return read_window_begin(connection, moments, begin, until, before) or begin


def _read_hours(
    connection: Connection, moments: Moments, filters: HistoryFilter, before: Cursor | None
) -> Sequence[Row[Any]]:
    """Hours of accounts with the number of their versions, the newest first. At least one row."""
    symbols = list(dict.fromkeys(filters.symbols)) or [""]
    ends = ends_of(moments, filters.until, before)
    share = -(-HOURS // max(len(ends) * len(symbols), 1))
    parameters = {
        **filters.parameters(),
        "accounts": list(ends),
        "moments": [moment for _, moment in moments],
        "ends": list(ends.values()),
        "sums": symbols,
        "shares": [-(-share // _HOURS_OF_PERIOD), share],
        "most": history_windows.VERSIONS + 1,
    }
    numbers = [name for name in ENDINGS if name in filters.endings or not filters.endings]
    symbol = " AND ended.symbol = ANY (:symbols)" if filters.symbols else ""
    return connection.execute(text(_HOURS.format(number=" + ".join(numbers) or "0", symbol=symbol)), parameters).all()


def _of_unit(unit: str, above: str) -> str:
    """The newest sums with a match in each period `above`, with their positions from the newest on."""
    return _UNIT.format(unit=unit, above=above, step=f"interval '1 {unit}'")


# A sum whose orders all left after the moment shown has nothing to show.
_UNIT = """, {unit} AS (
    SELECT *, row_number() OVER (PARTITION BY account_id, symbol ORDER BY since DESC) AS position
    FROM (
        SELECT above.account_id, above.symbol, above.as_of, above.ends, sums.since,
               (sums.since AT TIME ZONE 'UTC' + {step}) AT TIME ZONE 'UTC' AS until
        FROM {above} AS above
        CROSS JOIN LATERAL (
            SELECT since
            FROM ended_sum
            WHERE account_id = above.account_id AND symbol = above.symbol AND unit = '{unit}'
              AND since >= above.since AND since < above.until AND since <= above.ends
              AND since >= coalesce(date_trunc('{unit}', CAST(:since AS timestamptz), 'UTC'), '-infinity')
              AND first_at <= above.as_of AND {{number}} > 0
            ORDER BY since DESC
            LIMIT (CAST(:shares AS integer[]))[2] + 1
        ) AS sums
        WHERE above.position <= (CAST(:shares AS integer[]))[1]
    ) AS listed
)"""

# Months, days and hours with a match are looked up in turn, so nothing is read for the time without one. The newest
# ones count. `oldest` is the end of the first one that does not count: before it there are more. Sums leave out orders
# that came back. Those that had left at the moment shown, and came back later, stand in `returned`.
_HOURS = f"""
WITH listed AS (
    SELECT *, CAST('-infinity' AS timestamptz) AS since, CAST('infinity' AS timestamptz) AS until, 1 AS position
    FROM unnest(CAST(:accounts AS integer[]), CAST(:moments AS timestamptz[]), CAST(:ends AS timestamptz[]))
        AS account (account_id, as_of, ends)
    CROSS JOIN unnest(CAST(:sums AS text[])) AS summed (symbol)
){_of_unit("month", "listed")}{_of_unit("day", "month")}{_of_unit("hour", "day")}, returned AS (
    SELECT account.account_id, account.ends, date_trunc('hour', ended.shown_at, 'UTC') AS since
    FROM (SELECT DISTINCT account_id, as_of, ends FROM listed) AS account
    CROSS JOIN LATERAL (
        SELECT {SHOWN_AT} AS shown_at
        FROM returned_order AS left_list
        JOIN order_version AS ended ON ended.account_id = left_list.account_id AND ended.source = left_list.source
         AND ended.key = left_list.key AND ended.valid_from = left_list.valid_from
        WHERE left_list.account_id = account.account_id
          AND left_list.left_at < left_list.back_at
          AND left_list.left_at <= account.as_of AND left_list.back_at > account.as_of
          AND {SHOWN_AT} <= account.ends{{symbol}}
        OFFSET 0
    ) AS ended
    WHERE ended.shown_at >= :since OR CAST(:since AS timestamptz) IS NULL
), cell AS (
    SELECT account_id, since AS begins, least(since + interval '1 hour', ends + interval '1 microsecond') AS until
    FROM hour
    WHERE position <= (CAST(:shares AS integer[]))[2]
    UNION
    SELECT account_id, since, least(since + interval '1 hour', ends + interval '1 microsecond') FROM returned
), reached AS (
    SELECT (
        SELECT max(until)
        FROM (
            SELECT until FROM month WHERE position = (CAST(:shares AS integer[]))[1] + 1
            UNION ALL
            SELECT until FROM day WHERE position = (CAST(:shares AS integer[]))[1] + 1
            UNION ALL
            SELECT until FROM hour WHERE position = (CAST(:shares AS integer[]))[2] + 1
        ) AS last
    ) AS oldest, (
        SELECT array_agg(DISTINCT account_id)
        FROM (SELECT account_id FROM month UNION ALL SELECT account_id FROM returned) AS listed
    ) AS active
)
SELECT reached.*, cells.*
FROM reached
LEFT JOIN (
    SELECT account_id, begins, (
        SELECT count(*)
        FROM (
            SELECT
            FROM order_version AS ended
            WHERE ended.account_id = cell.account_id AND ended.valid_to <> 'infinity'
              AND {SHOWN_AT} >= greatest(cell.begins, :since) AND {SHOWN_AT} < cell.until
            LIMIT :most
        ) AS version
    ) AS versions
    FROM (SELECT * FROM cell OFFSET 0) AS cell
) AS cells ON true
ORDER BY cells.begins DESC NULLS LAST, cells.account_id
"""  # noqa: S608 - text from code
