"""What is known of the past moves its mark, so that pages ask anew; and pages of fills lead back the way they came."""

from dataclasses import replace
from datetime import timedelta

from db.reads.fill_filter import FillFilter
from db.reads.fills import read_fills
from db.reads.learned import read_learned
from db.writes.fills import write_fill_page
from db.writes.history_states import write_history_failure
from db.writes.outcomes import write_outcomes
from db.writes.transfers import write_transfer_page
from domain.endings import Ending, Evidence, Outcome
from domain.history import TimeRange
from domain.sources import Failure, FailureKind, Source, SourceKind
from domain.transfers import TransferKind
from tests.db.past import new_accounts, write_fills
from tests.factories import NOON, fill, later
from tests.pages.past import traded


def learned(database, account):
    with database.reader.connect() as connection:
        return read_learned(connection).get(account.id)


def test_whatever_is_learned_moves_the_mark_and_nothing_else_does(database):
    (account,) = new_accounts(database)
    marks = [learned(database, account)]
    write_fills(database, account, [fill("1")])
    marks.append(learned(database, account).mark)
    traded(database.writer, account, [fill("1")])
    marks.append(learned(database, account).mark)
    outcome = Outcome("main", Source.ORDERS, "1", Ending.FILLED, NOON, Evidence.FILLS)
    write_outcomes(database.writer, account.id, [outcome], later(1))
    marks.append(learned(database, account).mark)
    assert marks[0] is None
    assert len(set(marks)) == 4
    write_outcomes(database.writer, account.id, [outcome], later(2))
    assert learned(database, account).mark == marks[-1]


def test_each_call_moves_the_mark_for_itself(database):
    """A page of one call that was asked for sooner, and written later, than a page of another is news all the same."""
    (account,) = new_accounts(database)
    one, other = (Source.of(SourceKind.FILLS, symbol) for symbol in ("BTC/USD", "ETH/USD"))
    write_fill_page(database.writer, account.id, one, [], TimeRange(later(-100), NOON), later(9))
    write_fill_page(database.writer, account.id, other, [], TimeRange(later(-50), later(-10)), later(1))
    before = learned(database, account).mark
    write_fill_page(database.writer, account.id, other, [], TimeRange(later(-10), later(-5)), later(2))
    assert learned(database, account).mark != before


def test_every_fill_is_known_since_the_last_of_several_calls_is_and_one_that_never_answered_hides_none(database):
    (account,) = new_accounts(database)
    parts = [Source.of(SourceKind.FILLS, symbol) for symbol in ("BTC/USD", "ETH/USD")]
    failure = Failure(FailureKind.TEMPORARY, "no answer")
    write_history_failure(database.writer, account.id, Source.of(SourceKind.FILLS, "SOL/USD"), NOON, failure)
    assert learned(database, account).fills_since is None
    for part, since in zip(parts, (-100, -10), strict=True):
        write_fill_page(database.writer, account.id, part, [], TimeRange(later(since), NOON), NOON)
    assert learned(database, account).fills_since == later(-10)


def test_pages_lead_back_the_way_they_came(database):
    accounts = new_accounts(database, 2)
    for account in accounts:
        # Fills of one moment, in one account and in both.
        write_fills(database, account, [fill(str(n), at=NOON + timedelta(seconds=n // 3)) for n in range(10)])
    with database.reader.connect() as connection:
        for wanted in (FillFilter(), FillFilter(since=later(1), until=later(3)), FillFilter(symbols=("BTC/USD",))):
            everything = read_fills(connection, accounts, wanted, 100)
            for at in range(len(everything)):
                cursor = everything[at].cursor
                assert read_fills(connection, accounts, wanted, 3, after=cursor) == everything[max(0, at - 3) : at]
                assert read_fills(connection, accounts, wanted, 3, before=cursor) == everything[at + 1 : at + 4]


def test_what_moved_is_told_only_where_every_deposit_and_withdrawal_is_known(database):
    """A deposit that cannot be read, or was not read yet, would be taken for a gain."""
    (account,) = new_accounts(database)
    calls = [Source.of(SourceKind.TRANSFERS, name) for name in ("deposits", "withdrawals")]
    write_transfer_page(database.writer, account.id, calls[0], [], TimeRange(later(-1000), NOON), NOON)
    assert learned(database, account).tells_flows(account, later(-1000), NOON)
    write_history_failure(database.writer, account.id, calls[1], NOON, Failure(FailureKind.PERMANENT, "no permission"))
    assert not learned(database, account).tells_flows(account, later(-1000), NOON)
    write_transfer_page(database.writer, account.id, calls[1], [], TimeRange(later(-500), NOON), NOON)
    known = learned(database, account)
    assert known.tells_flows(account, later(-500), later(60))  # the next look is not due yet
    assert not known.tells_flows(account, later(-501), NOON)
    assert not known.tells_flows(account, later(-500), NOON + timedelta(hours=2))
    unread = replace(account, unread_transfers=frozenset({TransferKind.DEPOSIT}))
    assert not known.tells_flows(unread, later(-500), NOON)
