"""Read pages of ended orders of any period, newest first, and find any order by its id."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from db.ended_orders import RETURNED, SHOWN_AT, WITH_OUTCOME
from db.history_records import OUTCOME_COLUMNS
from db.reads.ended_orders import EndedOrderRow, ended_columns, ended_from
from db.reads.page_cursor import Cursor, cursor_parameters
from domain.snapshot import Account
from domain.sources import Source, order_sources

# At least so many rows of each account are read at once.
FEWEST = 3

Moments = Sequence[tuple[Account, datetime]]  # each account, and the refresh to look from


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
            "words": [word.lower() for word in self.words],
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


def read_order_history(
    connection: Connection,
    moments: Moments,
    filters: HistoryFilter,
    limit: int,
    before: Cursor | None = None,
) -> tuple[HistoryRow, ...]:
    """At most `limit` ended orders that match, the last to end first. `before` is the cursor of the last row.

    An order that was open at the refresh of its account has not ended. Each account is read backwards from the end of
    an index, so a page costs no more in a longer history. Of many accounts a few rows each are read at first, then
    more of those whose rows are all on the page.
    """
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
    beyond = "" if before is None else _BEYOND
    statement = _PAGE.format(
        ended=_ENDED.format(conditions=filters.conditions() + beyond, order=_ORDER), columns=ended_columns()
    )
    parameters = {**_parameters(moments, filters), **cursor_parameters(before), "share": share}
    rows: dict[int, list[Sequence[Any]]] = {account.id: [] for account, _ in moments}
    for row in connection.execute(text(statement), parameters):
        rows[row[0]].append(row)
    return rows


def _place(row: Sequence[Any]) -> tuple[datetime, int]:
    account_id, shown_at, *_ = row
    return shown_at, account_id


def read_order_names(
    connection: Connection, account: Account, name: str, as_of: datetime
) -> tuple[tuple[Source, str], ...]:
    """The source and key of each order ever seen with this key, order id, client id or market and id, newest first.

    Several legs may share an order id. At most twenty.
    """
    market, _, order_id = name.rpartition("/")
    rows = connection.execute(
        text(_NAMES),
        {
            "account_id": account.id,
            "sources": list(map(str, order_sources(account.sources))),
            "name": name,
            "market": market,
            "order_id": order_id,
            "as_of": as_of,
        },
    )
    return tuple((Source(source), key) for source, key in rows)


def _parameters(moments: Moments, filters: HistoryFilter) -> dict[str, Any]:
    return {
        **filters.parameters(),
        "accounts": [account.id for account, _ in moments],
        "names": [account.name for account, _ in moments],
        "moments": [moment for _, moment in moments],
    }


_KIND = " AND (ended.kind = ANY (:kinds) OR ended.contingency = ANY (:contingencies))"
_WORDS = r"""
      AND NOT EXISTS (
          SELECT FROM unnest(CAST(:words AS text[])) AS word
          WHERE position(word IN lower(concat_ws(E'\n', ended.symbol, ended.exchange_symbol, ended.order_id, ended.key,
              ended.client_order_id, ended.book_order_id, known.book_order_id, ended.group_id, ended.leg_id,
              listed.account_name))) = 0
      )"""
# Only the first comparison finds the begin of the scan in an index.
_BEYOND = f"""
      AND {SHOWN_AT} <= :at
      AND ({SHOWN_AT}, ended.account_id, ended.source || ' ' || ended.key) < (:at, :account_id, :key)"""

# A version that ended without a successor: its order left. An outcome counts only for its own gone_at. No order ended
# long after it was missed, so the scan of a past moment begins near that moment. IS TRUE keeps the planner from the
# index on valid_to, after which it would have to sort the whole history.
_ENDED = f"""
FROM (
    SELECT account_id, account_name, as_of, as_of + interval '1 day' AS latest
    FROM unnest(CAST(:accounts AS integer[]), CAST(:names AS text[]), CAST(:moments AS timestamptz[]))
        AS account (account_id, account_name, as_of)
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

_ORDER = f"""ORDER BY {SHOWN_AT} DESC, ended.source || ' ' || ended.key DESC
    LIMIT :share"""

_PAGE = f"""
SELECT ended.account_id, {SHOWN_AT}, ended.valid_to, {{columns}},
       {", ".join(f"known.{column}" for column in OUTCOME_COLUMNS)}
{{ended}}
{WITH_OUTCOME}
ORDER BY ended.account_id, {SHOWN_AT} DESC, ended.source || ' ' || ended.key DESC
"""

_NAMES = """
WITH named AS (
    SELECT source, key, valid_from FROM order_version WHERE account_id = :account_id AND order_id = :name
    UNION ALL
    SELECT source, key, valid_from FROM order_version WHERE account_id = :account_id AND client_order_id = :name
    UNION ALL
    SELECT source, key, valid_from FROM order_version
    WHERE account_id = :account_id AND source = ANY (:sources) AND key = :name
    UNION ALL
    SELECT source, key, valid_from FROM order_version
    WHERE account_id = :account_id AND order_id = :order_id AND exchange_symbol = :market
)
SELECT source, key
FROM named
WHERE valid_from <= :as_of AND source = ANY (:sources)
GROUP BY source, key
ORDER BY max(valid_from) DESC, source, key
LIMIT 20
"""
