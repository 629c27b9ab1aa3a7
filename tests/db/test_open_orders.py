"""Open orders that are taken over from a snapshot that is known already."""

from dataclasses import replace

from db.reads.snapshots import read_snapshot
from db.writes.accounts import AccountSetting, write_accounts
from db.writes.refresh import write_refresh
from domain.sources import Source, Success
from tests.factories import ASKED, NOON, later, observation, stop
from tests.postgres import Database


def test_after_a_rename_every_order_has_the_new_name(database: Database) -> None:
    before = AccountSetting("before", "cryptocom", ASKED, 30, "USD", key_fingerprint="same key")
    account = write_accounts(database.writer, [before])["before"]
    results = {Source.TRIGGERS: Success((stop(),))}
    write_refresh(database.writer, observation(account, NOON, results))
    with database.reader.connect() as connection:
        held = read_snapshot(connection, account, NOON)
    renamed = write_accounts(database.writer, [replace(before, name="after")])["after"]
    assert renamed.id == account.id
    write_refresh(database.writer, observation(renamed, later(30), results))
    with database.reader.connect() as connection:
        snapshot = read_snapshot(connection, renamed, later(30), held)
    assert [order.account for order in snapshot.orders] == ["after"]
