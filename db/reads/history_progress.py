"""Read how far the history of each account has been read. Later requests may add rows of any past moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from domain.freshness import late_after
from domain.income import FLOWS
from domain.snapshot import Account
from domain.sources import Source


@dataclass(frozen=True, slots=True)
class HistoryProgress:
    """How far an account's history has been read. `version` changes whenever fills, endings, values or profits
    change.

    All fills since `fills_since` are stored, except those of requests that never succeeded (see the source state). It
    is None before the first success. All transfers from `transfers_since` to `transfers_until` are stored.
    `transfers_until` is None while any request has never succeeded.
    """

    version: str
    fills_since: datetime | None = None
    transfers_since: datetime | None = None
    transfers_until: datetime | None = None

    def has_all_flows(self, account: Account, since: datetime, as_of: datetime) -> bool:
        """True if all deposits and withdrawals in (since, as_of] are stored, except those since the last request.

        Without this check, a deposit that was not read would count as a gain.
        """
        if (
            self.transfers_since is None
            or self.transfers_until is None
            or not account.unread_transfers.isdisjoint(FLOWS)
        ):
            return False
        late_at = self.transfers_until + late_after(account.expected_interval(Source.TRANSFERS))
        return self.transfers_since <= since and as_of <= late_at


NO_PROGRESS = HistoryProgress("")


def read_history_progress(connection: Connection) -> Mapping[int, HistoryProgress]:
    """The progress of each account by id. Accounts without any history request are left out."""
    return {account_id: HistoryProgress(*progress) for account_id, *progress in connection.execute(text(_PROGRESS))}


# Runs once a second, so it reads only small tables and ends of indexes. xmin changes when books are written
# again, even if its last fill stays the same.
_PROGRESS = """
SELECT account_id,
       concat_ws(' ', md5(string_agg(concat_ws(' ', source, as_of, known_from, known_until), ',' ORDER BY source)),
                 (SELECT max(resolved_at) FROM order_outcome AS o WHERE o.account_id = state.account_id),
                 (SELECT md5(string_agg(concat(symbol, ' ', xmin), ',' ORDER BY symbol))
                  FROM book_state AS book WHERE book.account_id = state.account_id),
                 (SELECT changes FROM value_state AS worth WHERE worth.account_id = state.account_id),
                 (SELECT xmin FROM coin_books_state AS coins WHERE coins.account_id = state.account_id)),
       max(known_from) FILTER (WHERE source LIKE 'fills%'),
       max(known_from) FILTER (WHERE source LIKE 'transfers%'),
       CASE WHEN bool_and(known_until IS NOT NULL) FILTER (WHERE source LIKE 'transfers%')
            THEN min(known_until) FILTER (WHERE source LIKE 'transfers%') END
FROM history_state AS state
GROUP BY account_id
"""
