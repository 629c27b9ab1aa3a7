"""Refreshing: what an exchange answers, well or badly, and what a page then reads."""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from db.reads.jobs import read_job_runs
from db.refresh_requests import insert_refresh_request
from db.stopping import Stop
from db.writes.requests import take_refresh_requests
from domain.orders import OrderKind
from domain.retention import Retention
from domain.sources import FailureKind, Source, SourceKind
from domain.valuation import ValueOrigin
from refresher.jobs.housekeeping import HousekeepingJob
from refresher.process.database_watch import DatabaseWatch
from refresher.process.request_watch import RequestWatch
from tests.exchanges.payload_server import PayloadServer
from tests.exchanges.wire_payloads import account_row, order_row
from tests.postgres import Database
from tests.refresher.conftest import Watched, settings_for, watched_accounts
from tests.refresher.scripted_exchange import BALANCES, ORDERS, POSITIONS, TICKERS, TRIGGERS


def test_a_refresh_writes_everything_under_one_moment(main: Watched) -> None:
    assert main.refresh().succeeded
    snapshot = main.snapshot()
    assert {b.asset for b in snapshot.balances} == {"SOL", "USD"}
    assert {o.kind for o in snapshot.orders} == {OrderKind.LIMIT, OrderKind.STOP}
    assert snapshot.prices["SOL/USD"].last == Decimal("100.00")
    value = snapshot.refresh.valuation
    assert value is not None
    assert (value.origin, value.net_value) == (ValueOrigin.STATED, Decimal("1525.00"))
    assert value.computed_value is not None
    assert {snapshot.sources[source].as_of for source in main.account.sources} == {snapshot.refresh.taken_at}


def test_triggers_fail_while_orders_succeed_and_every_stop_stays_with_its_own_age(
    main: Watched, exchange: PayloadServer
) -> None:
    main.refresh()
    first = main.snapshot().refresh.taken_at
    exchange.says(TRIGGERS, {"code": 50001, "message": "INTERNAL"}, status=500)
    exchange.lists(ORDERS)
    assert main.refresh().succeeded
    snapshot = main.snapshot()
    assert [o.kind for o in snapshot.orders] == [OrderKind.STOP]
    triggers = snapshot.sources[Source.TRIGGERS]
    assert (triggers.carried, triggers.as_of, triggers.failures) == (True, first, 1)
    assert snapshot.sources[Source.ORDERS].as_of == snapshot.refresh.taken_at > first


def test_an_empty_response_removes_all_rows_and_is_no_failure(main: Watched, exchange: PayloadServer) -> None:
    main.refresh()
    exchange.lists(ORDERS)
    exchange.lists(TRIGGERS)
    main.refresh()
    snapshot = main.snapshot()
    assert snapshot.orders == ()
    assert not any(state.carried for state in snapshot.sources.values())


@pytest.mark.parametrize(
    "garbage", ["<html>maintenance</html>", '{"code": 0, "result": {"data": [{"half', '{"code": 0, "result": {}}', "[]"]
)
def test_garbage_fails_the_source_and_loses_nothing(main: Watched, exchange: PayloadServer, garbage: str) -> None:
    main.refresh()
    before = main.snapshot()
    for path in (BALANCES, POSITIONS, ORDERS, TRIGGERS, TICKERS):
        exchange.says(path, garbage)
    result = main.refresh()
    snapshot = main.snapshot()
    assert not result.succeeded
    assert (snapshot.balances, snapshot.orders, snapshot.refresh.valuation) == (
        before.balances,
        before.orders,
        before.refresh.valuation,
    )
    states = [snapshot.sources[source] for source in main.account.sources]
    assert {state.error_kind for state in states} == {FailureKind.BAD_PAYLOAD}
    assert {state.as_of for state in states} == {before.refresh.taken_at}


def test_an_error_payload_with_zero_totals_is_not_taken_for_an_empty_account(
    main: Watched, exchange: PayloadServer
) -> None:
    main.refresh()
    exchange.lists(BALANCES, account_row(**{name: "0" for name in account_row() if name.startswith("total_")}))
    main.refresh()
    snapshot = main.snapshot()
    assert {b.asset for b in snapshot.balances} == {"SOL", "USD"}
    assert snapshot.refresh.valuation is not None
    assert snapshot.refresh.valuation.net_value == Decimal("1525.00")
    assert snapshot.sources[Source.BALANCES].carried


def test_a_hanging_source_delays_the_others_no_longer_than_its_budget(
    database: Database, exchange: PayloadServer
) -> None:
    exchange.hangs(TRIGGERS)
    (patient,) = watched_accounts(database, settings_for(exchange.url, "main", budgets={SourceKind.TRIGGERS: 0.5}))
    assert patient.refresh().succeeded
    assert not exchange.released.is_set()  # nobody waited for it
    snapshot = patient.snapshot()
    assert snapshot.sources[Source.TRIGGERS].as_of is None
    assert "no response" in str(snapshot.sources[Source.TRIGGERS].error)
    assert [o.key for o in snapshot.orders] == [order_row()["order_id"]]


def test_a_refused_key_is_logged_once_and_causes_few_requests(main: Watched, exchange: PayloadServer) -> None:
    for path in (BALANCES, POSITIONS, ORDERS, TRIGGERS):
        exchange.says(path, {"code": 40101, "message": "UNAUTHORIZED"}, status=401)
    with capture_logs() as lines:
        results = [main.refresh() for _ in range(20)]
    assert not any(result.succeeded for result in results)
    requests = sum(exchange.asked(path) for path in (BALANCES, POSITIONS, ORDERS, TRIGGERS))
    assert requests <= 4
    state = main.snapshot().sources[Source.BALANCES]
    assert state.error_kind is FailureKind.PERMANENT
    assert state.next_attempt_at is not None
    (warning,) = [line for line in lines if line["event"] == "sources failed"]
    assert warning["sources"] == "balances, positions, orders, triggers"
    assert "check api_key" in warning["error"]


def test_one_failing_account_stops_no_other(database: Database, exchange: PayloadServer) -> None:
    nowhere = watched_accounts(database, settings_for("http://127.0.0.1:9", "broken", budget=1.0))[0]
    (good,) = watched_accounts(database, settings_for(exchange.url, "good"))
    assert not nowhere.refresh().succeeded
    assert good.refresh().succeeded


def test_no_transaction_is_open_during_requests_to_the_exchange(main: Watched, exchange: PayloadServer) -> None:
    open_transactions: list[int] = []
    reply = exchange.answers[f"/exchange/v1/{ORDERS}"]

    def looked(_: object) -> object:
        with main.database.owner.connect() as connection:
            open_transactions.append(connection.execute(text(_IN_TRANSACTION)).scalar_one())
        return reply

    exchange.answers[f"/exchange/v1/{ORDERS}"] = looked  # type: ignore[assignment]
    assert main.refresh().succeeded
    assert open_transactions == [0]


def test_job_runs_record_the_last_refresh_and_housekeeping(main: Watched, exchange: PayloadServer) -> None:
    exchange.says(TRIGGERS, "garbage")
    main.refresh()
    HousekeepingJob(main.database.writer, DatabaseWatch()).run()
    with main.database.reader.connect() as connection:
        runs = {run.job: run for run in read_job_runs(connection)}
    assert runs["refresh main"].outcome == "succeeded"
    assert runs["refresh main"].detail == "1 of 5 sources carried forward"
    assert runs["housekeeping"].detail == "nothing to delete"
    assert runs["housekeeping"].duration is not None


def test_housekeeping_deletes_old_failures_and_never_history(main: Watched, exchange: PayloadServer) -> None:
    exchange.says(TRIGGERS, "garbage")
    main.refresh()
    with main.database.owner.begin() as connection:
        connection.execute(text("UPDATE source_failure SET at = at - interval '31 days'"))
    result = HousekeepingJob(main.database.writer, DatabaseWatch()).run()
    assert result is not None
    assert result.detail == "deleted 1 of source_failure"
    assert len(main.snapshot().orders) == 1


def test_housekeeping_deletes_old_rows_of_sign_in(main: Watched) -> None:
    with main.database.owner.begin() as connection:
        for statement in _OLD_AND_NEW_SIGN_INS:
            connection.execute(text(statement))
    result = HousekeepingJob(main.database.writer, DatabaseWatch(), Retention(audit=timedelta(days=400))).run()
    assert result is not None
    assert result.detail == "deleted 1 of audit, 1 of session, 1 of sign_in_attempt"


def test_a_second_refresher_stands_by_and_takes_over_with_what_the_first_left(
    database: Database, main: Watched, exchange: PayloadServer
) -> None:
    (second,) = watched_accounts(database, settings_for(exchange.url, "main"))
    main.refresh()
    assert second.job.run() is None
    main.release()
    assert second.take()
    for path in (BALANCES, ORDERS, TRIGGERS):
        exchange.says(path, "garbage")
    assert second.refresh().succeeded
    snapshot = second.snapshot()
    assert len(snapshot.orders) == 2
    assert "SOL/USD" in snapshot.prices, "prices are wanted for what the first one left"
    assert main.job.run() is None
    second.release()


def test_nothing_is_written_if_the_lease_is_lost_during_requests(
    database: Database, main: Watched, exchange: PayloadServer
) -> None:
    """The connection of the lease breaks, so another refresher takes the shard."""
    (thief,) = watched_accounts(database, settings_for(exchange.url, "main"))
    main.refresh()
    before = main.snapshot().refresh.taken_at
    reply = exchange.answers[f"/exchange/v1/{ORDERS}"]

    def ending_the_lease(_: object) -> object:
        with database.owner.connect() as connection:
            connection.execute(text(_END_LEASES), {"id": main.leases.id})
        assert thief.take()
        return reply

    exchange.answers[f"/exchange/v1/{ORDERS}"] = ending_the_lease  # type: ignore[assignment]
    result = main.refresh()
    assert not result.succeeded
    assert main.snapshot().refresh.taken_at == before
    exchange.answers[f"/exchange/v1/{ORDERS}"] = reply
    thief.release()
    with suppress(OperationalError):
        main.take()  # notices the broken connection
    assert main.take()
    assert main.refresh().succeeded


@dataclass
class Asked:
    """Stands for the schedule: remembers which accounts it was asked to refresh now."""

    now: list[int] = field(default_factory=list)

    def refresh_now(self, account_id: int) -> None:
        self.now.append(account_id)


def test_a_refresh_request_is_taken_by_the_refresher_that_serves_the_account(
    database: Database, exchange: PayloadServer
) -> None:
    first, other = watched_accounts(database, settings_for(exchange.url, "one", "other"))
    requests = Asked()
    watch = RequestWatch(database.writer, [first.job.served, other.job.served], requests, Stop())  # type: ignore[arg-type]
    insert_refresh_request(database.reader)
    first.release()
    watch.look()
    assert requests.now == []
    assert take_refresh_requests(database.writer) == [None], "a standby leaves it to who can fulfil it"
    first.take()
    insert_refresh_request(database.reader, first.account.id)
    insert_refresh_request(database.reader, other.account.id)
    watch.look()
    assert requests.now == [first.account.id]
    other.take()
    watch.look()
    assert requests.now == [first.account.id, other.account.id]
    insert_refresh_request(database.reader)
    watch.look()
    assert requests.now[2:] == [first.account.id, other.account.id]


_IN_TRANSACTION = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND application_name = 'stillframe-refresher' AND state LIKE 'idle in transaction%'
"""

_END_LEASES = """
SELECT pg_terminate_backend(pid, 10000) FROM pg_locks
WHERE locktype = 'advisory' AND classid = 72006 AND objid = :id
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""

_OLD_AND_NEW_SIGN_INS = (
    "INSERT INTO viewer (name) VALUES ('alice')",
    "INSERT INTO audit (action, at) SELECT 'signed in', now() - days * interval '1 day' "
    "FROM unnest(ARRAY[401, 399]) days",
    "INSERT INTO session (token_hash, viewer, expires_at) "
    "SELECT CAST(CAST(days AS text) AS bytea), 'alice', now() - days * interval '1 day' "
    "FROM unnest(ARRAY[31, 29]) days",
    "INSERT INTO sign_in_attempt (viewer, address, succeeded, at) "
    "SELECT 'alice', '10.0.0.1', false, now() - hours * interval '1 hour' FROM unnest(ARRAY[25, 23]) hours",
)
