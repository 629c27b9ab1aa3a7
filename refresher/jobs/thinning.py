"""Thin out the past, one day of a venue at a time, so that no writer waits."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time

from sqlalchemy import Engine

from db.reads.accounts import read_accounts
from db.reads.net_values import read_first_refresh
from db.writes.thinning import ThinnedDay, read_curve_points, thin_account_day, thin_venue_day
from db.writes.thinning_states import read_thinned_until, write_thinned_until
from domain.retention import DAY, Level, Retention, days_between
from domain.snapshot import Account

# Each account keeps its points beside those of the others' curves for at most so many accounts. With more, a total of
# the past adds up points that are at most one step apart.
MOST_ADDED_UP = 10


def thin_past(writer: Engine, retention: Retention, now: datetime, may_continue: Callable[[], bool]) -> int:
    """Thin out every day that is old enough and not thinned out yet, while `may_continue`. Returns the deleted rows.

    It continues where it was interrupted. The oldest days come first.
    """
    deleted = 0
    venues = _venues(writer)
    configured = [account.id for accounts in venues.values() for account in accounts if account.is_configured]
    added_up = configured if len(configured) <= MOST_ADDED_UP else []
    for level in retention.levels:
        for venue, accounts in venues.items():
            for day in _days(writer, venue, accounts, level, now):
                thinned = ThinnedDay(day, level.step, retention.zones)
                with writer.connect() as connection:
                    thinned = replace(thinned, curve_points=read_curve_points(connection, added_up, thinned))
                for account in accounts:
                    if not may_continue():
                        return deleted
                    deleted += thin_account_day(writer, account, thinned)
                deleted += thin_venue_day(writer, venue, day)
                write_thinned_until(writer, venue, level.step, day + DAY)
    return deleted


def _days(writer: Engine, venue: str, accounts: Sequence[Account], level: Level, now: datetime) -> Iterator[datetime]:
    since = read_thinned_until(writer, venue, level.step)
    if since is None:
        with writer.connect() as connection:
            first = read_first_refresh(connection, [account.id for account in accounts])
        if first is None:
            return iter(())
        since = datetime.combine(first.astimezone(UTC).date(), time(), UTC)
    return days_between(since, now - level.after)


def _venues(writer: Engine) -> Mapping[str, Sequence[Account]]:
    venues: dict[str, list[Account]] = defaultdict(list)
    with writer.connect() as connection:
        for account in read_accounts(connection):
            venues[account.venue].append(account)
    return venues
