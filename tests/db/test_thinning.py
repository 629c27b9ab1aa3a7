"""Thinning out prices: what a refresh names stays readable, of ticks and of prices from before ticks."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from db.reads.snapshots import read_snapshot
from db.writes.refresh import write_refresh
from db.writes.thinning import ThinnedDay, thin_account_day, thin_venue_day
from domain.retention import DAY, Retention, day_starts, days_between
from domain.sources import Source, Success
from tests.db.full_database import write_old_prices
from tests.db.test_versions_property import PRICES, make_accounts
from tests.factories import failure, observation, price

MIDNIGHT = datetime(2026, 3, 2, tzinfo=UTC)
THINNED = ThinnedDay(MIDNIGHT, timedelta(hours=1), (ZoneInfo("UTC"),))
# Whose refresh, how many minutes later, what it sees. None: its prices failed.
STEPS = st.lists(
    st.tuples(st.integers(0, 1), st.sampled_from([0.1, 5.0, 20.0, 300.0]), st.none() | PRICES), min_size=5, max_size=25
)


def lived(database, steps):
    """Refreshes from the evening before the day that is thinned out. Returns the accounts and all prices seen."""
    accounts, at = make_accounts(database), MIDNIGHT - timedelta(hours=3)
    the_day_after = [(0, 27 * 60.0, (price_of(1),)), (1, 1.0, None), (0, 1.0, (price_of(2),)), (1, 1.0, (price_of(2),))]
    for number, minutes, prices in [*steps, *the_day_after]:
        at += timedelta(minutes=minutes)
        result = failure() if prices is None else Success(prices)
        write_refresh(database.writer, observation(accounts[number], at, {Source.PRICES: result}))
    return accounts


def prices_seen(database, accounts):
    """The prices of each refresh there is, by account and moment."""
    with database.reader.connect() as connection:
        rows = connection.execute(text("SELECT account_id, taken_at FROM refresh")).all()
        by_id = {account.id: account for account in accounts}
        return {(id_, at): dict(read_snapshot(connection, by_id[id_], at).prices) for id_, at in rows if id_ in by_id}


def thin(database, accounts):
    for account in accounts:
        thin_account_day(database.writer, account, THINNED)
    return thin_venue_day(database.writer, accounts[0].venue, MIDNIGHT)


@given(STEPS)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@pytest.mark.slow
def test_every_refresh_that_stays_reads_the_prices_that_it_saw(database, steps):
    """Of two accounts of a venue, with failures over midnight."""
    accounts = lived(database, steps)
    before = prices_seen(database, accounts)
    thin(database, accounts)
    after = prices_seen(database, accounts)
    assert after == {key: before[key] for key in after}


@given(STEPS)
@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@pytest.mark.slow
@pytest.mark.slow
def test_prices_from_before_ticks_are_thinned_out_likewise(database, steps):
    accounts = lived(database, steps)
    write_old_prices(database.owner, accounts[0].venue)
    with database.owner.begin() as connection:
        connection.execute(text("DELETE FROM price_tick WHERE exchange = :venue"), {"venue": accounts[0].venue})
    before = prices_seen(database, accounts)
    thin(database, accounts)
    after = prices_seen(database, accounts)
    assert after == {key: before[key] for key in after}


@pytest.mark.slow
def test_ticks_that_no_refresh_names_are_deleted_and_their_bases_stay(database):
    """Of a wide market, whose rows build on each other."""
    wide = tuple(price(f"C{n}/USD", str(n)) for n in range(1, 60))
    accounts = lived(database, [(0, 3.0, (price_of(n), *wide)) for n in range(300)])
    before, built = (
        prices_seen(database, accounts),
        "SELECT count(*) FILTER (WHERE base_id > 0), count(*) FROM price_tick",
    )
    with database.owner.connect() as connection:
        on_others, held = connection.execute(text(built)).one()
    assert on_others > held / 2
    assert thin(database, accounts) > 100
    after = prices_seen(database, accounts)
    assert after == {key: before[key] for key in after}
    with database.owner.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM price_tick")).scalar_one() < held / 2


def price_of(n):
    return price("BTC/USD", str(1000 + n))


@pytest.mark.parametrize(("since", "until", "count"), [(0, 24, 1), (0, 47.9, 1), (0.1, 72, 2), (-1, 48, 2), (0, 23, 0)])
def test_only_whole_days_are_thinned_out(since, until, count):
    span = (MIDNIGHT + timedelta(hours=hours) for hours in (since, until))
    assert len(list(days_between(*span))) == count


def test_days_begin_in_each_zone():
    """New York is five hours behind UTC in March, until the clocks change on the 8th. Nepal is 5:45 ahead."""
    zones = (ZoneInfo("UTC"), ZoneInfo("America/New_York"), ZoneInfo("Asia/Kathmandu"))
    hours = [(start - MIDNIGHT) / timedelta(hours=1) for start in day_starts(MIDNIGHT, MIDNIGHT + DAY, zones)]
    assert hours == [0, 5, 18.25, 24]


def test_levels_never_get_finer_with_age():
    levels = Retention(full=timedelta(days=200), five_minutes=timedelta(days=90)).levels
    assert [level.after.days for level in levels] == [730, 200, 200]
