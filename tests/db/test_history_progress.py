"""HistoryProgress: its version changes with the history, so that pages reload. Also paging back through fills."""

from dataclasses import replace
from datetime import timedelta

from db.reads.fill_filter import FillFilter
from db.reads.fills import read_fills
from db.reads.history_progress import read_history_progress
from db.writes.fills import write_fill_page
from db.writes.history_states import write_history_failure
from db.writes.outcomes import write_outcomes
from db.writes.transfers import write_transfer_page
from domain.endings import Ending, Evidence, Outcome
from domain.history import TimeRange
from domain.sources import Failure, FailureKind, Source, SourceKind
from domain.transfers import TransferKind
from tests.db.fill_history import new_accounts, write_fills
from tests.factories import NOON, fill, later
from tests.pages.past import traded


def progress_of(database, account):
    with database.reader.connect() as connection:
        return read_history_progress(connection).get(account.id)


def test_every_change_of_history_changes_the_version_and_nothing_else_does(database):
    (account,) = new_accounts(database)
    versions = [progress_of(database, account)]
    write_fills(database, account, [fill("1")])
    versions.append(progress_of(database, account).version)
    traded(database.writer, account, [fill("1")])
    versions.append(progress_of(database, account).version)
    outcome = Outcome("main", Source.ORDERS, "1", Ending.FILLED, NOON, Evidence.FILLS)
    write_outcomes(database.writer, account.id, [outcome], later(1))
    versions.append(progress_of(database, account).version)
    assert versions[0] is None
    assert len(set(versions)) == 4
    write_outcomes(database.writer, account.id, [outcome], later(2))
    assert progress_of(database, account).version == versions[-1]


def test_each_request_changes_the_version_independently(database):
    """A page that was requested earlier but written later than another one changes the version too."""
    (account,) = new_accounts(database)
    first, other = (Source.of(SourceKind.FILLS, symbol) for symbol in ("BTC/USD", "ETH/USD"))
    write_fill_page(database.writer, account.id, first, [], TimeRange(later(-100), NOON), later(9))
    write_fill_page(database.writer, account.id, other, [], TimeRange(later(-50), later(-10)), later(1))
    before = progress_of(database, account).version
    write_fill_page(database.writer, account.id, other, [], TimeRange(later(-10), later(-5)), later(2))
    assert progress_of(database, account).version != before


def test_fills_are_known_since_the_latest_start_of_all_requests_that_succeeded(database):
    (account,) = new_accounts(database)
    requests = [Source.of(SourceKind.FILLS, symbol) for symbol in ("BTC/USD", "ETH/USD")]
    failure = Failure(FailureKind.TEMPORARY, "no answer")
    write_history_failure(database.writer, account.id, Source.of(SourceKind.FILLS, "SOL/USD"), NOON, failure)
    assert progress_of(database, account).fills_since is None
    for request, since in zip(requests, (-100, -10), strict=True):
        write_fill_page(database.writer, account.id, request, [], TimeRange(later(since), NOON), NOON)
    assert progress_of(database, account).fills_since == later(-10)


def test_paging_back_returns_the_same_rows(database):
    accounts = new_accounts(database, 2)
    for account in accounts:
        # Fills with equal times in one account and in both.
        write_fills(database, account, [fill(str(n), at=NOON + timedelta(seconds=n // 3)) for n in range(10)])
    with database.reader.connect() as connection:
        for fill_filter in (FillFilter(), FillFilter(since=later(1), until=later(3)), FillFilter(symbols=("BTC/USD",))):
            everything = read_fills(connection, accounts, fill_filter, 100)
            for at in range(len(everything)):
                cursor = everything[at].cursor
                assert read_fills(connection, accounts, fill_filter, 3, after=cursor) == everything[max(0, at - 3) : at]
                assert read_fills(connection, accounts, fill_filter, 3, before=cursor) == everything[at + 1 : at + 4]


def test_flows_are_complete_only_if_all_deposits_and_withdrawals_are_known(database):
    """A deposit that was not read would count as a gain."""
    (account,) = new_accounts(database)
    calls = [Source.of(SourceKind.TRANSFERS, name) for name in ("deposits", "withdrawals")]
    write_transfer_page(database.writer, account.id, calls[0], [], TimeRange(later(-1000), NOON), NOON)
    assert progress_of(database, account).has_all_flows(account, later(-1000), NOON)
    write_history_failure(database.writer, account.id, calls[1], NOON, Failure(FailureKind.PERMANENT, "no permission"))
    assert not progress_of(database, account).has_all_flows(account, later(-1000), NOON)
    write_transfer_page(database.writer, account.id, calls[1], [], TimeRange(later(-500), NOON), NOON)
    progress = progress_of(database, account)
    assert progress.has_all_flows(account, later(-500), later(60))  # the next request is not due yet
    assert not progress.has_all_flows(account, later(-501), NOON)
    assert not progress.has_all_flows(account, later(-500), NOON + timedelta(hours=2))
    unread = replace(account, unread_transfers=frozenset({TransferKind.DEPOSIT}))
    assert not progress.has_all_flows(unread, later(-500), NOON)
