"""Windows: how far a read of the history goes back at once, so that its work has a limit when little matches."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, text

from db.ended_orders import SHOWN_AT
from db.reads.page_cursor import Cursor
from domain.snapshot import Account

Moments = Sequence[tuple[Account, datetime]]  # each account, and the refresh to look from

# About so many versions of all accounts are in a window, and at least so many of each account.
VERSIONS, VERSIONS_OF_ACCOUNT = 2_000, 20
# Older versions may be denser than the newest, by whose rates a window is estimated. It ends after so many times more.
_DENSER = 2
_SHORTEST = 1e-6  # seconds
BEGINNING = datetime.min.replace(tzinfo=UTC)
_FIRST = BEGINNING + timedelta.resolution  # an address may name any moment
# No order ended long after it was missed.
LATEST = timedelta(days=1)


def read_window_begin(
    connection: Connection, moments: Moments, since: datetime | None, until: datetime | None, before: Cursor | None
) -> datetime | None:
    """The begin of the newest window of the period. None if the whole period is one window.

    `since`, `until` and `before` limit the period. All accounts are read back to the same moment, so a busy one has
    more versions in the window than a quiet one.
    """
    ends = ends_of(moments, until, before)
    shares = dict.fromkeys(ends, max(VERSIONS_OF_ACCOUNT, VERSIONS // max(len(ends), 1)))
    oldest = _read_oldest(connection, ends, shares, since)
    if len(ends) == 1 or not oldest:
        return max(oldest.values(), default=None)
    newest = {account.id: min(moment, ends[account.id]) for account, moment in moments if account.id in oldest}
    spans = {id_: max((newest[id_] - at).total_seconds(), _SHORTEST) for id_, at in oldest.items()}
    rates = {id_: shares[id_] / span for id_, span in spans.items()}
    seconds = min(VERSIONS / sum(rates.values()), max(spans.values()))
    # Not after the first version of any share, so that each window has at least one share.
    begin = min(max(newest.values()) - timedelta(seconds=seconds), max(oldest.values()))
    begin = begin if since is None else max(begin, since)
    shares = {id_: max(shares[id_], int(rate * seconds * _DENSER)) for id_, rate in rates.items()}
    nearer = _read_oldest(connection, {id_: ends[id_] for id_ in oldest}, shares, begin)
    return max(nearer.values(), default=begin)


def ends_of(moments: Moments, until: datetime | None, before: Cursor | None) -> Mapping[int, datetime]:
    """The last moment of each account that a read may show, by the end of its period and its cursor."""
    limits = [until - timedelta.resolution] if until is not None else []
    if before is not None:  # a window that begins at a moment has all versions of that moment
        limits.append(before.at if before.key else max(before.at, _FIRST) - timedelta.resolution)
    return {account.id: min((moment + LATEST, *limits)) for account, moment in moments}


def _read_oldest(
    connection: Connection, ends: Mapping[int, datetime], shares: Mapping[int, int], since: datetime | None
) -> Mapping[int, datetime]:
    """The moment of the last version of each share, counted back from `ends`. Accounts with fewer are left out."""
    parameters = {
        "accounts": list(ends),
        "ends": list(ends.values()),
        "shares": [shares[account_id] for account_id in ends],
        "since": BEGINNING if since is None else since,
    }
    return {row.account_id: row.at for row in connection.execute(text(_OLDEST), parameters)}


_OLDEST = f"""
SELECT account.account_id, oldest.at
FROM unnest(CAST(:accounts AS integer[]), CAST(:ends AS timestamptz[]), CAST(:shares AS integer[]))
    AS account (account_id, ends, share)
CROSS JOIN LATERAL (
    SELECT {SHOWN_AT} AS at
    FROM order_version AS ended
    WHERE ended.account_id = account.account_id AND ended.valid_to <> 'infinity'
      AND {SHOWN_AT} >= :since AND {SHOWN_AT} <= account.ends
    ORDER BY {SHOWN_AT} DESC
    OFFSET account.share - 1 LIMIT 1
) AS oldest
"""  # noqa: S608 - text from code
