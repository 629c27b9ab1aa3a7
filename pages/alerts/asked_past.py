"""The past as a trial on a page reads it: by many short queries, so that no limit of time ends it, with progress."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from db.reads.rule_facts import read_account_moments
from db.reads.rule_past import RulePast
from domain.account_moment import AccountMoment, Needs
from domain.candles import CandleColumns
from domain.snapshot import Account, Snapshot
from pages.shared.loaders import ask

# The refreshes of one query. They take a fraction of the time that a query of a page may take.
AT_ONCE = 20
MomentsKey = tuple[int, tuple[datetime, ...], Needs]
ColumnsKey = tuple[str, tuple[str, ...], str, datetime, datetime]


@dataclass(slots=True)
class AskedPast:
    """`progress` hears the share of the refreshes that are read. The past is read once for all subjects."""

    progress: Callable[[float], None]
    _columns: dict[ColumnsKey, Mapping[str, CandleColumns]] = field(default_factory=dict)
    _moments: dict[MomentsKey, Sequence[AccountMoment]] = field(default_factory=dict)

    def columns(
        self, venue: str, symbols: Collection[str], timeframe: str, since: datetime, as_of: datetime
    ) -> Mapping[str, CandleColumns]:
        """The candles that begin at `since` or later and were closed at `as_of`, by symbol."""
        key = (venue, tuple(sorted(symbols)), timeframe, since, as_of)
        if key not in self._columns:
            self._columns[key] = ask(lambda connection: RulePast(connection).columns(*key))
        return self._columns[key]

    def refreshes(self, account_id: int, since: datetime, until: datetime, most: int) -> Sequence[datetime]:
        """Refreshes in a span, at even distances."""
        return ask(lambda connection: RulePast(connection).refreshes(account_id, since, until, most))

    def refreshes_before(self, account_id: int, at: datetime, count: int) -> Sequence[datetime]:
        """The newest `count` refreshes at or before a moment, oldest first."""
        return ask(lambda connection: RulePast(connection).refreshes_before(account_id, at, count))

    def moments(self, account: Account, refreshes: Iterable[datetime], needs: Needs) -> Sequence[AccountMoment]:
        """The account at these refreshes, oldest first."""
        ordered = tuple(sorted(set(refreshes)))
        key = (account.id, ordered, needs)
        if key not in self._moments:
            self._moments = {key: self._read(account, ordered, needs)}  # those of one account are large enough
        return self._moments[key]

    def _read(self, account: Account, ordered: Sequence[datetime], needs: Needs) -> Sequence[AccountMoment]:
        moments: list[AccountMoment] = []
        for first in range(0, len(ordered), AT_ONCE):
            nearby = moments[-1].snapshot if moments else None
            moments += ask(partial(_read_moments, account, ordered[first : first + AT_ONCE], needs, nearby))
            self.progress(len(moments) / len(ordered))
        return moments


def _read_moments(
    account: Account, refreshes: Sequence[datetime], needs: Needs, nearby: Snapshot | None, connection: Connection
) -> Sequence[AccountMoment]:
    return read_account_moments(connection, account, refreshes, needs, nearby)
