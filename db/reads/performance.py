"""Read the performance of accounts over a period: its days, with the values and flows behind them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from db.reads.history_progress import HistoryProgress
from db.reads.net_values import read_first_values
from db.reads.spans import read_span
from domain.performance import PeriodReturn, days_of, midnights
from domain.returns import money_weighted
from domain.snapshot import Account
from domain.spans import Span


@dataclass(frozen=True, slots=True)
class Performance:
    """The days from the first to the last of `moments`, which divide the period at midnights of the viewer's zone."""

    moments: tuple[datetime, ...]
    span: Span
    days: tuple[PeriodReturn, ...]

    @property
    def since(self) -> datetime:
        """The begin: not before all accounts have a net value."""
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
) -> Performance:
    """The performance of all accounts together in (since, until]."""
    moments = read_day_moments(connection, accounts, since, until, zone)
    span = read_span(connection, accounts, moments, currency, progress)
    return Performance(moments, span, days_of(span, moments, zone))


def read_day_moments(
    connection: Connection, accounts: Sequence[Account], since: datetime, until: datetime, zone: ZoneInfo
) -> tuple[datetime, ...]:
    """The moments that divide a period into days. It begins when all accounts have a net value."""
    firsts = read_first_values(connection, [account.id for account in accounts]).values()
    begin = max((since, *(first for first in firsts if first < until)))
    return midnights(begin, max(until, begin + timedelta(microseconds=1)), zone)
