"""How much of the past of each account is known by now? It is learned after the fact, also of moments long gone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from domain.freshness import late_after
from domain.income import FLOWS
from domain.snapshot import Account
from domain.sources import Source


@dataclass(frozen=True, slots=True)
class Learned:
    """What is known of the past of one account: with another `mark`, something of it may read otherwise.

    `fills_since` is the moment since which every fill is known, but for those of calls that never answered: the state
    of the source tells of them. None while no call did. `transfers_since` is the same of transfers, of which all are
    known until `transfers_until`: None while some call never answered.
    """

    mark: str
    fills_since: datetime | None = None
    transfers_since: datetime | None = None
    transfers_until: datetime | None = None

    def tells_flows(self, account: Account, since: datetime, as_of: datetime) -> bool:
        """Whether every deposit and withdrawal in (since, as_of] is known, but for what the next look will tell.

        Where some cannot be read, or were not for a while, a deposit would be taken for a gain.
        """
        if (
            self.transfers_since is None
            or self.transfers_until is None
            or not account.unread_transfers.isdisjoint(FLOWS)
        ):
            return False
        reaches = self.transfers_until + late_after(account.expected_interval(Source.TRANSFERS))
        return self.transfers_since <= since and as_of <= reaches


UNLEARNED = Learned("")


def read_learned(connection: Connection) -> Mapping[int, Learned]:
    """What is known of each account's past, by its id; accounts of which nothing was ever asked are left out."""
    return {account_id: Learned(*known) for account_id, *known in connection.execute(text(_LEARNED))}


# Small tables and the ends of indexes only: this is asked once a second. A book or pool that is written again has
# another xmin, also where it ends with the same fill as before.
_LEARNED = """
SELECT account_id,
       concat_ws(' ', md5(string_agg(concat_ws(' ', source, as_of, known_from, known_until), ',' ORDER BY source)),
                 (SELECT max(resolved_at) FROM order_outcome AS o WHERE o.account_id = state.account_id),
                 (SELECT md5(string_agg(concat(symbol, ' ', xmin), ',' ORDER BY symbol))
                  FROM book_state AS book WHERE book.account_id = state.account_id),
                 (SELECT md5(string_agg(concat(coin, ' ', xmin), ',' ORDER BY coin))
                  FROM pool_state AS pool WHERE pool.account_id = state.account_id)),
       max(known_from) FILTER (WHERE source LIKE 'fills%'),
       max(known_from) FILTER (WHERE source LIKE 'transfers%'),
       CASE WHEN bool_and(known_until IS NOT NULL) FILTER (WHERE source LIKE 'transfers%')
            THEN min(known_until) FILTER (WHERE source LIKE 'transfers%') END
FROM history_state AS state
GROUP BY account_id
"""
