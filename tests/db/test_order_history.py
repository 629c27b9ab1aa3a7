"""Ended orders of any period, page by page, and any order by its id."""

from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, text

from db.reads.ended_counts import read_ending_counts
from db.reads.ended_orders import read_ended_orders
from db.reads.history_filter import HistoryFilter
from db.reads.order_history import read_order_history
from db.reads.order_names import read_order_names
from db.writes.accounts import AccountSetting, write_accounts
from db.writes.ended_sums import recount_account
from db.writes.outcomes import write_outcomes
from db.writes.refresh import write_refresh
from domain.endings import Ending, Evidence, Outcome
from domain.markets import Side
from domain.sources import Source, Success
from tests.factories import ASKED, NOON, later, observation, order, stop

NOW = later(100_000)


@pytest.fixture
def accounts(database):
    settings = [AccountSetting(name, "cryptocom", ASKED, 30, "USD") for name in ("main", "second")]
    return list(write_accounts(database.writer, settings).values())


def write_open(database, account, seconds, *orders):
    named = [replace(o, account=account.name) for o in orders]
    results = {
        source: Success(tuple(o for o in named if o.source is source)) for source in (Source.ORDERS, Source.TRIGGERS)
    }
    write_refresh(database.writer, observation(account, later(seconds), results))


def leave_in_turn(database, account, count, first=0):
    """Orders 0, 1, ... leave one after the other, ten seconds apart, and all are cancelled but each fourth."""
    orders = [order(f"{n}", symbol=f"C{n % 3}/USD", side=list(Side)[n % 2]) for n in range(count)]
    for n in range(count + 1):
        write_open(database, account, first + n * 10, *orders[n:])
    cancelled = [
        Outcome(account.name, Source.ORDERS, f"{n}", Ending.CANCELLED, later(first + n * 10 + 10), Evidence.GROUP)
        for n in range(count)
        if n % 4
    ]
    write_outcomes(database.writer, account.id, cancelled, NOW)


def read(database, accounts, filters=HistoryFilter(), limit=100, before=None):  # noqa: B008 - frozen
    with database.reader.connect() as connection:
        return read_order_history(connection, [(a, NOW) for a in accounts], filters, limit, before).rows


def test_pages_hold_each_ended_order_once_and_the_newest_first(database, accounts):
    """The independent model is the read of a span, which has no pages."""
    leave_in_turn(database, accounts[0], 7)
    leave_in_turn(database, accounts[1], 7)  # at the same moments
    with database.reader.connect() as connection:
        expected = {
            (a.name, row.order.key, row.outcome)
            for a in accounts
            for row in read_ended_orders(connection, a, NOON, NOW)
        }
    rows, before = [], None
    while page := read(database, accounts, limit=3, before=before):
        rows += page
        before = page[-1].cursor
    assert len(rows) == 14
    assert {(r.ended.order.account, r.ended.order.key, r.ended.outcome) for r in rows} == expected
    moments = [row.ended.outcome.gone_at for row in rows]
    assert moments == sorted(moments, reverse=True)


@pytest.mark.parametrize("limit", [1, 4, 9, 20])
def test_a_page_is_the_same_however_the_newest_orders_are_spread(database, limit):
    """The independent model is the read with room for all rows, cut after `limit`."""
    settings = [AccountSetting(f"account {n}", "cryptocom", ASKED, 30, "USD") for n in range(4)]
    accounts = list(write_accounts(database.writer, settings).values())
    for account, count, first in zip(accounts, (16, 2, 1, 3), (200, 0, 355, 0), strict=True):
        leave_in_turn(database, account, count, first)
    everything = read(database, accounts, limit=100)
    assert len(everything) == 22
    page = read(database, accounts, limit=limit)
    assert page == everything[:limit]
    assert read(database, accounts, limit=limit, before=page[-1].cursor) == everything[limit : 2 * limit]
    assert read(database, [], limit=limit) == ()


def test_orders_stand_by_the_moment_that_they_show_over_all_pages(database, accounts):
    """After a pause of the refresher one refresh misses them all. Some ends are stated, the others are unknown."""
    stated = {"0": 50, "1": 900, "2": 10, "4": 400}  # 3 and 5 were missed at 1,000 seconds
    for account in accounts:
        write_open(database, account, 0, *(order(key) for key in "012345"))
        write_open(database, account, 1000)
        ends = [
            Outcome(account.name, Source.ORDERS, key, Ending.CANCELLED, later(1000), Evidence.ORDER_HISTORY, later(at))
            for key, at in stated.items()
        ]
        write_outcomes(database.writer, account.id, ends, NOW)
    rows, before = [], None
    while page := read(database, accounts, limit=5, before=before):
        rows += page
        before = page[-1].cursor
    assert [row.ended.order.key for row in rows] == [*"5353", *"11", *"44", *"00", *"22"]
    assert [row.ended.outcome.shown_at for row in rows[-2:]] == [later(10)] * 2
    within = read(database, accounts, HistoryFilter(since=later(50), until=later(900)))
    assert [row.ended.order.key for row in within] == [*"4400"]


def test_an_end_that_becomes_known_later_moves_its_order(database, accounts):
    (main, _) = accounts
    leave_in_turn(database, main, 3)  # missed at 10, 20 and 30 seconds
    better = Outcome(
        main.name, Source.ORDERS, "2", Ending.CANCELLED, later(30), Evidence.ORDER_HISTORY, ended_at=later(5)
    )
    assert [row.ended.order.key for row in read(database, [main])] == [*"210"]
    write_outcomes(database.writer, main.id, [better], NOW)
    assert [row.ended.order.key for row in read(database, [main])] == [*"102"]


def test_an_order_that_came_back_stands_at_its_own_place_on_pages_of_the_time_between(database, accounts):
    """It left at 100 seconds, and its end of then is not known any more since it left again."""
    (main, _) = accounts
    both, back = (order("x"), order("y")), (order("x"),)
    for seconds, orders in ((0, both), (100, ()), (200, back), (300, ())):
        write_open(database, main, seconds, *orders)
        if not orders:
            ended = later(seconds - 50)
            end = Outcome(main.name, Source.ORDERS, "x", Ending.CANCELLED, later(seconds), Evidence.FILLS, ended)
            write_outcomes(database.writer, main.id, [end], NOW)
    keys, before = [], None
    for _ in range(3):
        with database.reader.connect() as connection:
            page = read_order_history(connection, [(main, later(150))], HistoryFilter(), 1, before).rows
        keys += [row.ended.order.key for row in page]
        before = page[-1].cursor if page else before
    assert keys == ["y", "x"]


@pytest.mark.parametrize(
    ("filters", "keys"),
    [
        (HistoryFilter(symbols=("C1/USD",)), "4 1"),
        (HistoryFilter(sides=("sell",)), "5 3 1"),
        (HistoryFilter(endings=("gone",)), "4 0"),
        (HistoryFilter(endings=("cancelled", "gone"), sides=("buy",)), "4 2 0"),
        (HistoryFilter(since=later(30), until=later(50)), "3 2"),
        (HistoryFilter(words=("c2", "MAIN")), "5 2"),
        (HistoryFilter(kinds=("stop",)), ""),
        (HistoryFilter(kinds=("limit",), roles=("unknown",)), "5 4 3 2 1 0"),
    ],
    ids=str,
)
def test_filters_apply_to_pages_and_counts(database, accounts, filters, keys):
    leave_in_turn(database, accounts[0], 6)
    assert " ".join(row.ended.order.key for row in read(database, accounts, filters)) == keys
    with database.reader.connect() as connection:
        counts = read_ending_counts(connection, [(a, NOW) for a in accounts], filters)
    assert counts.total == len(keys.split())


def test_a_trigger_is_listed_by_the_id_of_the_order_that_it_became(database, accounts):
    """Its row named that order, and a search for it listed nothing."""
    (main, _) = accounts
    write_open(database, main, 0, stop("t"))
    write_open(database, main, 10)
    became = Outcome(
        main.name, Source.TRIGGERS, "t", Ending.TRIGGERED, later(10), Evidence.ORDER_HISTORY, book_order_id="BOOK-9"
    )
    write_outcomes(database.writer, main.id, [became], NOW)
    assert [row.ended.order.key for row in read(database, accounts, HistoryFilter(words=("book-9",)))] == ["t"]


def test_an_order_that_was_open_at_the_moment_shown_has_not_ended(database, accounts):
    leave_in_turn(database, accounts[0], 3)
    with database.reader.connect() as connection:
        rows = read_order_history(connection, [(accounts[0], later(20))], HistoryFilter(), 10).rows
    assert [row.ended.order.key for row in rows] == ["1", "0"]


def names(database, account, name, as_of=NOW):
    with database.reader.connect() as connection:
        return read_order_names(connection, account, name, as_of)


def test_any_order_is_found_by_order_id_client_id_leg_or_market_and_id(database, accounts):
    (main, _) = accounts
    legs = [replace(stop(f"3001/{n}"), order_id="3001", leg_id=f"{n}", client_order_id=f"mine-{n}") for n in (1, 2)]
    write_open(database, main, 0, *legs, replace(order("BTC/77"), order_id="77", exchange_symbol="BTC"))
    write_open(database, main, 10)
    assert set(names(database, main, "3001")) == {(Source.TRIGGERS, "3001/1"), (Source.TRIGGERS, "3001/2")}
    assert names(database, main, "mine-2") == ((Source.TRIGGERS, "3001/2"),)
    assert names(database, main, "3001/1") == ((Source.TRIGGERS, "3001/1"),)
    assert names(database, main, "77") == names(database, main, "BTC/77") == ((Source.ORDERS, "BTC/77"),)
    assert names(database, main, "3001", NOON - timedelta(seconds=1)) == names(database, main, "1") == ()


@contextmanager
def plans(database):
    """The plans of the queries on orders, as the reader gets them."""
    found: list[str] = []

    def explain(connection, cursor, statement, parameters, *_):
        if "order_version" in statement and not statement.startswith("EXPLAIN"):
            cursor.execute("EXPLAIN " + statement, parameters)
            found.append("\n".join(line for (line,) in cursor.fetchall()))

    event.listen(database.reader, "before_cursor_execute", explain)
    yield found
    event.remove(database.reader, "before_cursor_execute", explain)


def test_a_page_and_an_id_are_read_by_index(database, accounts):
    (main, _) = accounts
    write_open(database, main, 0, order("1"), replace(order("2"), client_order_id="mine"))
    with database.owner.begin() as connection:
        columns = [
            row[0]
            for row in connection.execute(
                text("SELECT column_name FROM information_schema.columns WHERE table_name = 'order_version'")
            )
            if row[0] not in ("key", "order_id", "valid_from", "valid_to")
        ]
        listed = ", ".join(columns)
        connection.execute(
            text(
                f"INSERT INTO order_version (key, order_id, valid_from, valid_to, {listed}) "
                f"SELECT 'k' || n, n, valid_from + n * interval '1 s', valid_from + (n + 9) * interval '1 s', {listed} "
                "FROM order_version, generate_series(1, 5000) AS n WHERE key = '1'"
            )
        )
        connection.execute(text("ANALYZE order_version"))
    with database.writer.begin() as connection:
        recount_account(connection, main.id)
    with plans(database) as found:
        assert len(read(database, [main], limit=50)) == 50
        assert len(names(database, main, "2500")) == 1
        with database.reader.connect() as connection:
            assert read_ending_counts(connection, [(main, NOW)], HistoryFilter(since=later(1))).total == 5000
    page, by_id, counts = found
    for plan in (page, counts):  # the scan begins at the moment shown, also under row-level security
        assert "CASE WHEN (ended_at IS NULL)" in "".join(line for line in plan.splitlines() if "Index Cond" in line)
    assert "order_version_history_idx" in page
    assert {"order_version_order_id_idx", "order_version_client_id_idx"} <= set(by_id.replace("(", " ").split())
    assert "Seq Scan on order_version" not in page + by_id + counts
