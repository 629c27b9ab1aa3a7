"""Transfers as they are read: page by page, filtered before, added up over the whole filter, by indexes."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, text

from db.reads.page_cursor import Cursor
from db.reads.transfer_filter import TransferFilter
from db.reads.transfer_totals import read_moved
from db.reads.transfers import read_transfer_assets, read_transfers
from db.writes.transfers import write_transfer_page
from domain.income import flows_of, income_of
from domain.sources import Source
from domain.transfers import Transfer, TransferKind, TransferStatus
from tests.db.past import EVER, new_accounts
from tests.factories import NOON, sum_of_one, transfer

SINCE, UNTIL = NOON - timedelta(hours=2), NOON + timedelta(hours=2)
KINDS = (TransferKind.FUNDING, TransferKind.FEE)


def written(database, account, transfers) -> None:
    write_transfer_page(database.writer, account.id, Source.TRANSFERS, transfers, EVER, NOON)


@st.composite
def movements(draw: st.DrawFn) -> Transfer:
    fee = draw(st.none() | st.sampled_from(["0", "0.1", "123456789012345678901234567890.000000000001"]))
    return transfer(
        draw(st.integers(1, 30).map(str)),
        kind=draw(st.sampled_from(TransferKind)),
        status=draw(st.sampled_from(TransferStatus)),
        asset=draw(st.sampled_from(["BTC", "USD"])),
        amount=draw(st.sampled_from(["1", "-0.00000001", "98765432109876543210.123456789012", "-5"])),
        fee=fee if fee is None else transfer(amount=fee).amount,
        fee_currency=draw(st.none() | st.just("BTC")),
        at=NOON + timedelta(hours=draw(st.integers(-3, 3))),
    )


@given(st.lists(movements(), max_size=20), st.lists(movements(), max_size=20), st.integers(1, 7))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_pages_and_totals_are_those_of_all_transfers(database, mine, others, size):
    """Against plain Python."""
    accounts = new_accounts(database, 2)
    kept = []
    for account, told in zip(accounts, (mine, others), strict=True):
        last = {one.key: replace(one, account=account.name, raw={}) for one in told}
        written(database, account, last.values())
        kept += [(one.at, one.key, account.id, one) for one in last.values()]
    kept.sort(key=lambda row: row[:3], reverse=True)
    wanted = TransferFilter(since=SINCE, until=UNTIL, kinds=KINDS)
    meant = [one for *_, one in kept if SINCE <= one.at < UNTIL and one.kind in KINDS]
    with database.reader.connect() as connection:
        found = read_transfers(connection, accounts, wanted, size)
        while len(page := read_transfers(connection, accounts, wanted, size, found[-1].cursor if found else None)) > 0:
            if page[0].cursor == found[0].cursor:
                break
            found += page
        assert [row.transfer for row in found] == meant
        if found:
            back = read_transfers(connection, accounts, wanted, 1, after=found[-1].cursor)
            assert [row.transfer for row in back] == meant[:-1][-1:]
        sums = read_moved(connection, accounts, TransferFilter())
    everything = [sum_of_one(one) for *_, one in kept]
    assert income_of(sums) == income_of(everything)
    assert flows_of(sums) == flows_of(everything)
    assert sum(group.count for group in sums) == len(kept)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (TransferFilter(), ["3", "2", "1"]),
        (TransferFilter(kinds=(TransferKind.FUNDING,)), ["3"]),
        (TransferFilter(kinds=()), []),
        (TransferFilter(statuses=(TransferStatus.PENDING,)), ["2"]),
        (TransferFilter(assets=("USD",)), ["3"]),
        (TransferFilter(until=NOON), ["1"]),
        (TransferFilter(since=NOON), ["3", "2"]),
    ],
    ids=str,
)
def test_a_filter_leaves_what_it_asks_for(database, wanted, found):
    (account,) = new_accounts(database)
    hour = timedelta(hours=1)
    told = [
        transfer("1", at=NOON - hour),
        transfer("2", at=NOON, status=TransferStatus.PENDING),
        transfer("3", at=NOON + hour, kind=TransferKind.FUNDING, asset="USD"),
    ]
    written(database, account, told)
    with database.reader.connect() as connection:
        assert [row.transfer.key for row in read_transfers(connection, [account], wanted)] == found
        assert sum(group.count for group in read_moved(connection, [account], wanted)) == len(found)
        assert read_transfer_assets(connection, [account]) == ("BTC", "USD")


def test_pages_are_read_off_the_end_of_an_index(database):
    (account,) = new_accounts(database)
    with database.owner.begin() as connection:
        connection.execute(text(_MANY), {"id": account.id})
        connection.execute(text("ANALYZE transfer"))
    plans: list[str] = []

    def explain(connection, cursor, statement, parameters, context, executemany):
        if "FROM transfer" in statement and not statement.startswith("EXPLAIN"):
            cursor.execute("EXPLAIN " + statement, parameters)
            plans.append("\n".join(row[0] for row in cursor.fetchall()))

    event.listen(database.reader, "before_cursor_execute", explain)
    try:
        with database.reader.connect() as connection:
            for kinds in (None, (TransferKind.DEPOSIT, TransferKind.FUNDING)):
                read_transfers(connection, [account], TransferFilter(kinds=kinds), 50, Cursor(NOON, "7", account.id))
            read_moved(connection, [account], TransferFilter(since=NOON - timedelta(hours=30)))
    finally:
        event.remove(database.reader, "before_cursor_execute", explain)
    assert len(plans) == 3
    assert all(not re.search(r"Seq Scan on transfer\b", plan) for plan in plans), plans
    assert "transfer_at_idx" in plans[0]
    assert "transfer_kind_idx" in plans[1]


_MANY = """
INSERT INTO transfer (account_id, key, kind, status, asset, amount, at, raw)
SELECT :id, n, CASE n % 50 WHEN 0 THEN 'deposit' ELSE 'funding' END, 'done', 'USD', 1,
       TIMESTAMPTZ '2026-11-01 12:00Z' - n * interval '1 hour', '{}'
FROM generate_series(1, 5000) AS n
"""
