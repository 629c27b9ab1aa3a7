"""Read the stored past for trials of rules (analysis/past_trial.py)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from db.reads.candles import read_candle_columns
from db.reads.rule_facts import read_account_moments, read_refreshes_before, read_refreshes_within
from domain.account_moment import AccountMoment, Needs
from domain.candles import CandleColumns
from domain.snapshot import Account


@dataclass(frozen=True, slots=True)
class RulePast:
    """The past as one connection reads it. Row-level security leaves each viewer its own accounts."""

    connection: Connection

    def columns(
        self, venue: str, symbols: Collection[str], timeframe: str, since: datetime, as_of: datetime
    ) -> Mapping[str, CandleColumns]:
        """The candles that begin at `since` or later and were closed at `as_of`, by symbol."""
        return read_candle_columns(self.connection, venue, symbols, timeframe, since, as_of)

    def refreshes(self, account_id: int, since: datetime, until: datetime, most: int) -> Sequence[datetime]:
        """Refreshes in a span, at even distances."""
        return read_refreshes_within(self.connection, account_id, since, until, most)

    def refreshes_before(self, account_id: int, at: datetime, count: int) -> Sequence[datetime]:
        """The newest `count` refreshes at or before a moment, oldest first."""
        return read_refreshes_before(self.connection, account_id, at, count)

    def moments(self, account: Account, refreshes: Iterable[datetime], needs: Needs) -> Sequence[AccountMoment]:
        """The account at these refreshes, oldest first."""
        return read_account_moments(self.connection, account, refreshes, needs)
