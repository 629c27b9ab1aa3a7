"""Thinning out the past changes no figure of a closed period, and keeps only points that were observed."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, text

from db.reads.accounts import read_accounts
from db.reads.snapshots import read_snapshot
from db.writes.bulk_import import write_bulk_import
from domain.retention import Retention
from domain.snapshot import Account, Observation
from domain.sources import Source, Success
from refresher.jobs.thinning import thin_past
from tests.factories import NOON, balance, observation, price, valuation
from tests.whole.books.story import Story, moment, moved, traded

EVERY = timedelta(minutes=5)
DAYS = 6
ZURICH = ZoneInfo("Europe/Zurich")
# Closed periods: days of UTC and of Zurich, in hours after NOON of the first day.
PERIODS = ((12, 36), (12, 108), (11, 35), (35, 107))
BOUGHT_AT, PAID_IN_AT = 40.03, 61.53
HOURLY = Retention(timedelta(days=1), timedelta(days=1), timedelta(days=730), (ZoneInfo("UTC"), ZURICH))
DAILY = Retention(timedelta(days=1), timedelta(days=1), timedelta(days=1), (ZoneInfo("UTC"), ZURICH))


def lived(account: Account, begins: timedelta) -> list[Observation]:
    """A wallet of dollars and bitcoin in a moving market, with a purchase and a deposit."""
    seen = []
    for n in range(DAYS * 24 * 12):
        passed = EVERY * n + begins
        hours = passed / timedelta(hours=1)
        last = Decimal(f"{1000 + 80 * math.sin(n / 40) + 15 * math.sin(n * 1.7):.2f}")
        coins = Decimal(2 if hours < BOUGHT_AT else 3)
        cash = Decimal(5000) - (1000 if coins == 3 else 0) + (700 if hours >= PAID_IN_AT else 0)
        value = cash + coins * last
        results: dict[Source, Any] = {
            Source.BALANCES: Success((balance("USD", str(cash), market_value=cash),
                                      balance("BTC", str(coins), market_value=coins * last))),
            Source.PRICES: Success((price("BTC/USD", str(last)), price("EUR/USD", f"{1.1 + n % 7 / 100:.2f}"))),
        }  # fmt: skip
        seen.append(observation(account, NOON + passed, results, valuation(str(value))))
    return seen


@pytest.fixture
def accounts(story: Story) -> list[Account]:
    accounts = story.accounts("main", "other", refresh_seconds=300)
    for n, account in enumerate(accounts):
        write_bulk_import(story.writer, account, lived(account, timedelta(seconds=100 * n)))
    story.did(accounts[0], traded("1", BOUGHT_AT, "BTC/USD", "1", "1000"), moved(PAID_IN_AT, "USD", "700"))
    story.did(accounts[1], traded("2", BOUGHT_AT, "BTC/USD", "1", "1000"), moved(PAID_IN_AT, "USD", "700"))
    return accounts


def figures(story: Story) -> Mapping[str, Any]:
    """Performance, attribution and curves of the closed periods, of one account and of both."""
    told: dict[str, Any] = {}
    for since, until in PERIODS:
        for query in ({}, {"account": "main"}, {"currency": "EUR"}, {"zone": "Europe/Zurich"}):
            name = f"{since} {until} {query}"
            told[f"performance {name}"] = story.told("performance", since=moment(since), as_of=moment(until), **query)
            told[f"curve {name}"] = story.told("dashboard/snapshot", as_of=moment(until), **query)["curve"]
    return told


def thinned(story: Story, retention: Retention) -> int:
    return thin_past(story.writer, retention, NOON + timedelta(days=DAYS + 1), lambda: True)


def counts(engine: Engine) -> dict[str, int]:
    tables = ("refresh", "price_tick", "mark", "balance_version", "fill", "transfer")
    with engine.connect() as connection:
        return {table: connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() for table in tables}


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("retention", [HOURLY, DAILY], ids=["hourly", "daily"])
def test_figures_of_closed_periods_are_the_same_after_thinning(
    story: Story, accounts: list[Account], retention: Retention
) -> None:
    before, held = figures(story), counts(story.writer)
    assert thinned(story, retention) > 0
    after, left = figures(story), counts(story.writer)
    assert {name: after[name] for name in after if after[name] != before[name]} == {}
    assert left["refresh"] < held["refresh"] / 3
    assert left["price_tick"] < held["price_tick"]
    assert [left[name] for name in ("balance_version", "fill", "transfer")] == [
        held[name] for name in ("balance_version", "fill", "transfer")
    ]
    assert thinned(story, retention) == 0  # a second run finds nothing


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_each_point_that_stays_reads_as_it_was_observed(story: Story, accounts: list[Account]) -> None:
    """All fields but the expected interval, which is the distance of the points now."""
    before = {key: row for account in accounts for key, row in snapshots(story, account).items()}
    thinned(story, HOURLY)
    after = {key: row for account in accounts for key, row in snapshots(story, account).items()}
    assert 20 < len(after) < len(before) / 3
    assert after == {key: before[key] for key in after}


def snapshots(story: Story, account: Account) -> dict[tuple[int, datetime], object]:
    with story.writer.connect() as connection:
        (fresh,) = [row for row in read_accounts(connection) if row.id == account.id]
        moments = connection.execute(
            text("SELECT taken_at FROM refresh WHERE account_id = :id ORDER BY taken_at"), {"id": account.id}
        ).scalars()
        read = [read_snapshot(connection, fresh, at) for at in moments.all()]
    return {
        (account.id, row.refresh.taken_at): (row.balances, row.prices, row.refresh.valuation, row.refresh.carried)
        for row in read
    }


def test_thinning_goes_on_where_it_was_interrupted(story: Story, accounts: list[Account]) -> None:
    turns = iter([True] * 3 + [False] * 99)
    first = thin_past(story.writer, HOURLY, NOON + timedelta(days=DAYS + 1), lambda: next(turns))
    assert first > 0
    assert thinned(story, HOURLY) > 0
    assert thinned(story, HOURLY) == 0


def test_the_last_days_keep_every_point(story: Story, accounts: list[Account]) -> None:
    recent = "SELECT count(*) FROM refresh WHERE taken_at >= :since"
    since = {"since": datetime.combine((NOON + timedelta(days=DAYS)).date(), datetime.min.time(), UTC)}
    with story.writer.connect() as connection:
        held = connection.execute(text(recent), since).scalar_one()
    thinned(story, HOURLY)
    with story.writer.connect() as connection:
        assert connection.execute(text(recent), since).scalar_one() == held > 100
