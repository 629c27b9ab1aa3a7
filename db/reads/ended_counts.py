"""Count ended orders of any period by outcome, from the sums of hours, days and months."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, text

from db.ended_orders import ENDINGS, HAS_ENDED, SHOWN_AT, UNITS
from db.reads.history_filter import HistoryFilter
from db.reads.history_windows import BEGINNING, Moments
from db.reads.order_history import read_named
from domain.endings import Ending

# With a filter that sums do not know, so many of the newest versions of all accounts are examined, and at least so many
# of each account.
EXAMINED, EXAMINED_OF_ACCOUNT = 5_000, 50


@dataclass(frozen=True, slots=True)
class EndingCounts:
    """The number of ended orders by ending. `is_partial`: only the newest orders were examined, so more may match."""

    by_ending: Mapping[Ending, int]
    is_partial: bool = False

    @property
    def total(self) -> int:
        """The number of all endings."""
        return sum(self.by_ending.values())

    def at_least(self, endings: Iterable[Ending]) -> "EndingCounts":
        """The same counts, none of them below the number of these endings."""
        return replace(self, by_ending=Counter(self.by_ending) | Counter(endings))


NO_ENDINGS = EndingCounts({})


def read_ending_counts(connection: Connection, moments: Moments, filters: HistoryFilter) -> EndingCounts:
    """The number of ended orders that match, by ending.

    Months, days and hours (UTC) come from stored sums. Only hours that the period or the moment shown divides are
    counted from orders, and orders that came back after that moment. Sums know accounts and symbols. With another
    filter the newest orders are examined one by one, up to EXAMINED. Orders whose id is a word count in any case.
    """
    is_summed = not (filters.sides or filters.kinds or filters.contingencies or filters.roles or filters.words)
    is_summed = is_summed and "" not in filters.symbols
    # The symbols of sums stand in `listed`, the other filters in the conditions.
    applied = HistoryFilter() if is_summed else replace(filters, since=None, until=None, endings=())
    parts = [_cells(unit, above) for unit, above in zip(UNITS, ("listed", *_RESTS), strict=False)]
    statement = _COUNTS.format(
        listed=_LISTED if is_summed else _EXAMINED,
        ranges="".join(parts) if is_summed else "",
        cells=_SUMMED if is_summed else "",
        rest=_RESTS[-1] if is_summed else "listed",
        conditions=applied.conditions(),
    )
    parameters = {**filters.parameters(), **_parameters(moments, filters)}
    (*numbers, is_partial) = connection.execute(text(statement), parameters).one()
    counts = {Ending(name): number for name, number in zip(ENDINGS, numbers, strict=True) if number}
    chosen = {ending: number for ending, number in counts.items() if not filters.endings or ending in filters.endings}
    if not (is_partial and filters.words):
        return EndingCounts(chosen, is_partial)
    named = read_named(connection, moments, filters)
    return EndingCounts(chosen, is_partial).at_least(row.ended.outcome.ending for row in named)


def _parameters(moments: Moments, filters: HistoryFilter) -> dict[str, Any]:
    return {
        "accounts": [account.id for account, _ in moments],
        "names": [account.name for account, _ in moments],
        "moments": [moment for _, moment in moments],
        "since": filters.since or BEGINNING,
        "sums": list(dict.fromkeys(filters.symbols)) or [""],
        "examined": max(EXAMINED_OF_ACCOUNT, EXAMINED // max(len(moments), 1)),
    }


def _cells(unit: str, above: str) -> str:
    """The sums of a unit that lie in the ranges `above`, and what remains of those ranges.

    A sum counts if every order of it had left at the moment shown. If only some had, its time remains.
    """
    return _RANGES.format(unit=unit, above=above, step=f"interval '1 {unit}'")


_RESTS = tuple(f"{unit}_rest" for unit in UNITS)

# No order ended long after it was missed, so nothing is shown more than a day after the moment of its account.
_HI = "least(CAST(:until AS timestamptz), as_of + interval '1 day 1 microsecond')"
_OF_ACCOUNTS = "unnest(CAST(:accounts AS integer[]), CAST(:names AS text[]), CAST(:moments AS timestamptz[]))"
_LISTED = f"""
    SELECT account_id, account_name, as_of, symbol, CAST(:since AS timestamptz) AS lo, {_HI} AS hi,
           false AS is_partial
    FROM {_OF_ACCOUNTS} AS account (account_id, account_name, as_of)
    CROSS JOIN unnest(CAST(:sums AS text[])) AS sums (symbol)
"""  # noqa: S608 - text from code

# The newest versions of each account. `lo` is the moment of the last of them.
_EXAMINED = f"""
    SELECT account_id, account_name, as_of, '' AS symbol, coalesce(oldest.at, :since) AS lo, {_HI} AS hi,
           oldest.at IS NOT NULL AS is_partial
    FROM {_OF_ACCOUNTS} AS account (account_id, account_name, as_of)
    LEFT JOIN LATERAL (
        SELECT {SHOWN_AT} AS at
        FROM order_version AS ended
        WHERE ended.account_id = account.account_id AND ended.valid_to <> 'infinity'
          AND {SHOWN_AT} >= :since AND {SHOWN_AT} < {_HI}
        ORDER BY {SHOWN_AT} DESC
        OFFSET :examined LIMIT 1
    ) AS oldest ON true
"""  # noqa: S608 - text from code

_SUM_COLUMNS = ", ".join(ENDINGS)
_RANGES = f""", {{unit}}_range AS (
    SELECT *,
           CASE WHEN lo = date_trunc('{{unit}}', lo, 'UTC') THEN lo
                ELSE (date_trunc('{{unit}}', lo AT TIME ZONE 'UTC') + {{step}}) AT TIME ZONE 'UTC' END AS first,
           date_trunc('{{unit}}', hi, 'UTC') AS last
    FROM {{above}}
    WHERE lo < hi
), {{unit}}_cell AS (
    SELECT listed.account_id, listed.account_name, listed.as_of, sums.*
    FROM {{unit}}_range AS listed
    CROSS JOIN LATERAL (
        SELECT symbol, since, first_at, last_at, {_SUM_COLUMNS}
        FROM ended_sum
        WHERE account_id = listed.account_id AND symbol = listed.symbol AND unit = '{{unit}}'
          AND since >= listed.first AND since < listed.last
        OFFSET 0
    ) AS sums
), {{unit}}_rest AS (
    SELECT account_id, account_name, as_of, symbol, lo, CASE WHEN first < last THEN first ELSE hi END AS hi
    FROM {{unit}}_range
    UNION ALL
    SELECT account_id, account_name, as_of, symbol, last, hi FROM {{unit}}_range WHERE first < last
    UNION ALL
    SELECT account_id, account_name, as_of, symbol, since,
           (since AT TIME ZONE 'UTC' + {{step}}) AT TIME ZONE 'UTC'
    FROM {{unit}}_cell
    WHERE first_at <= as_of AND last_at > as_of
)"""  # noqa: S608 - names from code

_NUMBERS = ", ".join(f"count(*) FILTER (WHERE ending = '{ending}') AS {ending}" for ending in ENDINGS)
_SUMMED = "".join(
    f"SELECT {_SUM_COLUMNS} FROM {unit}_cell WHERE last_at <= as_of UNION ALL "  # noqa: S608 - names from code
    for unit in UNITS
)

# One index step for each order, see HAS_ENDED.
_WITH_OUTCOME = """
        LEFT JOIN LATERAL (
            SELECT ending, book_order_id FROM order_outcome
            WHERE account_id = ended.account_id AND source = ended.source AND key = ended.key
              AND gone_at = ended.valid_to
            LIMIT 1
        ) AS known ON true
"""

# Sums and single orders leave out what ever came back. `returned` had left at the moment shown, and came back later.
# IS TRUE keeps the planner from the index on valid_to, after which it would have to read the whole history.
_COUNTS = f"""
WITH listed AS ({{listed}}){{ranges}}, single AS (
    SELECT ended.ending
    FROM {{rest}} AS listed
    CROSS JOIN LATERAL (
        SELECT coalesce(known.ending, 'gone') AS ending
        FROM order_version AS ended
        {_WITH_OUTCOME}
        WHERE ended.account_id = listed.account_id AND (ended.valid_to <= listed.as_of) IS TRUE
          AND {SHOWN_AT} >= listed.lo AND {SHOWN_AT} < listed.hi
          AND (listed.symbol = '' OR ended.symbol = listed.symbol) AND {HAS_ENDED}{{conditions}}
        OFFSET 0
    ) AS ended
    WHERE listed.lo < listed.hi
), returned AS (
    SELECT ended.ending
    FROM listed
    CROSS JOIN LATERAL (
        SELECT coalesce(known.ending, 'gone') AS ending
        FROM returned_order AS left_list
        JOIN order_version AS ended ON ended.account_id = left_list.account_id AND ended.source = left_list.source
         AND ended.key = left_list.key AND ended.valid_from = left_list.valid_from
        {_WITH_OUTCOME}
        WHERE left_list.account_id = listed.account_id
          AND left_list.left_at < left_list.back_at
          AND left_list.left_at <= listed.as_of AND left_list.back_at > listed.as_of
          AND {SHOWN_AT} >= listed.lo AND {SHOWN_AT} < listed.hi
          AND (listed.symbol = '' OR ended.symbol = listed.symbol){{conditions}}
        OFFSET 0
    ) AS ended
)
SELECT {", ".join(f"CAST(coalesce(sum({ending}), 0) AS bigint)" for ending in ENDINGS)},
       (SELECT coalesce(bool_or(is_partial), false) FROM listed)
FROM ({{cells}}
    SELECT {_NUMBERS} FROM (SELECT ending FROM single UNION ALL SELECT ending FROM returned) AS orders
) AS counts
"""  # noqa: S608 - names from code
