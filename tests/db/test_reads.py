"""Reads of moments, equity, attempts, jobs and sizes."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text

from db.reads.attempts import read_attempts, read_failures, read_on_time
from db.reads.equity import read_equity, read_first_at
from db.reads.jobs import read_job_runs
from db.reads.moments import read_latest, read_moments
from db.reads.order_versions import read_order_versions
from db.reads.refreshes import NoSuchRefresh, read_refresh
from db.reads.sizes import read_sizes
from db.refresh_requests import insert_refresh_request
from db.writes import housekeeping
from db.writes.accounts import AccountSetting, write_accounts
from db.writes.candles import write_candles
from db.writes.housekeeping import delete_before
from db.writes.jobs import write_job_finished, write_job_started
from db.writes.refresh import write_refresh
from db.writes.requests import take_refresh_requests
from db.writes.stated_values import write_stated_values
from domain.candles import Candle
from domain.sources import Source, Success
from tests.api.serving import until
from tests.factories import ASKED, NOON, failure, later, observation, order, valuation


@pytest.fixture
def main(database):
    return write_accounts(database.writer, [AccountSetting("main", "cryptocom", ASKED, 30, "USD")])["main"]


@pytest.fixture
def reading(database):
    with database.reader.connect() as connection:
        yield connection


def test_the_latest_refresh_and_the_refresh_at_a_moment(database, main, reading):
    for seconds in (0, 30, 60):
        write_refresh(database.writer, observation(main, later(seconds)))
    assert read_latest(reading) == {main.id: later(60)}
    assert read_moments(reading, later(59)) == {main.id: later(30)}
    assert read_moments(reading, later(-1)) == {}


def test_a_moment_without_a_refresh_is_an_error_and_not_an_empty_account(reading, main):
    with pytest.raises(NoSuchRefresh):
        read_refresh(reading, main.id, NOON)


def test_the_versions_of_an_order_end_at_the_given_moment(database, main, reading):
    for seconds, price in ((0, "1"), (30, "1"), (60, "2"), (90, "3")):
        moved = order("7", limit_price=Decimal(price))
        write_refresh(database.writer, observation(main, later(seconds), {Source.ORDERS: Success((moved,))}))
    versions = read_order_versions(reading, main, Source.ORDERS, "7", later(89))
    assert [(v.valid_from, v.valid_to, v.order.limit_price) for v in versions] == [
        (NOON, later(60), 1),
        (later(60), None, 2),
    ]
    assert versions[0].order.raw == {"order_id": "7"}


def test_equity_shows_gaps_and_carried_values(database, main, reading):
    write_refresh(database.writer, observation(main, NOON, worth=valuation("100")))
    write_refresh(database.writer, observation(main, later(3600), {Source.BALANCES: failure()}))
    points = read_equity(reading, main.id, NOON, later(7200), 8)
    assert [(p.at, p.net_value, p.carried) for p in points] == [(NOON, 100, False), (later(3600), 100, True)]


def test_equity_takes_the_first_lowest_highest_and_last_refresh_of_each_bucket(database, main, reading):
    for n in range(100):
        write_refresh(database.writer, observation(main, later(n), worth=valuation({37: "-5", 41: "999"}.get(n, "7"))))
    points = read_equity(reading, main.id, NOON, later(100), 2)
    assert [(p.at, p.net_value) for p in points] == [
        (later(n), {37: -5, 41: 999}.get(n, 7)) for n in (0, 37, 41, 49, 50, 99)
    ]


def test_equity_starts_with_the_values_stated_by_the_exchange(database, main, reading):
    write_refresh(database.writer, observation(main, NOON, worth=valuation("100")))
    values = [(later(-86400), Decimal(90)), (later(-43200), Decimal(95)), (later(10), Decimal(1))]
    assert write_stated_values(database.writer, main.id, values, "USD") == 3
    assert write_stated_values(database.writer, main.id, values, "USD") == 0
    points = read_equity(reading, main.id, later(-172800), later(60), 50)
    assert [(p.net_value, p.stated_before) for p in points] == [(90, True), (95, True), (100, False)]
    assert read_first_at(reading, main.id) == later(-86400)


def test_attempts_are_counted_in_their_slots(database, main, reading):
    for n in range(10):
        results = {Source.ORDERS: failure()} if n in (4, 5) else {}
        write_refresh(database.writer, observation(main, later(n * 30), results))
    slots = read_attempts(reading, main, NOON, later(300), 5)
    assert [(s.succeeded, s.failed) for s in slots[Source.ORDERS]] == [(2, 0), (2, 0), (0, 2), (2, 0), (2, 0)]
    assert [s.failed for s in slots[Source.BALANCES]] == [0] * 5
    assert len(read_failures(reading, main.id, NOON, later(300), 10)) == 2


def test_on_time_is_the_share_of_time_without_delay(database, main, reading):
    write_refresh(database.writer, observation(main, NOON))
    write_refresh(database.writer, observation(main, later(160)))
    shares = read_on_time(reading, main, later(-1000), later(200))
    assert shares[Source.ORDERS] == Decimal("0.5")  # late from 60 s to 160 s of 200 s


def test_a_source_with_its_own_interval_is_judged_by_it(database, main, reading):
    """Orders are fetched every 30 s and late after 60 s. Other sources are fetched every 5 s and late after 15 s."""
    slow = replace(main, refresh_seconds=5, least_seconds=((Source.ORDERS, 30),))
    write_refresh(database.writer, observation(slow, NOON))
    for seconds in range(5, 60, 5):
        full = observation(slow, later(seconds))
        results = {source: result for source, result in full.results.items() if source is not Source.ORDERS}
        write_refresh(database.writer, replace(full, results=results, not_due=frozenset({Source.ORDERS})))
    shares = read_on_time(reading, main, NOON, later(120))
    assert shares[Source.ORDERS] == Decimal("0.5")
    assert shares[Source.BALANCES] == Decimal("0.583333")  # on time until 15 s after the refresh at 55 s
    slots = read_attempts(reading, main, NOON, later(60), 2)
    assert [(s.succeeded, s.failed) for s in slots[Source.ORDERS]] == [(1, 0), (0, 0)]
    assert [(s.succeeded, s.failed) for s in slots[Source.BALANCES]] == [(6, 0), (6, 0)]


def test_delay_is_judged_by_the_interval_in_force_then(database, main, reading):
    hourly = replace(main, refresh_seconds=3600)
    write_refresh(database.writer, observation(hourly, NOON))
    write_refresh(database.writer, observation(main, later(3600)))
    write_refresh(database.writer, observation(main, later(3700)))
    assert read_on_time(reading, main, later(-9), later(3600))[Source.ORDERS] == 1
    assert read_on_time(reading, main, later(3600), later(3700))[Source.ORDERS] == Decimal("0.6")
    assert read_on_time(reading, main, later(1000), later(3600))[Source.ORDERS] == 1


def test_a_source_that_was_down_before_the_window_is_late_from_its_start(database, main, reading):
    write_refresh(database.writer, observation(main, NOON))
    write_refresh(database.writer, observation(main, later(1000), {Source.ORDERS: failure()}))
    shares = read_on_time(reading, main, later(500), later(1000))
    assert shares[Source.ORDERS] == 0


def test_before_the_first_refresh_nothing_is_on_time_or_late(main, reading):
    assert set(read_on_time(reading, main, later(-1000), NOON).values()) == {None}


def test_the_last_run_of_each_job_is_read(database, reading):
    write_job_finished(database.writer, write_job_started(database.writer, "tidy", NOON), later(1), "succeeded")
    run = write_job_started(database.writer, "tidy", later(60), next_run_at=later(120))
    write_job_finished(database.writer, run, later(62), "failed", "disk full")
    (last_run,) = read_job_runs(reading)
    assert (last_run.outcome, last_run.duration, last_run.next_run_at) == ("failed", timedelta(seconds=2), later(120))


def test_a_job_run_is_read_as_of_a_past_moment(database, reading):
    write_job_finished(database.writer, write_job_started(database.writer, "tidy", NOON), later(1), "failed", "full")
    run = write_job_started(database.writer, "tidy", later(60))
    write_job_finished(database.writer, run, later(62), "succeeded", "done", later(120))
    runs = {at: read_job_runs(reading, later(at)) for at in (-1, 59, 61, 62)}
    assert runs[-1] == ()
    assert [(run.started_at, run.outcome, run.detail) for run in runs[59]] == [(NOON, "failed", "full")]
    assert [(run.outcome, run.detail, run.next_run_at) for run in runs[61]] == [("running", None, None)]
    assert [(run.outcome, run.next_run_at) for run in runs[62]] == [("succeeded", later(120))]


def test_the_next_run_at_a_past_moment_uses_the_interval_in_force_then(database, main, reading):
    write_refresh(database.writer, observation(replace(main, refresh_seconds=900), NOON))
    write_refresh(database.writer, observation(main, later(900)))
    (then,) = read_job_runs(reading, later(30))
    (now,) = read_job_runs(reading)
    assert (then.started_at, then.next_run_at) == (NOON, later(900))
    assert (now.started_at, now.next_run_at) == (later(900), later(930))


def test_the_refresh_job_of_an_account_is_its_latest_refresh(database, main, reading):
    write_refresh(database.writer, observation(main, NOON, {Source.ORDERS: failure()}))
    (run,) = read_job_runs(reading)
    assert (run.job, run.started_at, run.outcome, run.next_run_at) == (
        "refresh main",
        NOON,
        "succeeded",
        later(30),
    )
    assert run.detail == "1 of 5 sources carried forward"


def test_a_request_is_taken_once(database, main):
    insert_refresh_request(database.reader, main.id)
    insert_refresh_request(database.reader)
    assert take_refresh_requests(database.writer) == [main.id, None]
    assert take_refresh_requests(database.writer) == []


def test_housekeeping_deletes_failures_but_no_refreshes(database, main, reading):
    write_refresh(database.writer, observation(main, NOON, {Source.ORDERS: failure()}))
    assert delete_before(database.writer, later(1), lambda: True)["source_failure"] == 1
    assert read_latest(reading) == {main.id: NOON}


def test_housekeeping_deletes_in_short_transactions_and_stops_when_its_time_is_over(database, monkeypatch):
    monkeypatch.setattr(housekeeping, "ROWS_A_TRANSACTION", 2)
    with database.owner.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO job_run (job, started_at, outcome) "
                "SELECT 'a', CAST(:noon AS timestamptz) - n * interval '1 day', 'succeeded' "
                "FROM generate_series(0, 6) AS n"
            ),
            {"noon": NOON},
        )
    may_continue = iter([True, True, False, False])
    assert delete_before(database.writer, NOON, lambda: next(may_continue))["job_run"] == 2
    assert delete_before(database.writer, NOON, lambda: True)["job_run"] == 4
    assert delete_before(database.writer, NOON, lambda: True)["job_run"] == 0


def test_an_open_candle_is_updated_by_the_next_response(database):
    def candle(close):
        price = Decimal(1)
        return Candle("BTC/USD", "1h", NOON, price, Decimal(9), price, Decimal(close))

    assert write_candles(database.writer, "cryptocom", [candle("2")]) == 1
    assert write_candles(database.writer, "cryptocom", [candle("2")]) == 0
    assert write_candles(database.writer, "cryptocom", [candle("3")]) == 1


def test_sizes_include_every_table(database, main, reading):
    write_refresh(database.writer, observation(main, NOON))
    sizes = read_sizes(reading)
    assert {"refresh", "order_version"} <= {table.name for table in sizes.tables}
    assert sizes.first_at == NOON


def test_rows_are_counted_before_postgres_analyzed_a_table(database, main):
    """Statistics of a commit arrive within a second or so. A transaction sees one state of them."""
    write_refresh(database.writer, observation(main, NOON))

    def rows(name: str) -> int | None:
        with database.writer.connect() as connection:
            return next(table.rows_estimate for table in read_sizes(connection).tables if table.name == name)

    until(lambda: rows("refresh") == 1)
    assert rows("fill") == 0
