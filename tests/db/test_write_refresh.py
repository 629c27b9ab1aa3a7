"""Writing a refresh: success replaces rows, failure keeps them, older refreshes are refused, in one transaction."""

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import event, text

from db.copying import digest_of, line_of
from db.reads.snapshots import read_snapshot
from db.records import ORDERS
from db.writes.accounts import AccountMoved, AccountSetting, write_accounts
from db.writes.refresh import OlderRefresh, write_refresh
from db.writes.versions import version_digest
from domain.positions import PositionSide
from domain.sources import FailureKind, Source, Success, Unreadable
from tests.factories import ASKED, NOON, balance, failure, later, observation, order, position, price, stop, valuation

SETTING = AccountSetting("main", "cryptocom", ASKED, 30, "USD")


@pytest.fixture
def main(database):
    return write_accounts(database.writer, [SETTING])["main"]


def snapshot_at(database, account, taken_at):
    with database.reader.connect() as connection:
        return read_snapshot(connection, account, taken_at)


def rows_of(database, table):
    with database.owner.connect() as connection:
        return connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()


def test_a_failed_source_keeps_its_rows_and_the_age_of_its_last_success(database, main):
    write_refresh(database.writer, observation(main, NOON, {Source.TRIGGERS: Success((stop(),))}))
    write_refresh(database.writer, observation(main, later(30), {Source.TRIGGERS: failure("no response within 8 s")}))
    snapshot = snapshot_at(database, main, later(30))
    state = snapshot.sources[Source.TRIGGERS]
    assert [o.key for o in snapshot.orders] == ["stop"]
    assert (state.as_of, state.carried, state.error) == (NOON, True, "no response within 8 s")
    assert snapshot.sources[Source.ORDERS].as_of == later(30)


def test_a_source_that_is_not_due_keeps_its_age_and_is_not_carried(database, main):
    write_refresh(database.writer, observation(main, NOON, {Source.TRIGGERS: Success((stop(),))}))
    for seconds in (5, 10):
        write_refresh(database.writer, without(observation(main, later(seconds)), Source.TRIGGERS))
    snapshot = snapshot_at(database, main, later(10))
    state = snapshot.sources[Source.TRIGGERS]
    assert [o.key for o in snapshot.orders] == ["stop"]
    assert (state.as_of, state.carried, state.error, state.failures) == (NOON, False, None, 0)
    assert snapshot.refresh.carried == {}


def test_a_failed_source_that_is_not_due_stays_carried(database, main):
    write_refresh(database.writer, observation(main, NOON, {Source.TRIGGERS: Success((stop(),))}))
    write_refresh(database.writer, observation(main, later(5), {Source.TRIGGERS: failure("no response within 8 s")}))
    write_refresh(database.writer, without(observation(main, later(10)), Source.TRIGGERS))
    state = snapshot_at(database, main, later(10)).sources[Source.TRIGGERS]
    assert (state.as_of, state.carried, state.error) == (NOON, True, "no response within 8 s")


def test_a_refresh_keeps_the_interval_of_each_source(database):
    setting = replace(SETTING, refresh_seconds=5, least_seconds={Source.TRIGGERS: 12})
    account = write_accounts(database.writer, [setting])["main"]
    write_refresh(database.writer, observation(account, NOON))
    assert snapshot_at(database, account, NOON).refresh.intervals == {Source.TRIGGERS: 15}
    slower = write_accounts(database.writer, [replace(setting, refresh_seconds=30)])["main"]
    write_refresh(database.writer, observation(slower, later(30)))
    assert snapshot_at(database, slower, later(30)).refresh.intervals == {}
    then = slower.as_of_refresh(snapshot_at(database, slower, NOON).refresh)
    assert then.expected_interval(Source.TRIGGERS).total_seconds() == 15


def without(full, source):
    """The observation without a source that was not due."""
    results = {other: result for other, result in full.results.items() if other is not source}
    return replace(full, results=results, not_due=frozenset({source}))


def test_an_empty_response_closes_all_rows(database, main):
    write_refresh(database.writer, observation(main, NOON, {Source.ORDERS: Success((order(),))}))
    write_refresh(database.writer, observation(main, later(30)))
    assert snapshot_at(database, main, later(30)).orders == ()
    assert len(snapshot_at(database, main, NOON).orders) == 1


def test_a_repaid_loan_is_closed(database, main):
    write_refresh(database.writer, observation(main, NOON, {Source.BALANCES: Success((balance("USD", "-5"),))}))
    write_refresh(database.writer, observation(main, later(30), {Source.BALANCES: Success((balance("BTC"),))}))
    assert [b.asset for b in snapshot_at(database, main, later(30)).balances] == ["BTC"]


def test_a_refresh_that_is_not_newer_is_refused(database, main):
    write_refresh(database.writer, observation(main, NOON))
    for moment in (NOON, later(-1)):
        with pytest.raises(OlderRefresh):
            write_refresh(database.writer, observation(main, moment, {Source.ORDERS: Success((order(),))}))
    assert rows_of(database, "order_version") == 0


def test_an_unchanged_refresh_writes_one_row(database, main):
    full = {
        Source.BALANCES: Success((balance(market_value=Decimal(1)),)),
        Source.POSITIONS: Success((position(),)),
        Source.ORDERS: Success((order(),)),
        Source.TRIGGERS: Success((stop(),)),
        Source.PRICES: Success((price(),)),
    }
    tables = ("balance_version", "position_version", "order_version", "mark", "price_tick", "source_failure")
    write_refresh(database.writer, observation(main, NOON, full, valuation()))
    before = {table: rows_of(database, table) for table in tables}
    writing = []
    event.listen(database.writer, "before_cursor_execute", lambda *a: writing.append(" ".join(a[2].split()[:2])))
    write_refresh(database.writer, observation(main, later(30), full, valuation()))
    assert {table: rows_of(database, table) for table in tables} == before
    assert not [words for words in writing if words.startswith("UPDATE")]
    assert rows_of(database, "refresh") == 2


def test_equity_is_carried_if_it_is_unknown(database, main):
    write_refresh(database.writer, observation(main, NOON, worth=valuation("7834.24081020")))
    write_refresh(database.writer, observation(main, later(30), {Source.BALANCES: failure()}))
    worth = snapshot_at(database, main, later(30)).refresh.valuation
    assert worth is not None
    assert str(worth.net_value) == "7834.24081020"


def test_all_columns_of_a_valuation_are_kept(database, main):
    worth = valuation(
        "1290",
        stated_value=Decimal("1240.5"),
        left_out=('DEAD/USDT:USDT short 12.50 DEAD, "odd"', "BTC/USD:BTC long 1 BTC"),
        assumed=("USDC", "USDT"),
        unpriced=("NOPE",),
    )
    write_refresh(database.writer, observation(main, NOON, worth=worth))
    assert snapshot_at(database, main, NOON).refresh.valuation == worth


def test_a_source_that_never_succeeded_has_no_time(database, main):
    write_refresh(database.writer, observation(main, NOON, {Source.TRIGGERS: failure()}))
    write_refresh(database.writer, observation(main, later(30), {Source.TRIGGERS: failure()}))
    state = snapshot_at(database, main, later(30)).sources[Source.TRIGGERS]
    assert (state.as_of, state.failures, state.failing_since) == (None, 2, NOON)


def test_a_recovered_source_forgets_its_error(database, main):
    write_refresh(database.writer, observation(main, NOON, {Source.ORDERS: failure()}))
    write_refresh(database.writer, observation(main, later(30)))
    state = snapshot_at(database, main, later(30)).sources[Source.ORDERS]
    assert (state.carried, state.error, state.failures) == (False, None, 0)


def test_a_source_that_was_not_fetched_keeps_its_error(database, main):
    write_refresh(
        database.writer, observation(main, NOON, {Source.ORDERS: failure("wrong key", FailureKind.PERMANENT)})
    )
    pause = failure("circuit open", FailureKind.NOT_ASKED, next_attempt_at=later(600))
    write_refresh(database.writer, observation(main, later(30), {Source.ORDERS: pause}))
    state = snapshot_at(database, main, later(30)).sources[Source.ORDERS]
    assert (state.error, state.failures, state.next_attempt_at) == ("wrong key", 1, later(600))
    assert rows_of(database, "source_failure") == 1


def test_a_source_that_is_not_fetched_without_an_error_records_why(database, main):
    write_refresh(database.writer, observation(main, NOON))
    pause = failure("the exchange asked for a pause", FailureKind.NOT_ASKED, next_attempt_at=later(60))
    for seconds in (30, 35):
        write_refresh(database.writer, observation(main, later(seconds), {Source.ORDERS: pause}))
    for seconds in (30, 35):
        state = snapshot_at(database, main, later(seconds)).sources[Source.ORDERS]
        assert (state.error, state.failing_since) == ("the exchange asked for a pause", later(30))


def test_a_position_with_a_changing_profit_stays_one_version(database, main):
    for n in range(3):
        ticking = position(
            unrealised_pnl=Decimal(n), raw={"instrument_name": "BTCUSD-PERP", "open_position_pnl": str(n)}
        )
        write_refresh(database.writer, observation(main, later(n), {Source.POSITIONS: Success((ticking,))}))
    assert rows_of(database, "position_version") == 1
    assert [snapshot_at(database, main, later(n)).positions[0].unrealised_pnl for n in range(3)] == [0, 1, 2]


def test_unreadable_rows_are_kept_beside_the_readable_ones(database, main):
    odd = Unreadable("quantity is 'abc': not a number", {"order_id": "7"})
    write_refresh(database.writer, observation(main, NOON, {Source.ORDERS: Success((order(),), unreadable=(odd,))}))
    snapshot = snapshot_at(database, main, NOON)
    assert len(snapshot.orders) == 1
    assert snapshot.sources[Source.ORDERS].unreadable == (odd,)
    write_refresh(database.writer, observation(main, later(30), {Source.ORDERS: failure()}))
    write_refresh(database.writer, observation(main, later(60)))
    is_complete = [snapshot_at(database, main, later(n)).sources[Source.ORDERS].is_complete for n in (0, 30, 60)]
    assert is_complete == [False, False, True]


def test_every_digit_survives(database, main):
    tiny = balance("PEPE", "123456789012345678901234.000000000000000001", market_value=Decimal("0.00000001"))
    write_refresh(database.writer, observation(main, NOON, {Source.BALANCES: Success((tiny,))}))
    assert snapshot_at(database, main, NOON).balances[0].total == tiny.total
    assert snapshot_at(database, main, NOON).balances[0].market_value == tiny.market_value


def test_characters_that_postgres_cannot_hold_are_dropped(database, main):
    odd = order(client_order_id="a\0b\ud800c", raw={"note": "x\0y", "lone": "\udfff", "kept": "\\u0000"})
    write_refresh(database.writer, observation(main, NOON, {Source.ORDERS: Success((odd,))}))
    with database.owner.connect() as connection:
        row = connection.execute(text("SELECT client_order_id, raw FROM order_version")).one()
    assert row.client_order_id == "abc"
    assert (row.raw["note"], row.raw["kept"]) == ("xy", "\\u0000")


def test_rows_that_share_a_key_do_not_stop_the_refresh(database, main):
    twice = (order("1", amount="1"), order("1", amount="2"))
    write_refresh(database.writer, observation(main, NOON, {Source.ORDERS: Success(twice)}))
    assert [o.amount for o in snapshot_at(database, main, NOON).orders] == [2]


def test_a_transaction_that_fails_leaves_nothing_behind(database, main):
    write_refresh(database.writer, observation(main, NOON, {Source.ORDERS: Success((order(),))}))
    with database.owner.begin() as connection:
        connection.execute(text("ALTER TABLE refresh ADD CONSTRAINT late CHECK (duration_ms < 5)"))
    broken = observation(main, later(30), {Source.ORDERS: Success(())})
    object.__setattr__(broken, "duration_ms", 9)
    with pytest.raises(Exception, match="late"):
        write_refresh(database.writer, broken)
    assert len(snapshot_at(database, main, NOON).orders) == 1
    assert rows_of(database, "refresh") == 1


def test_a_removed_account_keeps_its_snapshots(database, main):
    write_refresh(database.writer, observation(main, NOON))
    assert write_accounts(database.writer, []) == {}
    assert snapshot_at(database, main, NOON).refresh.taken_at == NOON


def test_a_name_never_stands_for_two_exchanges(database, main):
    with pytest.raises(AccountMoved, match="give the new account a name of its own"):
        write_accounts(database.writer, [AccountSetting("main", "kraken", ASKED, 30, "USD")])


def test_an_added_column_makes_no_new_version():
    """The digest equals that from before the columns in `added` existed."""
    line, unknown = line_of(ORDERS.content(order())), "\t\\N" * len(ORDERS.added)
    assert line.endswith(unknown)
    assert version_digest(ORDERS, line) == digest_of(line.removesuffix(unknown))
    assert ORDERS.columns[-len(ORDERS.added) :] == ORDERS.added
    counted = [order(), order(contracts=Decimal(1)), order(position_side=PositionSide.LONG),
               order(close_fraction=Decimal(1)), order(is_active=False), order(position_name="cross")]  # fmt: skip
    assert len({version_digest(ORDERS, line_of(ORDERS.content(row))) for row in counted}) == len(counted)


def test_ten_thousand_orders_closing_at_once_stay_a_hash_join(database, main):
    """Mass changes must not become a nested loop."""
    many = tuple(order(str(n)) for n in range(10_000))
    write_refresh(database.writer, observation(main, NOON, {Source.ORDERS: Success(many)}))
    plans = []

    def explain(connection, cursor, statement, parameters, context, executemany):
        if statement.lstrip().startswith("UPDATE order_version"):
            cursor.execute("EXPLAIN " + statement, parameters)
            plans.append("\n".join(row[0] for row in cursor.fetchall()))

    event.listen(database.writer, "before_cursor_execute", explain)
    write_refresh(database.writer, observation(main, later(30), {Source.ORDERS: Success(many[:100])}))
    assert plans
    assert "Nested Loop" not in plans[0]


def test_orders_of_a_removed_source_are_closed(database):
    linear = Source("orders:linear")
    setting = AccountSetting("main", "bybit", (*ASKED, linear), 30, "USD")
    account = write_accounts(database.writer, [setting])["main"]
    rows = {linear: Success((order("1", source=linear),)), Source.ORDERS: Success((order("2"),))}
    write_refresh(database.writer, observation(account, NOON, rows))
    now = write_accounts(database.writer, [AccountSetting("main", "bybit", ASKED, 30, "USD")])["main"]
    write_refresh(database.writer, observation(now, later(30), {Source.ORDERS: Success((order("2"),))}))
    assert [o.key for o in snapshot_at(database, now, later(30)).orders] == ["2"]
    assert linear not in snapshot_at(database, now, later(30)).sources
    assert [o.key for o in snapshot_at(database, now, NOON).orders] == ["1", "2"]
