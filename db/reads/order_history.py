"""Read pages of ended orders of any period, newest first."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from db.ended_orders import RETURNED, SHOWN_AT, WITH_OUTCOME
from db.history_records import OUTCOME_COLUMNS
from db.reads.ended_orders import EndedOrderRow, ended_columns, ended_from
from db.reads.history_filter import HistoryFilter
from db.reads.history_hours import knows_hours, read_hour_window
from db.reads.history_windows import Moments, read_window_begin
from db.reads.order_names import read_order_keys
from db.reads.page_cursor import Cursor, cursor_parameters
from domain.snapshot import Account

# At least so many rows of each account are read at once.
FEWEST = 3

# A read ends after so many windows, some 50,000 versions. Another one goes on from there.
MOST_WINDOWS = 25


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """An ended order with the account that it belongs to."""

    account_id: int
    ended: EndedOrderRow

    @property
    def cursor(self) -> Cursor:
        """The cursor to pass as `before` for the next page."""
        order = self.ended.order
        return Cursor(self.ended.outcome.shown_at, f"{order.source} {order.key}", self.account_id)


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Ended orders, the last to end first. With `searched`, older ones may match: go on `before` this cursor.

    `named` are older orders with an id that the search names. The page that reaches them has them among its rows.
    """

    rows: tuple[HistoryRow, ...]
    searched: Cursor | None = None
    named: tuple[HistoryRow, ...] = ()


def read_order_history(
    connection: Connection,
    moments: Moments,
    filters: HistoryFilter,
    limit: int,
    before: Cursor | None = None,
    windows: int = MOST_WINDOWS,
) -> HistoryPage:
    """At most `limit` ended orders that match. `before` is the cursor of the last row, or the one searched to.

    An order that was open at the refresh of its account has not ended. Each account is read backwards from the end of
    an index, so a page costs no more in a longer history. If few orders match, the page is shorter after `windows`.
    """
    if filters.is_period:
        return HistoryPage(_read_rows(connection, moments, filters, limit, before))
    read = _read_hours if knows_hours(filters) else _read_window
    rows: tuple[HistoryRow, ...] = ()
    reached, active = before, moments
    for _ in range(windows):
        window = read(connection, active, filters, limit - len(rows), reached)
        rows += window.rows
        if window.begin is None or len(rows) == limit:
            return HistoryPage(rows)
        reached, active = Cursor(window.begin, "", 0), window.moments
    named = read_named(connection, moments, filters, reached) if filters.words and before is None else ()
    return HistoryPage(rows, reached, named)


@dataclass(frozen=True, slots=True)
class _Window:
    """The rows of a window, its begin (None: nothing is older), and the accounts that may have older rows."""

    rows: tuple[HistoryRow, ...]
    begin: datetime | None
    moments: Moments


def _read_window(
    connection: Connection, moments: Moments, filters: HistoryFilter, limit: int, before: Cursor | None
) -> _Window:
    begin = read_window_begin(connection, moments, filters.since, filters.until, before)
    window = filters if begin is None else replace(filters, since=begin)
    return _Window(_read_rows(connection, moments, window, limit, before), begin, moments)


def _read_hours(
    connection: Connection, moments: Moments, filters: HistoryFilter, limit: int, before: Cursor | None
) -> _Window:
    """Reads the hours that may hold matching orders, and no other."""
    window = read_hour_window(connection, moments, filters, before)
    if not window.hours:
        return _Window((), window.begin, window.moments)
    parameters = {
        **_parameters([(hour.account, hour.as_of) for hour in window.hours], filters),
        **cursor_parameters(before),
        "begins": [max(hour.begin, window.begin or hour.begin) for hour in window.hours],
        "ends": [hour.end for hour in window.hours],
        "share": limit,
    }
    conditions = filters.conditions() + _OF_HOUR + ("" if before is None else _BEYOND)
    rows = connection.execute(text(_page_of(_HOURS, conditions)), parameters)
    accounts = {account.id: account for account, _ in moments}
    return _Window(_newest(rows, accounts)[:limit], window.begin, window.moments)


def _newest(rows: Iterable[Sequence[Any]], accounts: Mapping[int, Account]) -> tuple[HistoryRow, ...]:
    """The rows of a page, the last to end first. Those of one account are in order, and sorting is stable."""
    ordered = sorted(rows, key=_place, reverse=True)
    return tuple(HistoryRow(account_id, ended_from(row, accounts[account_id])) for account_id, _, *row in ordered)


def _read_rows(
    connection: Connection, moments: Moments, filters: HistoryFilter, limit: int, before: Cursor | None
) -> tuple[HistoryRow, ...]:
    """A few rows of each account are read at first, then more of those whose rows are all on the page."""
    accounts = {account.id: account for account, _ in moments}
    rows: dict[int, list[Sequence[Any]]] = {}
    page: list[Sequence[Any]] = []
    unread, share = list(moments), max(FEWEST, -(-2 * limit // max(len(moments), 1)))
    while unread:
        share = min(share, limit)
        rows |= _newest_by_account(connection, unread, filters, share, before)
        # Rows of one account are in order. Those of several differ in moment or account. Sorting is stable.
        page = sorted((row for newest in rows.values() for row in newest), key=_place, reverse=True)[:limit]
        shown = Counter(account_id for account_id, *_ in page)
        unread = [each for each in unread if share < limit and shown[each[0].id] == share]
        share *= 4
    return _newest(page, accounts)


def _newest_by_account(
    connection: Connection, moments: Moments, filters: HistoryFilter, share: int, before: Cursor | None
) -> dict[int, list[Sequence[Any]]]:
    """The newest `share` rows of each account, in their order."""
    rows: dict[int, list[Sequence[Any]]] = {account.id: [] for account, _ in moments}
    parameters = {**_parameters(moments, filters), **cursor_parameters(before), "share": share}
    conditions = filters.conditions() + ("" if before is None else _BEYOND)
    for row in connection.execute(text(_page_of(_ACCOUNTS, conditions)), parameters):
        rows[row[0]].append(row)
    return rows


def read_named(
    connection: Connection, moments: Moments, filters: HistoryFilter, before: Cursor | None = None
) -> tuple[HistoryRow, ...]:
    """The orders that match and have one of the words as their id, found by the indexes of ids."""
    by_id = {account.id: (account, moment) for account, moment in moments}
    names = read_order_keys(connection, [account for account, _ in moments], filters.words)
    if not names:
        return ()
    parameters = {
        **_parameters([by_id[account_id] for account_id, *_ in names], filters),
        **cursor_parameters(before),
        "sources": [str(source) for _, source, _ in names],
        "keys": [key for *_, key in names],
        "share": len(names),
    }
    conditions = filters.conditions() + _OF_ORDER + ("" if before is None else _BEYOND)
    rows = connection.execute(text(_page_of(_ORDERS, conditions)), parameters)
    return _newest(rows, {account.id: account for account, _ in moments})


def _page_of(listed: str, conditions: str) -> str:
    ended = _ENDED.format(listed=listed, conditions=conditions, order=_ORDER)
    return _PAGE.format(ended=ended, columns=ended_columns())


def _place(row: Sequence[Any]) -> tuple[datetime, int]:
    account_id, shown_at, *_ = row
    return shown_at, account_id


def _parameters(moments: Moments, filters: HistoryFilter) -> dict[str, Any]:
    return {
        **filters.parameters(),
        "accounts": [account.id for account, _ in moments],
        "names": [account.name for account, _ in moments],
        "moments": [moment for _, moment in moments],
    }


# Only the first comparison finds the begin of the scan in an index.
_BEYOND = f"""
      AND {SHOWN_AT} <= :at
      AND ({SHOWN_AT}, ended.account_id, ended.source || ' ' || ended.key) < (:at, :account_id, :key)"""

# A version that ended without a successor: its order left. An outcome counts only for its own gone_at. No order ended
# long after it was missed, so the scan of a past moment begins near that moment. IS TRUE keeps the planner from the
# index on valid_to, after which it would have to sort the whole history.
_ENDED = f"""
FROM (
    SELECT *, as_of + interval '1 day' AS latest
    FROM {{listed}}
    OFFSET 0
) AS listed
CROSS JOIN LATERAL (
    SELECT ended.*, known.ending
    FROM order_version AS ended
    {WITH_OUTCOME}
    WHERE ended.account_id = listed.account_id AND (ended.valid_to <= listed.as_of) IS TRUE
      AND ended.valid_to <> 'infinity' AND {SHOWN_AT} <= listed.latest
      AND NOT EXISTS (
          SELECT FROM order_version AS later
          WHERE later.account_id = ended.account_id AND later.source = ended.source AND later.key = ended.key
            AND later.valid_from >= ended.valid_to AND later.valid_from <= listed.as_of
      )
      AND ({RETURNED} AND returned.back_at <= listed.as_of
          LIMIT 1
      ) IS NULL{{conditions}}
    {{order}}
) AS ended
"""  # noqa: S608 - column names from code

_ACCOUNTS = """unnest(CAST(:accounts AS integer[]), CAST(:names AS text[]), CAST(:moments AS timestamptz[]))
        AS account (account_id, account_name, as_of)"""
_ORDERS = """unnest(CAST(:accounts AS integer[]), CAST(:names AS text[]), CAST(:moments AS timestamptz[]),
                CAST(:sources AS text[]), CAST(:keys AS text[]))
        AS account (account_id, account_name, as_of, source, key)"""
_HOURS = """unnest(CAST(:accounts AS integer[]), CAST(:names AS text[]), CAST(:moments AS timestamptz[]),
                CAST(:begins AS timestamptz[]), CAST(:ends AS timestamptz[]))
        AS account (account_id, account_name, as_of, begins, ends)"""
_OF_HOUR = f" AND {SHOWN_AT} >= listed.begins AND {SHOWN_AT} < listed.ends"
_OF_ORDER = " AND ended.source = listed.source AND ended.key = listed.key"

_ORDER = f"""ORDER BY {SHOWN_AT} DESC, ended.source || ' ' || ended.key DESC
    LIMIT :share"""

_PAGE = f"""
SELECT ended.account_id, {SHOWN_AT}, ended.valid_to, {{columns}},
       {", ".join(f"known.{column}" for column in OUTCOME_COLUMNS)}
{{ended}}
{WITH_OUTCOME}
ORDER BY ended.account_id, {SHOWN_AT} DESC, ended.source || ' ' || ended.key DESC
"""
