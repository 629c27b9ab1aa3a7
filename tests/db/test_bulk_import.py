"""A bulk import equals writing refresh by refresh."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from db.reads.accounts import read_accounts
from db.reads.equity import read_equity
from db.reads.moments import read_latest
from db.reads.snapshots import read_snapshot
from db.writes.accounts import AccountSetting, write_accounts
from db.writes.bulk_import import HistoryExists, write_bulk_import
from db.writes.demo import successor_of
from db.writes.refresh import write_refresh
from domain.snapshot import Observation, Snapshot
from domain.sources import Source, Success, Unreadable
from tests.db.test_versions_property import ROWS, orders
from tests.factories import ASKED, NOON, failure, later, observation, order, price, valuation

_names = count()


def two_accounts(database):
    """One account for the import and one for single refreshes, on separate exchanges because prices are shared."""
    names = [f"{kind}-{next(_names)}" for kind in ("at-once", "one-by-one")]
    accounts = write_accounts(database.writer, [AccountSetting(n, f"exchange-{n}", ASKED, 30, "USD") for n in names])
    return [accounts[name] for name in names]


def without_account(snapshot: Snapshot) -> Snapshot:
    """A snapshot without the names and ids of its account."""
    nobody = replace(snapshot.account, id=0, name="", exchange="")
    return replace(
        snapshot,
        account=nobody,
        refresh=replace(snapshot.refresh, account_id=0),
        orders=tuple(replace(o, account="", exchange="") for o in snapshot.orders),
    )


def digits(snapshot: Snapshot) -> str:
    """A snapshot as text, because equal decimals may differ in scale."""
    return repr(without_account(snapshot))


# Rows come from their payloads only, so rows that differ in scale have different payloads.
def with_payloads(rows):
    return tuple(replace(row, raw={"said": repr(row)}) if hasattr(row, "raw") else row for row in rows)


def few(source):
    if source in (Source.ORDERS, Source.TRIGGERS):
        return st.lists(orders(source), max_size=4, unique_by=lambda o: o.key).map(tuple)
    return ROWS[source]


ANSWERS = st.fixed_dictionaries({source: few(source).map(with_payloads) for source in ASKED})


@given(st.lists(ANSWERS, min_size=1, max_size=5))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_every_snapshot_equals_that_of_single_refreshes(database, answers):
    at_once, one_by_one = two_accounts(database)
    moments = [later(30 * n) for n in range(len(answers))]

    def observations(account):
        for n, (at, rows) in enumerate(zip(moments, answers, strict=True)):
            worth = valuation(f"{n}.10", unpriced=("ODD \\", 'Q"', "B")) if n % 3 else None
            yield observation(account, at, {s: Success(r) for s, r in rows.items()}, worth)

    assert write_bulk_import(database.writer, at_once, observations(at_once)) == len(answers)
    for single in observations(one_by_one):
        write_refresh(database.writer, single)
    with database.reader.connect() as connection:
        for at in moments:
            left = read_snapshot(connection, at_once, at)
            right = read_snapshot(connection, one_by_one, at)
            assert without_account(left) == without_account(right)
            assert digits(left) == digits(right)
        window = (moments[0], moments[-1] + timedelta(seconds=1), 4)
        assert read_equity(connection, at_once.id, *window) == read_equity(connection, one_by_one.id, *window)
        with_nothing_new = observation(at_once, later(3_000), {s: Success(r) for s, r in answers[-1].items()})
    written = write_refresh(database.writer, with_nothing_new)
    assert (written.opened, written.closed) == (0, 0)


def test_an_import_is_written_completely_or_not_at_all(database):
    account, _ = two_accounts(database)
    first = observation(account, NOON, {Source.ORDERS: Success((order(),))})
    for broken in (
        observation(account, NOON),
        observation(account, later(30), {Source.TRIGGERS: failure()}),
        Observation(account, later(30), {}, None),
    ):
        with pytest.raises(ValueError, match=r"not newer|cannot be imported"):
            write_bulk_import(database.writer, account, [first, broken])
    with database.reader.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM order_version")).scalar_one() == 0
    assert write_bulk_import(database.writer, account, []) == 0


def test_an_account_with_refreshes_is_not_imported(database):
    account, _ = two_accounts(database)
    write_refresh(database.writer, observation(account, NOON))
    with pytest.raises(HistoryExists):
        write_bulk_import(database.writer, account, [observation(account, later(30))])


def test_unreadable_rows_are_kept_and_later_prices_follow_the_import(database):
    account, _ = two_accounts(database)
    unreadable = Success((order(),), unreadable=(Unreadable("no id", {"a": 1}),))
    prices = Success((price(last="1.10"),))
    write_bulk_import(
        database.writer, account, [observation(account, NOON, {Source.ORDERS: unreadable, Source.PRICES: prices})]
    )
    write_refresh(database.writer, observation(account, later(30), {Source.PRICES: Success((price(last="1.2"),))}))
    with database.reader.connect() as connection:
        first, second = (read_snapshot(connection, account, at) for at in (NOON, later(30)))
    assert first.prices["BTC/USD"].last == Decimal("1.10")
    assert second.prices["BTC/USD"].last == Decimal("1.2")
    assert (first.orders[0].key, second.orders) == ("1", ())


def test_readers_see_the_former_demo_until_the_new_one_is_written(database):
    setting = AccountSetting("demo", "cryptocom", ASKED, 5, "USD", is_demo=True, origin="demo")
    former = write_accounts(database.writer, [setting])["demo"]
    write_refresh(database.writer, observation(former, NOON, {Source.ORDERS: Success((order("former"),))}))
    new = successor_of(database.writer, former)
    assert shown(database) == (former, ["former"])

    def observations():
        assert shown(database) == (former, ["former"])
        yield observation(new, later(30), {Source.ORDERS: Success((order("new"),))})

    with pytest.raises(ValueError, match="not newer"):
        write_bulk_import(database.writer, new, [*observations(), *observations()], former)
    assert shown(database) == (former, ["former"])
    write_bulk_import(database.writer, new, observations(), former)
    assert new.id != former.id
    assert shown(database) == (new, ["new"])


def shown(database):
    """The only account, and the keys of its open orders at its newest refresh."""
    with database.reader.connect() as connection:
        (account,) = read_accounts(connection)
        snapshot = read_snapshot(connection, account, read_latest(connection)[account.id])
    return account, [o.key for o in snapshot.orders]
