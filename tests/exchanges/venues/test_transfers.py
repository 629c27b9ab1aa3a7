"""Transfers sent over HTTP become records with sign and kind, read by the real ccxt and the real adapter."""

import pytest

from db.reads.transfer_filter import TransferFilter
from db.reads.transfers import read_transfers
from db.writes.accounts import AccountSetting, write_accounts
from db.writes.transfers import write_transfer_page
from domain.history import TimeRange
from domain.sources import Source
from tests.exchanges.harness import MOMENT, STEP, Case, Venue, differences, quick_marks, transfers_of, venues
from tests.factories import ASKED
from tests.postgres import Database

ALL = [(venue, case) for venue in venues() for case in venue.transfers]


@pytest.mark.parametrize(
    ("venue", "case"),
    [pytest.param(v, c, id=f"{v.exchange}-{c.source}-{c.name}", marks=quick_marks(v.exchange)) for v, c in ALL],
)
def test_transfers_of_each_exchange_are_parsed(venue: Venue, case: Case, database: Database) -> None:
    """Sign, kind and status of each, and the same out of the database."""
    moved, unreadable = transfers_of(venue, case)
    assert (len(moved), unreadable) == (len(case.orders), case.unreadable), moved
    assert [differences(one, expected) for one, expected in zip(moved, case.orders, strict=True)] == [[]] * len(moved)
    setting = AccountSetting("main", venue.exchange, ASKED, 30, "USD")
    account = write_accounts(database.writer, [setting])["main"]
    known = TimeRange(MOMENT - STEP, MOMENT + STEP)
    write_transfer_page(database.writer, account.id, Source(case.source), moved, known, MOMENT)
    with database.reader.connect() as connection:
        kept = {row.transfer.key: row.transfer for row in read_transfers(connection, [account], TransferFilter())}
    assert {key: (one.kind, one.amount, one.fee, one.status) for key, one in kept.items()} == {
        one.key: (one.kind, one.amount, one.fee, one.status) for one in moved
    }
