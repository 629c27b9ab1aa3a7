"""Writing history page by page: no duplicates, no gaps, safe to interrupt, and failures keep what is stored."""

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import text

from db.locks import lock_account_writes, lock_history_writes
from db.reads.attempts import read_failures
from db.reads.fill_filter import FillFilter
from db.reads.fills import read_fills
from db.reads.history_source_states import read_history_source_states
from db.reads.history_states import read_history_states
from db.reads.permissions import read_permissions
from db.reads.transfer_filter import TransferFilter
from db.reads.transfers import read_transfers
from db.writes.accounts import AccountSetting, write_accounts
from db.writes.fills import write_fill_page
from db.writes.history_states import HistoryGap, write_history_failure, write_history_success
from db.writes.permissions import write_permission
from db.writes.refresh import write_refresh
from db.writes.transfers import write_transfer_page
from domain.cost_method import CostMethod
from domain.history import TimeRange
from domain.permissions import KeyPermission
from domain.sources import FailureKind, Source, SourceKind, Unreadable
from domain.transfers import TransferKind, TransferStatus
from tests.factories import ASKED, NOON, failure, fill, later, observation, transfer

FILLS = Source.of(SourceKind.FILLS, "BTC/USDT")


@pytest.fixture
def main(database):
    return write_accounts(database.writer, [AccountSetting("main", "cryptocom", ASKED, 30, "USD")])["main"]


def time_range(since, until):
    return TimeRange(later(since), later(until))


def rows(database, statement):
    with database.reader.connect() as connection:
        return [tuple(row) for row in connection.execute(text(statement))]


def states(database):
    return rows(database, "SELECT known_from, known_until, as_of, failures, error FROM history_state")


def test_a_repeated_page_writes_no_duplicates(database, main):
    page = [fill("1"), fill("2", at=later(5)), fill("2", at=later(5))]
    assert write_fill_page(database.writer, main.id, FILLS, page, time_range(0, 10), NOON) == 2
    assert write_fill_page(database.writer, main.id, FILLS, page, time_range(0, 10), later(60)) == 0
    overlap = [fill("2", at=later(5)), fill("3", at=later(12))]
    assert write_fill_page(database.writer, main.id, FILLS, overlap, time_range(5, 20), later(90)) == 1
    assert rows(database, "SELECT key FROM fill ORDER BY at") == [("1",), ("2",), ("3",)]
    assert rows(database, "SELECT sum(fills), sum(amount) FROM fill_day") == [(3, 3)]
    assert states(database) == [(NOON, later(20), later(90), 0, None)]


def test_a_page_that_would_leave_a_gap_is_refused(database, main):
    """Totals of a period need a complete period."""
    write_fill_page(database.writer, main.id, FILLS, [], time_range(0, 10), NOON)
    for since, until in ((11, 20), (-20, -1)):
        with pytest.raises(HistoryGap, match="does not touch the known range"):
            write_fill_page(database.writer, main.id, FILLS, [fill()], time_range(since, until), later(60))
    assert states(database)[0][:2] == (NOON, later(10))
    assert rows(database, "SELECT FROM fill") == rows(database, "SELECT FROM fill_day") == []


def test_a_page_may_touch_the_known_range_or_lie_within(database, main):
    for since, until in ((0, 10), (10, 20), (-5, 0), (3, 4), (-10, 30)):
        write_fill_page(database.writer, main.id, FILLS, [], time_range(since, until), NOON)
    assert states(database)[0][:2] == (later(-10), later(30))


def test_each_request_has_its_own_time_range(database, main):
    write_fill_page(database.writer, main.id, FILLS, [], time_range(0, 10), NOON)
    write_fill_page(database.writer, main.id, Source.FILLS, [], time_range(100, 110), NOON)
    with database.reader.connect() as connection:
        states = read_history_states(connection, main.id)
    assert {source: state.complete_range for source, state in states.items()} == {
        FILLS: time_range(0, 10),
        Source.FILLS: time_range(100, 110),
    }


def test_an_interrupted_backfill_continues_at_its_last_page(database, main):
    """A page and its time range are written in one transaction."""
    pages = [[fill(f"{n}-{k}", at=later(n * 10 + k)) for k in range(3)] for n in range(4)]
    write_fill_page(database.writer, main.id, FILLS, pages[0], time_range(0, 10), NOON)
    with database.owner.begin() as connection:
        connection.execute(text("ALTER TABLE fill_month ADD CONSTRAINT dies CHECK (fills < 4)"))
    with pytest.raises(Exception, match="dies"):
        write_fill_page(database.writer, main.id, FILLS, pages[1], time_range(10, 20), NOON)
    with database.owner.begin() as connection:
        connection.execute(text("ALTER TABLE fill_month DROP CONSTRAINT dies"))
    with database.reader.connect() as connection:
        state = read_history_states(connection, main.id)[FILLS]
    assert state.complete_range is not None
    assert state.complete_range == time_range(0, 10)
    start = int((state.complete_range.until - NOON).total_seconds()) // 10
    for n in range(start, 4):
        write_fill_page(database.writer, main.id, FILLS, pages[n], time_range(n * 10, n * 10 + 10), NOON)
    assert rows(database, "SELECT count(*) FROM fill") == [(12,)]
    assert rows(database, "SELECT sum(fills) FROM fill_month") == [(12,)]


def test_a_later_response_only_fills_in_unknown_columns(database, main):
    first = fill("1", fee=None, fee_currency=None, is_maker=None, order_id=None)
    completed = fill("1", price="999", fee="0.5", fee_currency="CRO", is_maker=False, order_id="7")
    write_fill_page(database.writer, main.id, FILLS, [first], time_range(0, 10), NOON)
    assert write_fill_page(database.writer, main.id, FILLS, [completed], time_range(0, 10), NOON) == 0
    with database.reader.connect() as connection:
        (row,) = read_fills(connection, [main], FillFilter(), 10)
    assert row.fill == replace(completed, price=first.price, raw={})
    assert rows(database, "SELECT liquidity, fee_currency, fee, fees_unknown FROM fill_day") == [
        ("taker", "CRO", Decimal("0.5"), 0)
    ]


def test_fills_of_two_accounts_may_share_a_key(database):
    settings = [AccountSetting(name, "cryptocom", ASKED, 30, "USD") for name in ("main", "other")]
    for account in write_accounts(database.writer, settings).values():
        for key in ("0", "", "null"):
            write_fill_page(database.writer, account.id, FILLS, [fill(key)], time_range(0, 10), NOON)
    assert rows(database, "SELECT count(*) FROM fill") == [(6,)]


def test_a_failure_keeps_the_known_range_and_a_success_clears_it(database, main):
    write_fill_page(database.writer, main.id, FILLS, [fill()], time_range(0, 10), NOON)
    for seconds in (60, 120):
        write_history_failure(database.writer, main.id, FILLS, later(seconds), failure("rate limit"))
    resting = failure("asked gently", FailureKind.NOT_ASKED, next_attempt_at=later(300))
    write_history_failure(database.writer, main.id, FILLS, later(180), resting)
    with database.reader.connect() as connection:
        state = read_history_states(connection, main.id)[FILLS]
        attempts = read_failures(connection, main.id, NOON, later(1000), 10)
    assert (state.complete_range, state.as_of, state.failures) == (time_range(0, 10), NOON, 2)
    assert (state.error, state.failing_since, state.error_at) == ("rate limit", later(60), later(120))
    assert state.next_attempt_at == later(300)
    assert [a.error for a in attempts] == ["rate limit", "rate limit"]
    write_history_success(database.writer, main.id, FILLS, time_range(10, 20), later(300))
    assert states(database) == [(NOON, later(20), later(300), 0, None)]


def test_an_unreadable_row_is_kept_until_its_range_is_fetched_again(database, main):
    odd = Unreadable("no price", {"id": "7"})
    for until in (10, 15):  # the overlap contains it twice
        write_fill_page(database.writer, main.id, FILLS, [], time_range(0, until), NOON, [odd])
    write_fill_page(database.writer, main.id, FILLS, [], time_range(12, 30), NOON)
    with database.reader.connect() as connection:
        assert read_history_states(connection, main.id)[FILLS].unreadable_rows == 1
        shown = read_history_source_states(connection, replace(main, history=(Source.FILLS,)), NOON)
        assert shown[Source.FILLS].unreadable == (odd,)
    write_fill_page(database.writer, main.id, FILLS, [fill("7")], time_range(0, 30), NOON)
    with database.reader.connect() as connection:
        assert read_history_states(connection, main.id)[FILLS].unreadable_rows == 0


def test_history_and_refreshes_are_written_concurrently(database, main):
    """Neither waits for the lock of the other."""
    with database.writer.begin() as connection:
        lock_account_writes(connection, main.id)
        write_fill_page(database.writer, main.id, FILLS, [fill()], time_range(0, 10), NOON)
    with database.writer.begin() as connection:
        lock_history_writes(connection, main.id)
        write_refresh(database.writer, observation(main, NOON))
    assert rows(database, "SELECT count(*) FROM fill, refresh") == [(1,)]


def test_the_newest_status_of_a_transfer_counts(database, main):
    pending = transfer(status=TransferStatus.PENDING, fee=Decimal("0.0001"), fee_currency="BTC")
    done = replace(pending, status=TransferStatus.DONE)
    source = Source.TRANSFERS
    assert write_transfer_page(database.writer, main.id, source, [pending], time_range(0, 10), NOON) == 1
    assert write_transfer_page(database.writer, main.id, source, [done, done], time_range(0, 20), NOON) == 1
    assert write_transfer_page(database.writer, main.id, source, [done], time_range(0, 20), NOON) == 0
    late = transfer("withdrawal/2", kind=TransferKind.WITHDRAWAL, amount="-2", at=later(20))
    assert write_transfer_page(database.writer, main.id, source, [late], time_range(20, 30), NOON) == 1
    with database.reader.connect() as connection:
        assert _transfers_until(connection, main, later(21)) == (late, done)
        assert _transfers_until(connection, main, later(20)) == (done,)
    with pytest.raises(HistoryGap):
        write_transfer_page(database.writer, main.id, source, [], time_range(40, 50), NOON)


def _transfers_until(connection, account, until):
    return tuple(
        replace(row.transfer, raw={"id": row.transfer.key})
        for row in read_transfers(connection, [account], TransferFilter(NOON, until))
    )


def test_the_last_permissions_of_a_key_are_kept(database, main):
    for can_withdraw in (None, True):
        permission = KeyPermission(True, False, can_withdraw, "as the exchange says", NOON)
        write_permission(database.writer, main.id, permission)
    with database.reader.connect() as connection:
        assert read_permissions(connection) == {main.id: permission}


def test_an_account_has_its_history_settings(database):
    setting = AccountSetting(
        "main",
        "cryptocom",
        ASKED,
        30,
        "USD",
        history=(Source.FILLS, Source.ENDINGS),
        history_seconds=90,
        not_readable=frozenset({SourceKind.TRIGGERS}),
        unread_transfers=frozenset({TransferKind.FUNDING}),
        cost_method=CostMethod.FIFO,
    )
    account = write_accounts(database.writer, [setting])["main"]
    assert (account.history, account.history_seconds) == ((Source.FILLS, Source.ENDINGS), 90)
    assert (account.not_readable, account.cost_method) == ({SourceKind.TRIGGERS}, CostMethod.FIFO)
    assert account.unread_transfers == {TransferKind.FUNDING}
    plain = write_accounts(database.writer, [AccountSetting("main", "cryptocom", ASKED, 30, "USD")])["main"]
    assert (plain.history, plain.not_readable, plain.cost_method) == ((), frozenset(), CostMethod.AVERAGE)
