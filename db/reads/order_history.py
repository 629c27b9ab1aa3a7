"""Read pages of ended orders of any period, newest first."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from db.ended_orders import RETURNED, SHOWN_AT, WITH_OUTCOME
from db.history_records import OUTCOME_COLUMNS
from db.reads.ended_orders import EndedOrderRow, ended_columns, ended_from
from db.reads.history_windows import Moments, read_window_begin
from db.reads.order_names import read_order_keys
from db.reads.page_cursor import Cursor, cursor_parameters

# At least so many rows of each account are read at once.
FEWEST = 3

# A read ends after so many windows, some 50,000 versions. Another one goes on from there.
MOST_WINDOWS = 25


@dataclass(frozen=True, slots=True)
class HistoryFilter:
    """Which ended orders match. Times are those that lists show (Outcome.shown_at), `until` is exclusive.

    None and empty do not filter. An order of one of `kinds` or of one of `contingencies` matches. `words` all stand in
    the order's symbol, ids, leg, group or account. The order that a trigger became counts among its ids.
    """

    since: datetime | None = None
    until: datetime | None = None
    symbols: tuple[str, ...] = ()
    sides: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    contingencies: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    endings: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    @property
    def is_period(self) -> bool:
        """True if nothing but the period is filtered. Then an index finds every row of a page."""
        return self == HistoryFilter(since=self.since, until=self.until)

    def conditions(self) -> str:
        """SQL of the filter for rows of `ended` and `known`."""
        return "".join(sql for sql, value in self._parts() if value)

    def parameters(self) -> dict[str, Any]:
        """The SQL parameters of the filter."""
        return {
            "since": self.since,
            "until": self.until,
            "symbols": list(self.symbols),
            "sides": list(self.sides),
            "kinds": list(self.kinds),
            "contingencies": list(self.contingencies),
            "roles": list(self.roles),
            "endings": list(self.endings),
            "patterns": [f"%{_escaped(word.lower())}%" for word in self.words],
        }

    def _parts(self) -> Sequence[tuple[str, object]]:
        return (
            (f" AND {SHOWN_AT} >= :since", self.since),
            (f" AND {SHOWN_AT} < :until", self.until),
            (" AND ended.symbol = ANY (:symbols)", self.symbols),
            (" AND ended.side = ANY (:sides)", self.sides),
            (_KIND, self.kinds or self.contingencies),
            (" AND ended.role = ANY (:roles)", self.roles),
            (" AND coalesce(known.ending, 'gone') = ANY (:endings)", self.endings),
            (_WORDS, self.words),
        )


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
    rows: tuple[HistoryRow, ...] = ()
    reached = before
    for _ in range(windows):
        begin = read_window_begin(connection, moments, filters.since, filters.until, reached)
        window = filters if begin is None else replace(filters, since=begin)
        rows += _read_rows(connection, moments, window, limit - len(rows), reached)
        if begin is None or len(rows) == limit:
            return HistoryPage(rows)
        reached = Cursor(begin, "", 0)
    named = _read_named(connection, moments, filters, reached) if filters.words and before is None else ()
    return HistoryPage(rows, reached, named)


def _read_rows(
    connection: Connection, moments: Moments, filters: HistoryFilter, limit: int, before: Cursor | None
) -> tuple[HistoryRow, ...]:
    """Of many accounts a few rows each are read at first, then more of those whose rows are all on the page."""
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
    return tuple(HistoryRow(account_id, ended_from(row, accounts[account_id])) for account_id, _, *row in page)


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


def _read_named(
    connection: Connection, moments: Moments, filters: HistoryFilter, before: Cursor | None
) -> tuple[HistoryRow, ...]:
    """The orders that match and have an id that is one of the words, found by the indexes of ids."""
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
    rows = connection.execute(text(_page_of(_ORDERS, filters.conditions() + _OF_ORDER + _BEYOND)), parameters)
    newest = sorted(rows, key=_place, reverse=True)
    return tuple(HistoryRow(account_id, ended_from(row, by_id[account_id][0])) for account_id, _, *row in newest)


def _page_of(listed: str, conditions: str) -> str:
    ended = _ENDED.format(listed=listed, conditions=conditions, order=_ORDER)
    return _PAGE.format(ended=ended, columns=ended_columns())


def _place(row: Sequence[Any]) -> tuple[datetime, int]:
    account_id, shown_at, *_ = row
    return shown_at, account_id


def _escaped(word: str) -> str:
    """A word for LIKE, in which no letter has a meaning of its own."""
    return "".join(f"\\{letter}" if letter in "%_\\" else letter for letter in word)


def _parameters(moments: Moments, filters: HistoryFilter) -> dict[str, Any]:
    return {
        **filters.parameters(),
        "accounts": [account.id for account, _ in moments],
        "names": [account.name for account, _ in moments],
        "moments": [moment for _, moment in moments],
    }


_KIND = " AND (ended.kind = ANY (:kinds) OR ended.contingency = ANY (:contingencies))"
_WORDS = r"""
      AND lower(concat_ws(E'\n', ended.symbol, ended.exchange_symbol, ended.order_id, ended.key,
          ended.client_order_id, ended.book_order_id, known.book_order_id, ended.group_id, ended.leg_id,
          listed.account_name)) LIKE ALL (CAST(:patterns AS text[]))"""
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
