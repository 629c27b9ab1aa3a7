"""Writing the past page by page: no doubles, no gaps, safe to interrupt, and failures that hide nothing."""

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import text

from db.locks import lock_account_writes, lock_past_writes
from db.reads.attempts import read_failures
from db.reads.fill_filter import FillFilter
from db.reads.fills import read_fills
from db.reads.history_states import read_history_states
from db.reads.past_states import read_past_states
from db.reads.permissions import read_permissions
from db.reads.transfer_filter import TransferFilter
from db.reads.transfers import read_transfers
from db.writes.accounts import AccountSetting, write_accounts
from db.writes.fills import write_fill_page
from db.writes.history_states import Gap, write_history_failure, write_history_success
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


def stretch(since, until):
    return TimeRange(later(since), later(until))


def rows(database, statement):
    with database.reader.connect() as connection:
        return [tuple(row) for row in connection.execute(text(statement))]


def known(database):
    return rows(database, "SELECT known_from, known_until, as_of, failures, error FROM history_state")


def test_a_page_is_kept_once_however_often_it_is_told(database, main):
    page = [fill("1"), fill("2", at=later(5)), fill("2", at=later(5))]
    assert write_fill_page(database.writer, main.id, FILLS, page, stretch(0, 10), NOON) == 2
    assert write_fill_page(database.writer, main.id, FILLS, page, stretch(0, 10), later(60)) == 0
    overlap = [fill("2", at=later(5)), fill("3", at=later(12))]
    assert write_fill_page(database.writer, main.id, FILLS, overlap, stretch(5, 20), later(90)) == 1
    assert rows(database, "SELECT key FROM fill ORDER BY at") == [("1",), ("2",), ("3",)]
    assert rows(database, "SELECT sum(fills), sum(amount) FROM fill_day") == [(3, 3)]
    assert known(database) == [(NOON, later(20), later(90), 0, None)]


def test_a_page_that_would_leave_a_gap_is_refused_and_writes_nothing(database, main):
    """A period's total may only be told of a period that is known whole."""
    write_fill_page(database.writer, main.id, FILLS, [], stretch(0, 10), NOON)
    for since, until in ((11, 20), (-20, -1)):
        with pytest.raises(Gap, match="does not touch what is known"):
            write_fill_page(database.writer, main.id, FILLS, [fill()], stretch(since, until), later(60))
    assert known(database)[0][:2] == (NOON, later(10))
    assert rows(database, "SELECT FROM fill") == rows(database, "SELECT FROM fill_day") == []


def test_a_page_may_touch_what_is_known_at_either_end_or_lie_within(database, main):
    for since, until in ((0, 10), (10, 20), (-5, 0), (3, 4), (-10, 30)):
        write_fill_page(database.writer, main.id, FILLS, [], stretch(since, until), NOON)
    assert known(database)[0][:2] == (later(-10), later(30))


def test_each_call_has_a_stretch_of_its_own(database, main):
    write_fill_page(database.writer, main.id, FILLS, [], stretch(0, 10), NOON)
    write_fill_page(database.writer, main.id, Source.FILLS, [], stretch(100, 110), NOON)
    with database.reader.connect() as connection:
        states = read_history_states(connection, main.id)
    assert {source: state.complete_range for source, state in states.items()} == {
        FILLS: stretch(0, 10),
        Source.FILLS: stretch(100, 110),
    }


def test_a_backfill_that_dies_between_pages_goes_on_where_it_was(database, main):
    """A page and what is known with it are written together or not at all."""
    pages = [[fill(f"{n}-{k}", at=later(n * 10 + k)) for k in range(3)] for n in range(4)]
    write_fill_page(database.writer, main.id, FILLS, pages[0], stretch(0, 10), NOON)
    with database.owner.begin() as connection:
        connection.execute(text("ALTER TABLE fill_month ADD CONSTRAINT dies CHECK (fills < 4)"))
    with pytest.raises(Exception, match="dies"):
        write_fill_page(database.writer, main.id, FILLS, pages[1], stretch(10, 20), NOON)
    with database.owner.begin() as connection:
        connection.execute(text("ALTER TABLE fill_month DROP CONSTRAINT dies"))
    with database.reader.connect() as connection:
        state = read_history_states(connection, main.id)[FILLS]
    assert state.complete_range is not None
    assert state.complete_range == stretch(0, 10)
    start = int((state.complete_range.until - NOON).total_seconds()) // 10
    for n in range(start, 4):
        write_fill_page(database.writer, main.id, FILLS, pages[n], stretch(n * 10, n * 10 + 10), NOON)
    assert rows(database, "SELECT count(*) FROM fill") == [(12,)]
    assert rows(database, "SELECT sum(fills) FROM fill_month") == [(12,)]


def test_the_first_telling_stands_and_only_what_it_left_unknown_is_completed(database, main):
    first = fill("1", fee=None, fee_currency=None, is_maker=None, order_id=None)
    told = fill("1", price="999", fee="0.5", fee_currency="CRO", is_maker=False, order_id="7")
    write_fill_page(database.writer, main.id, FILLS, [first], stretch(0, 10), NOON)
    assert write_fill_page(database.writer, main.id, FILLS, [told], stretch(0, 10), NOON) == 0
    with database.reader.connect() as connection:
        (row,) = read_fills(connection, [main], FillFilter(), 10)
    assert row.fill == replace(told, price=first.price, raw={})
    assert rows(database, "SELECT liquidity, fee_currency, fee, fees_unknown FROM fill_day") == [
        ("taker", "CRO", Decimal("0.5"), 0)
    ]


def test_fills_of_two_accounts_may_share_a_key(database):
    settings = [AccountSetting(name, "cryptocom", ASKED, 30, "USD") for name in ("main", "other")]
    for account in write_accounts(database.writer, settings).values():
        for key in ("0", "", "null"):
            write_fill_page(database.writer, account.id, FILLS, [fill(key)], stretch(0, 10), NOON)
    assert rows(database, "SELECT count(*) FROM fill") == [(6,)]


def test_a_failure_leaves_what_is_known_and_a_success_ends_it(database, main):
    write_fill_page(database.writer, main.id, FILLS, [fill()], stretch(0, 10), NOON)
    for seconds in (60, 120):
        write_history_failure(database.writer, main.id, FILLS, later(seconds), failure("rate limit"))
    resting = failure("asked gently", FailureKind.NOT_ASKED, next_attempt_at=later(300))
    write_history_failure(database.writer, main.id, FILLS, later(180), resting)
    with database.reader.connect() as connection:
        state = read_history_states(connection, main.id)[FILLS]
        attempts = read_failures(connection, main.id, NOON, later(1000), 10)
    assert (state.complete_range, state.as_of, state.failures) == (stretch(0, 10), NOON, 2)
    assert (state.error, state.failing_since, state.error_at) == ("rate limit", later(60), later(120))
    assert state.next_attempt_at == later(300)
    assert [a.error for a in attempts] == ["rate limit", "rate limit"]
    write_history_success(database.writer, main.id, FILLS, stretch(10, 20), later(300))
    assert known(database) == [(NOON, later(20), later(300), 0, None)]


def test_a_row_that_was_not_understood_is_shown_until_its_page_is_read_anew(database, main):
    odd = Unreadable("no price", {"id": "7"})
    for until in (10, 15):  # an overlap tells it twice
        write_fill_page(database.writer, main.id, FILLS, [], stretch(0, until), NOON, [odd])
    write_fill_page(database.writer, main.id, FILLS, [], stretch(12, 30), NOON)
    with database.reader.connect() as connection:
        assert read_history_states(connection, main.id)[FILLS].unreadable_rows == 1
        shown = read_past_states(connection, replace(main, history=(Source.FILLS,)), NOON)
        assert shown[Source.FILLS].unreadable == (odd,)
    write_fill_page(database.writer, main.id, FILLS, [fill("7")], stretch(0, 30), NOON)
    with database.reader.connect() as connection:
        assert read_history_states(connection, main.id)[FILLS].unreadable_rows == 0


def test_the_past_is_written_while_a_refresh_is(database, main):
    """Neither waits for the other's lock."""
    with database.writer.begin() as connection:
        lock_account_writes(connection, main.id)
        write_fill_page(database.writer, main.id, FILLS, [fill()], stretch(0, 10), NOON)
    with database.writer.begin() as connection:
        lock_past_writes(connection, main.id)
        write_refresh(database.writer, observation(main, NOON))
    assert rows(database, "SELECT count(*) FROM fill, refresh") == [(1,)]


def test_a_transfer_is_told_as_it_stands_by_now(database, main):
    pending = transfer(status=TransferStatus.PENDING, fee=Decimal("0.0001"), fee_currency="BTC")
    done = replace(pending, status=TransferStatus.DONE)
    source = Source.TRANSFERS
    assert write_transfer_page(database.writer, main.id, source, [pending], stretch(0, 10), NOON) == 1
    assert write_transfer_page(database.writer, main.id, source, [done, done], stretch(0, 20), NOON) == 1
    assert write_transfer_page(database.writer, main.id, source, [done], stretch(0, 20), NOON) == 0
    late = transfer("withdrawal/2", kind=TransferKind.WITHDRAWAL, amount="-2", at=later(20))
    assert write_transfer_page(database.writer, main.id, source, [late], stretch(20, 30), NOON) == 1
    with database.reader.connect() as connection:
        assert _told(connection, main, later(21)) == (late, done)
        assert _told(connection, main, later(20)) == (done,)
    with pytest.raises(Gap):
        write_transfer_page(database.writer, main.id, source, [], stretch(40, 50), NOON)


def _told(connection, account, until):
    return tuple(
        replace(row.transfer, raw={"id": row.transfer.key})
        for row in read_transfers(connection, [account], TransferFilter(NOON, until))
    )


def test_what_a_key_may_do_is_kept_as_it_was_last_said(database, main):
    for can_withdraw in (None, True):
        said = KeyPermission(True, False, can_withdraw, "as the exchange says", NOON)
        write_permission(database.writer, main.id, said)
    with database.reader.connect() as connection:
        assert read_permissions(connection) == {main.id: said}


def test_an_account_says_what_is_asked_of_its_past(database):
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
    known = write_accounts(database.writer, [setting])["main"]
    assert (known.history, known.history_seconds) == ((Source.FILLS, Source.ENDINGS), 90)
    assert (known.not_readable, known.cost_method) == ({SourceKind.TRIGGERS}, CostMethod.FIFO)
    assert known.unread_transfers == {TransferKind.FUNDING}
    plain = write_accounts(database.writer, [AccountSetting("main", "cryptocom", ASKED, 30, "USD")])["main"]
    assert (plain.history, plain.not_readable, plain.cost_method) == ((), frozenset(), CostMethod.AVERAGE)
