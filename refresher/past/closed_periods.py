"""Closed periods: record months and years once they are over, and what later changes them or a closed tax year."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection, Engine

from db.reads.coin_books import has_events_after
from db.reads.net_values import read_first_values
from db.reads.period_closes import is_history_read, read_due_periods, read_period_figures, read_recorded_periods
from db.reads.tax_export import why_not_counted
from db.writes.period_closes import write_compared_period, write_recorded_period
from domain.period_close import PeriodCorrection, PeriodKind, RecordedPeriod, cause_of, periods_over
from domain.snapshot import Account
from refresher.past.closed_years import ClosedYears
from refresher.process.clock import utc_now


class ClosedPeriods:
    """The closed periods of one account."""

    def __init__(self, account: Account, writer: Engine, now: Callable[[], datetime] = utc_now) -> None:
        self._account = account
        self._writer = writer
        self._now = now
        self._years = ClosedYears(account, writer, now)
        self._recorded_until: datetime | None = None  # no period before it is missing

    def compare(self, may_continue: Callable[[], bool]) -> int:
        """Record what is over, then what changed since. Returns the number of corrections."""
        self._record(may_continue)
        return self._years.compare(may_continue) + self._correct(may_continue)

    def _record(self, may_continue: Callable[[], bool]) -> None:
        """Record the periods that are over and complete."""
        now, account = self._now(), self._account
        with self._writer.connect() as connection:
            first = read_first_values(connection, [account.id]).get(account.id)
            over = [] if first is None else list(periods_over(first, now))
            newest = max((until for _, _, until in over), default=None)
            if newest is None or newest == self._recorded_until:
                return
            recorded = {(period.kind, period.since) for period in read_recorded_periods(connection, [account.id])}
        is_complete = True
        for kind, since, until in over:
            if (kind, since) not in recorded:
                is_complete &= may_continue() and self._record_one(kind, since, until, now)
        if is_complete:
            self._recorded_until = newest

    def _record_one(self, kind: PeriodKind, since: datetime, until: datetime, now: datetime) -> bool:
        """False if its history is not complete yet."""
        account = self._account
        with self._writer.connect() as connection:
            if not is_history_read(connection, account, until) or self._is_counting(connection, until):
                return False
            figures = read_period_figures(connection, account, since, until)
        period = RecordedPeriod(account.id, kind, since, until, account.base_currency, now, figures)
        write_recorded_period(self._writer, period)
        return True

    def _correct(self, may_continue: Callable[[], bool]) -> int:
        with self._writer.connect() as connection:
            due = read_due_periods(connection, self._account)
        count = 0
        for period in due:
            if not may_continue():
                break
            count += self._compare(period)
        return count

    def _is_counting(self, connection: Connection, until: datetime) -> bool:
        """True if events before a moment are not counted yet. An account without any event has nothing to count."""
        has_events = has_events_after(connection, self._account.id, None)
        return has_events and bool(why_not_counted(connection, self._account, until))

    def _compare(self, period: RecordedPeriod) -> int:
        """Write the correction of a period, if its figures changed. Those in another base currency do not compare."""
        correction, known_at, was = None, self._now(), period.latest
        with self._writer.connect() as connection:
            if self._is_counting(connection, period.until):
                return 0
            if period.currency == self._account.base_currency:
                now = read_period_figures(connection, self._account, period.since, period.until)
                if now.amounts != was.amounts:
                    correction = PeriodCorrection(known_at, was, now, cause_of(was, now))
        write_compared_period(self._writer, period, correction)
        return int(correction is not None)
