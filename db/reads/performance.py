"""Read the performance of accounts over a period: its days, with the values and flows behind them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from db.reads.history_progress import HistoryProgress
from db.reads.net_values import read_first_values
from db.reads.spans import read_span
from domain.performance import PeriodReturn, days_of
from domain.periods import closing_of, closings_between
from domain.returns import money_weighted
from domain.snapshot import Account
from domain.spans import Span


@dataclass(frozen=True, slots=True)
class Performance:
    """The days between `moments`, the closing moments that divide the period into days of the viewer's zone."""

    moments: tuple[datetime, ...]
    span: Span
    days: tuple[PeriodReturn, ...]
    begin: datetime  # the first moment: not before all accounts have a net value

    @property
    def since(self) -> datetime:
        """The closing moment before the period."""
        return self.moments[0]

    @property
    def until(self) -> datetime:
        """The end."""
        return self.moments[-1]

    @property
    def money_weighted(self) -> float | None:
        """The money-weighted return over the period. None is unknown."""
        begin, end = self.span.at(self.since), self.span.at(self.until)
        if begin is None or end is None or self.span.flows is None:
            return None
        return money_weighted(begin, end, self.span.flows, self.until - self.since)


def read_performance(
    connection: Connection,
    accounts: Sequence[Account],
    since: datetime,
    until: datetime,
    zone: ZoneInfo,
    currency: str,
    progress: Mapping[int, HistoryProgress],
    moments: tuple[datetime, ...] | None = None,
) -> Performance:
    """The performance of all accounts together, of events from `since` on and up to the closing moment `until`.

    `moments` are those of `read_day_moments`, if they were read already.
    """
    moments = moments or read_day_moments(connection, accounts, since, until, zone)
    span = read_span(connection, accounts, moments, currency, progress)
    return Performance(moments, span, days_of(span, moments, zone), max(since, moments[0]))


def read_day_moments(
    connection: Connection, accounts: Sequence[Account], since: datetime, until: datetime, zone: ZoneInfo
) -> tuple[datetime, ...]:
    """The closing moments that divide a period into days. It begins when all accounts have a net value."""
    firsts = read_first_values(connection, [account.id for account in accounts]).values()
    begin = max((closing_of(since), *(first for first in firsts if first < until)))
    return closings_between(begin, max(until, begin + timedelta(microseconds=1)), zone)
