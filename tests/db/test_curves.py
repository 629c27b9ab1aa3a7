"""The curve of net value, through the real writers and Postgres."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from db.reads import curves, net_values
from db.reads.curves import Curve, read_curve, read_sampled
from db.reads.equity import read_equity_at
from db.writes.refresh import write_refresh
from db.writes.stated_values import write_stated_values
from domain.snapshot import Account
from domain.sources import Source, Success
from domain.transfers import TransferKind
from tests.db.flow_values import valued
from tests.factories import NOON, balance, observation, price, transfer, valuation
from tests.pages.past import with_past, written

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def worth(
    database: Any, account: Account, at: datetime, value: str, btc: str | None = None, currency: str = "USD",
    rate: str | None = None,
) -> None:  # fmt: skip
    results: dict[Source, Success[Any]] = {} if btc is None else {Source.BALANCES: Success((balance("BTC", btc),))}
    if rate is not None:
        results[Source.PRICES] = Success((price("EUR/USD", rate),))
    write_refresh(database.writer, observation(account, at, results, valuation(value, currency=currency)))


def curve(database: Any, *accounts: Account, since: datetime, points: int = 200, currency: str = "USD") -> Curve:
    with database.reader.connect() as connection:
        return read_curve(connection, accounts, since, NOON, points, currency)


def test_accounts_seen_every_6_minutes_and_hourly_have_one_level_total(database: Any) -> None:
    often, hourly = with_past(database.writer, "often", "hourly", refresh_seconds=360)
    since = NOON - 20 * HOUR
    for n in range(201):
        worth(database, often, since + n * 6 * MINUTE, "1000")
    for n in range(21):
        worth(database, replace(hourly, refresh_seconds=3600), since + n * HOUR, "5000")
    for points in (4, 40, 200, 2000):
        drawn = curve(database, often, hourly, since=since, points=points).points
        assert {(point.value, point.is_whole) for point in drawn} == {(6000, True)}


def test_every_peak_and_trough_is_drawn_however_few_points_there_are(database: Any) -> None:
    (main,) = with_past(database.writer, refresh_seconds=360)
    values = dict.fromkeys(range(200), "100") | {57: "3", 133: "9000"}
    for n, value in values.items():
        worth(database, main, NOON - (199 - n) * 6 * MINUTE, value)
    drawn = curve(database, main, since=NOON - 20 * HOUR, points=8).points
    assert len(drawn) <= 8
    assert {point.value for point in drawn} == {3, 100, 9000}


def test_a_change_of_base_currency_at_equal_worth_is_level_and_marked(database: Any) -> None:
    """1,250 USD are 1,000 EUR at 1.25."""
    (main,) = with_past(database.writer, refresh_seconds=3600)
    for hours in range(10, 5, -1):
        worth(database, main, NOON - hours * HOUR, "1250", rate="1.25")
    for hours in range(5, -1, -1):
        worth(database, main, NOON - hours * HOUR, "1000", currency="EUR", rate="1.25")
    drawn = curve(database, main, since=NOON - 10 * HOUR, currency="EUR")
    assert {point.value for point in drawn.points} == {1000}
    assert [(c.at, c.before, c.after) for c in drawn.base_changes] == [(NOON - 5 * HOUR, "USD", "EUR")]


def test_earlier_values_are_converted_at_the_rate_of_then(database: Any) -> None:
    (main,) = with_past(database.writer, refresh_seconds=3600)
    worth(database, main, NOON - 2 * HOUR, "1250", rate="1.25")
    worth(database, main, NOON - HOUR, "1250", rate="1")
    worth(database, main, NOON, "1250", currency="EUR", rate="1")
    drawn = curve(database, main, since=NOON - 2 * HOUR, currency="EUR").points
    assert [point.value for point in drawn] == [1000, 1250, 1250]


def test_a_base_currency_without_a_rate_of_then_leaves_a_gap(database: Any) -> None:
    (main,) = with_past(database.writer, refresh_seconds=3600)
    worth(database, main, NOON - 5 * HOUR, "1250")
    worth(database, main, NOON, "1000", currency="EUR")
    first = curve(database, main, since=NOON - DAY, currency="EUR").points[0]
    assert first.value is None


def test_a_coin_three_days_under_way_between_own_accounts_is_level_and_marked(database: Any) -> None:
    one, other = with_past(database.writer, "one", "other", refresh_seconds=3600)
    left, arrived = NOON - 4 * DAY, NOON - DAY - HOUR
    for hours in range(120, -1, -1):
        at = NOON - hours * HOUR
        worth(database, one, at, *(("0", "0") if at > left else ("100000", "1")))
        worth(database, other, at, *(("100000", "1") if at > arrived else ("0", "0")))
    sent = transfer("withdrawal/1", kind=TransferKind.WITHDRAWAL, amount="-1", account="one", at=left + HOUR / 2)
    came = transfer("deposit/1", account="other", at=arrived + HOUR / 2)
    written(database.writer, one, [sent], NOON)
    written(database.writer, other, [came], NOON)
    valued(database.writer, one, sent, "-100000")
    valued(database.writer, other, came, "100000")
    drawn = curve(database, one, other, since=NOON - 5 * DAY, points=400).points
    assert {point.value for point in drawn} == {Decimal(100000)}
    moving = [point.at for point in drawn if point.in_transit]
    assert (moving[0], moving[-1]) == (left + HOUR, arrived)


def test_a_peak_is_drawn_over_months_too(database: Any) -> None:
    """Parts longer than a quarter of a day are read through the index of net values."""
    (main,) = with_past(database.writer, refresh_seconds=6 * 3600)
    values = dict.fromkeys(range(400), "100") | {111: "3", 250: "9000"}
    for n, value in values.items():
        worth(database, main, NOON - (399 - n) * 6 * HOUR, value)
    drawn = curve(database, main, since=NOON - 100 * DAY, points=40).points
    assert len(drawn) <= 44
    assert {point.value for point in drawn} == {3, 100, 9000}
    assert (drawn[0].at, drawn[-1].at) == (NOON - 399 * 6 * HOUR, NOON)


def test_a_total_of_many_accounts_is_exact_at_fewer_points(database: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(curves, "MOST_LOOK_UPS", 72)  # two buckets for each of three accounts
    monkeypatch.setattr(curves, "FEWEST_BUCKETS", 2)
    monkeypatch.setattr(net_values, "LOOK_UPS_A_QUERY", 5)
    accounts = with_past(database.writer, "a", "b", "c", refresh_seconds=3600)
    for number, account in enumerate(accounts):
        for hours in range(16, -1, -1):
            worth(database, account, NOON - hours * HOUR - number * MINUTE, str(100 + number))
    since = NOON - 16 * HOUR
    drawn = curve(database, *accounts, since=since, points=16).points
    assert {point.value for point in drawn if point.is_whole} == {303}
    with database.reader.connect() as connection:
        sampled = read_sampled(connection, accounts, since, NOON, 16)
        alone = read_sampled(connection, accounts[:1], since, NOON, 16)
    assert len(sampled[accounts[0].id]) < len(alone[accounts[0].id])


@pytest.mark.parametrize("most", [60, 30, 20])
def test_fewer_moments_keep_the_gaps_and_the_present(database: Any, monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    accounts = with_past(database.writer, "a", "b", refresh_seconds=3600)
    for number, account in enumerate(accounts):
        for hours in [*range(60, 40, -1), *range(20, -1, -1)]:  # nothing was recorded for 20 hours
            worth(database, account, NOON - hours * HOUR - number * MINUTE, "100")
    monkeypatch.setattr(curves, "MOST_LOOK_UPS", most)
    drawn = curve(database, *accounts, since=NOON - 60 * HOUR, points=400).points
    assert drawn[-1].at == NOON
    assert any(point.value is None and 20 * HOUR < NOON - point.at < 40 * HOUR for point in drawn)
    assert {point.value for point in drawn if point.is_whole} == {200, None}


def test_a_value_of_the_exchange_counts_before_the_first_refresh_alone(database: Any) -> None:
    refreshed, never = with_past(database.writer, "refreshed", "never")
    stated = [(NOON - n * HOUR, Decimal(100 + n)) for n in (5, 4, 1)]
    for account in (refreshed, never):
        write_stated_values(database.writer, account.id, stated, "USD")
    worth(database, refreshed, NOON - 2 * HOUR, "7")
    moments = [NOON - n * HOUR for n in range(7)]
    with database.reader.connect() as connection:
        points = read_equity_at(connection, [(account.id, at) for account in (refreshed, never) for at in moments])
    assert [(p := points.get((refreshed.id, at))) and p.net_value for at in moments] == [7, 7, 7, 104, 104, 105, None]
    assert [(p := points.get((never.id, at))) and p.net_value for at in moments] == [101, 101, 104, 104, 104, 105, None]
