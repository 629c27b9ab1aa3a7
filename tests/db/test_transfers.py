"""Pages and totals of transfers: filtered before paging, by index."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, text

from db.reads.page_cursor import Cursor
from db.reads.transfer_filter import TransferFilter
from db.reads.transfer_totals import read_transfer_totals
from db.reads.transfers import read_transfer_assets, read_transfers
from db.writes.transfers import write_transfer_page
from domain.income import income_of
from domain.sources import Source
from domain.transfers import Transfer, TransferKind, TransferStatus
from tests.db.fill_history import ALL_TIME, new_accounts
from tests.factories import NOON, flows_of, sum_of_one, transfer

SINCE, UNTIL = NOON - timedelta(hours=2), NOON + timedelta(hours=2)
KINDS = (TransferKind.FUNDING, TransferKind.FEE)


def write_page(database, account, transfers) -> None:
    write_transfer_page(database.writer, account.id, Source.TRANSFERS, transfers, ALL_TIME, NOON)


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
def test_pages_and_totals_equal_a_plain_python_model(database, first, second, size):
    accounts = new_accounts(database, 2)
    stored = []
    for account, transfers in zip(accounts, (first, second), strict=True):
        last_by_key = {row.key: replace(row, account=account.name, raw={}) for row in transfers}
        write_page(database, account, last_by_key.values())
        stored += [(row.at, row.key, account.id, row) for row in last_by_key.values()]
    stored.sort(key=lambda row: row[:3], reverse=True)
    filters = TransferFilter(since=SINCE, until=UNTIL, kinds=KINDS)
    matching = [row for *_, row in stored if SINCE <= row.at < UNTIL and row.kind in KINDS]
    with database.reader.connect() as connection:
        rows = read_transfers(connection, accounts, filters, size)
        while len(page := read_transfers(connection, accounts, filters, size, rows[-1].cursor if rows else None)) > 0:
            if page[0].cursor == rows[0].cursor:
                break
            rows += page
        assert [row.transfer for row in rows] == matching
        if rows:
            back = read_transfers(connection, accounts, filters, 1, after=rows[-1].cursor)
            assert [row.transfer for row in back] == matching[:-1][-1:]
        sums = read_transfer_totals(connection, accounts, TransferFilter())
    # Only dollars need no stored value.
    everything = [sum_of_one(row, {"USD": "1"}) for *_, row in stored]
    assert income_of(sums) == income_of(everything)
    assert flows_of(sums) == flows_of(everything)
    assert sum(group.count for group in sums) == len(stored)


@pytest.mark.parametrize(
    ("filters", "keys"),
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
def test_a_filter_returns_only_matching_transfers(database, filters, keys):
    (account,) = new_accounts(database)
    hour = timedelta(hours=1)
    transfers = [
        transfer("1", at=NOON - hour),
        transfer("2", at=NOON, status=TransferStatus.PENDING),
        transfer("3", at=NOON + hour, kind=TransferKind.FUNDING, asset="USD"),
    ]
    write_page(database, account, transfers)
    with database.reader.connect() as connection:
        assert [row.transfer.key for row in read_transfers(connection, [account], filters)] == keys
        assert sum(group.count for group in read_transfer_totals(connection, [account], filters)) == len(keys)
        assert read_transfer_assets(connection, [account]) == ("BTC", "USD")


def test_pages_are_read_by_an_index(database):
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
            read_transfer_totals(connection, [account], TransferFilter(since=NOON - timedelta(hours=30)))
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
