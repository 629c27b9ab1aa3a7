"""Housekeeping holds no lock that a writer needs. Its steps wait here before their commit, while writers write."""

import threading
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event, text

from db.engine import writer_engine
from db.writes.accounts import AccountSetting, write_accounts
from db.writes.fills import write_fill_page
from db.writes.housekeeping import delete_before
from db.writes.jobs import write_job_started
from db.writes.outcomes import write_outcomes
from db.writes.refresh import write_refresh
from db.writes.thinning import ThinnedDay, thin_account_day, thin_venue_day
from domain.endings import Ending, Evidence, Outcome
from domain.sources import Source, Success
from tests.db.fill_history import ALL_TIME
from tests.factories import ASKED, balance, failure, fill, observation, order, price

DAY = datetime(2026, 3, 2, tzinfo=UTC)
THINNED = ThinnedDay(DAY, timedelta(hours=1), (ZoneInfo("UTC"),))
STEPS = {
    "an account": lambda engine, account: thin_account_day(engine, account, THINNED),
    "a venue": lambda engine, account: thin_venue_day(engine, account.venue, DAY),
    "failed attempts": lambda engine, _: delete_before(engine, DAY, lambda: True)["source_failure"],
}


@pytest.fixture
def main(database):
    account = write_accounts(database.writer, [AccountSetting("main", "cryptocom", ASKED, 30, "USD")])["main"]
    write_failed(database, account, DAY - timedelta(hours=1))
    for n in range(24):
        write_seen(database, account, DAY + timedelta(minutes=5 * n), n)
    write_seen(database, account, DAY + timedelta(days=1, hours=1), 99)
    return account


def write_seen(database, account, at, number):
    results = {
        Source.BALANCES: Success((balance(total=str(number + 1)),)),
        Source.ORDERS: Success((order("1"),) if number < 100 else ()),
        Source.PRICES: Success((price("BTC/USD", str(90_000 + 1000 * number)),)),
    }
    write_refresh(database.writer, observation(account, at, results))


def write_failed(database, account, at):
    write_refresh(database.writer, observation(account, at, {Source.PRICES: failure()}))


@pytest.mark.parametrize("step", STEPS)
def test_writers_finish_while_a_step_is_not_committed(database, main, step):
    """A writer that needed a lock of the step would fail at its lock timeout."""
    if step == "a venue":
        thin_account_day(database.writer, main, THINNED)
    is_before_commit, may_commit, deleted = threading.Event(), threading.Event(), []
    housekeeper = writer_engine(database.settings)

    @event.listens_for(housekeeper, "commit")
    def wait(_):
        is_before_commit.set()
        may_commit.wait(60)

    thread = threading.Thread(target=lambda: deleted.append(STEPS[step](housekeeper, main)))
    thread.start()
    try:
        assert is_before_commit.wait(60)
        write_everything(database, main)
    finally:
        may_commit.set()
        thread.join()
        housekeeper.dispose()
    assert deleted[0] > 0


def write_everything(database, main):
    now = DAY + timedelta(days=8)
    write_seen(database, main, now, 100)
    write_failed(database, main, now + timedelta(seconds=30))
    outcome = Outcome("main", Source.ORDERS, "1", Ending.FILLED, now, Evidence.FILLS)
    assert write_outcomes(database.writer, main.id, [outcome], now) == 1
    write_fill_page(database.writer, main.id, Source.FILLS, [fill("1", at=DAY)], ALL_TIME, now)
    write_job_started(database.writer, "refresh main", now)
    with database.reader.connect() as connection:
        assert connection.execute(text("SELECT max(taken_at) FROM refresh")).scalar() > now
