"""Closed tax years: close one as its owner asks, and record what later came to be known otherwise."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from db.reads.tax_closings import TaxClosing, read_due_closings, read_tax_corrections
from db.reads.tax_export import read_live_year, why_not_counted
from db.writes.tax_closings import write_tax_closing, write_tax_corrections
from domain.edits import Verdict, applied, refused
from domain.snapshot import Account
from domain.tax import bounds_of
from domain.tax_entries import Correction, TaxYearName, corrected, differences, entries_of
from refresher.process.clock import utc_now


def close_tax_year(
    writer: Engine, account: Account, name: TaxYearName, now: Callable[[], datetime] = utc_now
) -> Verdict:
    """Close a year of an account as it is known now. Refused while it is not over or not fully counted."""
    _, until = bounds_of(name.year, ZoneInfo(name.zone))
    closed_at = now()
    if until > closed_at:
        return refused(f"{name.year} is not over yet in {name.zone}.")
    with writer.connect() as connection:
        if reason := why_not_counted(connection, account, until):
            return refused(f"{reason} Try again later.")
        live = read_live_year(connection, account, name)
    if not write_tax_closing(writer, name, live, until, closed_at):
        return refused(f"{name.year} of {account.name} was closed before.")
    count = len(live.year.disposals)
    return applied(f"{name.year} of {account.name} is closed with {count} disposal{'' if count == 1 else 's'}.")


class ClosedYears:
    """The closed years of one account."""

    def __init__(self, account: Account, writer: Engine, now: Callable[[], datetime] = utc_now) -> None:
        self._account = account
        self._writer = writer
        self._now = now

    def compare(self, may_continue: Callable[[], bool]) -> int:
        """Record what differs from the closed years since they were compared. Returns the number of corrections."""
        with self._writer.connect() as connection:
            due = read_due_closings(connection, self._account)
        count = 0
        for closing in due:
            if not may_continue():
                break
            count += self._compare(closing)
        return count

    def _compare(self, closing: TaxClosing) -> int:
        known_at = self._now()
        with self._writer.connect() as connection:
            if why_not_counted(connection, self._account, closing.until):
                return 0  # figures of half a count would be wrong corrections
            live = read_live_year(connection, self._account, closing.name)
            before = corrected(closing.entries, read_tax_corrections(connection, closing.name))
        corrections = [Correction(known_at, was, now) for was, now in differences(before, entries_of(live.year))]
        write_tax_corrections(self._writer, closing.name, corrections, closing.changes, known_at)
        return len(corrections)
