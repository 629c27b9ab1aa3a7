"""Orders that left the open list: gone until an outcome is known, and the best evidence counts."""

import re
from dataclasses import replace
from itertools import permutations

import pytest
from sqlalchemy import event

from db.reads.ended_orders import read_ended_orders, read_gone_orders
from db.reads.order_evidence import read_ended_with_fills, read_first_seen_orders, read_siblings
from db.reads.snapshots import read_snapshot
from db.writes.accounts import AccountSetting, write_accounts
from db.writes.fills import write_fill_page
from db.writes.history_states import write_history_failure
from db.writes.outcomes import write_outcomes
from db.writes.refresh import write_refresh
from domain.endings import Ending, Evidence, Outcome
from domain.history import TimeRange
from domain.sources import Source, SourceKind, Success
from tests.factories import ASKED, NOON, failure, fill, later, observation, order, stop

HISTORY = (Source.FILLS, Source.ENDINGS)


@pytest.fixture
def main(database):
    setting = AccountSetting("main", "cryptocom", ASKED, 30, "USD", history=HISTORY)
    return write_accounts(database.writer, [setting])["main"]


def write_open_orders(database, main, seconds, *orders, triggers=()):
    results = {Source.ORDERS: Success(orders), Source.TRIGGERS: Success(triggers)}
    write_refresh(database.writer, observation(main, later(seconds), results))


def outcome(key="1", ending=Ending.FILLED, evidence=Evidence.FILLS, gone_at=30, **values):
    return Outcome("main", Source.ORDERS, key, ending, later(gone_at), evidence, **values)


def gone_orders(database, main, since=0, limit=10):
    with database.reader.connect() as connection:
        return [(g.order.key, g.gone_at) for g in read_gone_orders(connection, main, later(since), limit)]


def ended_orders(database, main, since=0, until=1000):
    with database.reader.connect() as connection:
        rows = read_ended_orders(connection, main, later(since), later(until))
    return [(row.order.key, row.outcome.ending, row.outcome.gone_at) for row in rows]


def test_an_order_that_left_is_gone_and_not_cancelled(database, main):
    write_open_orders(database, main, 0, order("1", amount="1"), order("2"), triggers=(stop("1", symbol="ETH/USD"),))
    write_open_orders(database, main, 10, order("1", amount="2"), order("2"), triggers=(stop("1", symbol="ETH/USD"),))
    write_open_orders(database, main, 30, order("2"), triggers=(stop("1", symbol="ETH/USD"),))
    assert gone_orders(database, main) == [("1", later(30))]
    assert ended_orders(database, main) == [("1", Ending.GONE, later(30))]
    with database.reader.connect() as connection:
        (row,) = read_gone_orders(connection, main, NOON, 10)
    assert (row.order.amount, row.order.raw) == (2, {"order_id": "1"})
    assert (gone_orders(database, main, since=30), ended_orders(database, main, until=29)) == ([], [])


@pytest.mark.parametrize("listed_at", [0, 30, 50], ids=["before it leaves", "as it leaves", "after it left"])
def test_a_triggered_order_that_keeps_its_key_ends_once(database, main, listed_at):
    """Bybit moves it from the list of triggers to the list of orders."""
    kept, moved = stop("1"), replace(stop("1"), source=Source.ORDERS)
    for at in (0, 30, 50, 70):
        write_open_orders(database, main, at, *([moved] if at >= listed_at else []), triggers=[kept] if at < 30 else [])
        assert gone_orders(database, main) == ([("1", later(30))] if 30 <= at < listed_at else [])
        assert ended_orders(database, main) == ([("1", Ending.GONE, later(30))] if 30 <= at < listed_at else [])
    write_open_orders(database, main, 90)
    assert gone_orders(database, main) == [("1", later(90))]
    assert ended_orders(database, main) == [("1", Ending.GONE, later(90))]
    assert ended_orders(database, main, until=89) == []


def test_a_failed_list_ends_no_order(database, main):
    write_open_orders(database, main, 0, order("1"))
    write_refresh(database.writer, observation(main, later(30), {Source.ORDERS: failure()}))
    assert gone_orders(database, main) == []


def test_an_outcome_is_shown_once_it_is_known(database, main):
    write_open_orders(database, main, 0, order("1"), order("2"))
    write_open_orders(database, main, 30)
    assert write_outcomes(database.writer, main.id, [outcome(filled=1, reason="all of it")], later(40)) == 1
    assert gone_orders(database, main) == [("2", later(30))]
    with database.reader.connect() as connection:
        first, second = read_ended_orders(connection, main, NOON, later(1000))
    assert first.outcome == outcome(filled=1, reason="all of it")
    assert (second.outcome.ending, second.outcome.evidence) == (Ending.GONE, None)


def test_an_order_that_came_back_has_no_outcome_until_it_leaves_again(database, main):
    write_open_orders(database, main, 0, order("1"))
    write_open_orders(database, main, 30)
    write_outcomes(database.writer, main.id, [outcome(ending=Ending.CANCELLED)], later(40))
    write_open_orders(database, main, 60, order("1"))
    assert (gone_orders(database, main), ended_orders(database, main)) == ([], [])
    assert ended_orders(database, main, until=59) == [("1", Ending.CANCELLED, later(30))]
    write_open_orders(database, main, 90)
    assert gone_orders(database, main) == [("1", later(90))]
    assert ended_orders(database, main) == [("1", Ending.GONE, later(90))]
    weaker = outcome(evidence=Evidence.GROUP, gone_at=90)
    assert write_outcomes(database.writer, main.id, [weaker], later(100)) == 1
    assert write_outcomes(database.writer, main.id, [outcome(ending=Ending.CANCELLED)], later(110)) == 0
    assert ended_orders(database, main) == [("1", Ending.FILLED, later(90))]


@pytest.mark.parametrize("evidences", list(permutations(Evidence, 3)), ids="-".join)
def test_the_best_evidence_counts_in_any_order(database, main, evidences):
    write_open_orders(database, main, 0, order("1"))
    write_open_orders(database, main, 30)
    for n, evidence in enumerate(evidences):
        write_outcomes(database.writer, main.id, [outcome(evidence=evidence, reason=evidence)], later(40 + n))
    best = min(evidences, key=list(Evidence).index)
    with database.reader.connect() as connection:
        (row,) = read_ended_orders(connection, main, NOON, later(1000))
    assert row.outcome == outcome(evidence=best, reason=best)


def test_equal_evidence_may_add_facts_and_an_equal_outcome_writes_nothing(database, main):
    write_open_orders(database, main, 0, order("1"))
    write_open_orders(database, main, 30)
    first = outcome(evidence=Evidence.ORDER_HISTORY)
    completed = replace(first, filled=1)
    assert [write_outcomes(database.writer, main.id, [o], later(40)) for o in (first, first, completed, completed)] == [
        1,
        0,
        1,
        0,
    ]


def test_the_outcome_of_an_earlier_life_is_not_a_siblings_outcome(database, main):
    """It came back and left again, so its present outcome is unknown."""
    leg = replace(order("1"), group_id="g")

    def siblings():
        with database.reader.connect() as connection:
            return [
                (sibling.key, sibling_outcome.ending)
                for sibling, sibling_outcome in read_siblings(connection, main, {"g"}, NOON)
            ]

    for at, orders in ((0, [leg]), (30, [])):
        write_open_orders(database, main, at, *orders)
    write_outcomes(database.writer, main.id, [outcome(ending=Ending.CANCELLED)], later(31))
    assert siblings() == [("1", Ending.CANCELLED)]
    for at, orders in ((40, [leg]), (50, [])):
        write_open_orders(database, main, at, *orders)
    assert siblings() == []
    write_outcomes(database.writer, main.id, [outcome(gone_at=50)], later(51))
    assert siblings() == [("1", Ending.FILLED)]


def test_only_orders_with_fills_and_weaker_evidence_are_rechecked(database, main):
    write_open_orders(database, main, 0, *(order(key) for key in "1234"))
    write_open_orders(database, main, 30)
    outcomes = [
        outcome("1", evidence=Evidence.ORDER_DETAIL),
        outcome("2", evidence=Evidence.ORDER_HISTORY, ending=Ending.TRIGGERED, book_order_id="B"),
        outcome("3", evidence=Evidence.FILLS),
        outcome("4", evidence=Evidence.GROUP, ending=Ending.CANCELLED),
    ]
    write_outcomes(database.writer, main.id, outcomes, later(31))
    fills = [fill(f"f{id_}", order_id=id_) for id_ in ("1", "B", "3")]
    write_fill_page(database.writer, main.id, Source.FILLS, fills, TimeRange(NOON, later(60)), later(61))
    with database.reader.connect() as connection:
        rows = read_ended_with_fills(connection, main, later(29), 10)
        assert [(row.key, ended.ending) for row, ended in rows] == [("1", Ending.FILLED), ("2", Ending.TRIGGERED)]
        assert [row.key for row, _ in read_ended_with_fills(connection, main, later(29), 1)] == ["1"]
        assert read_ended_with_fills(connection, main, later(30), 10) == ()


def test_first_seen_orders_have_their_first_state_once(database, main):
    for at, orders in ((0, "1"), (30, "12"), (60, "123"), (90, "3")):
        changed = [order(key, amount="2" if key == "2" and at > 30 else "1") for key in orders]
        write_open_orders(database, main, at, *changed)
    with database.reader.connect() as connection:

        def first_seen(since, until, symbols=frozenset({"BTC_USD"})):
            rows = read_first_seen_orders(connection, main, symbols, later(since), later(until))
            return [(row.key, row.amount, at) for row, at in rows]

        assert first_seen(1, 60) == [("2", 1, later(30)), ("3", 1, later(60))]
        assert first_seen(30, 30) == [("2", 1, later(30))]
        assert first_seen(31, 59) == first_seen(1, 60, {"ETH_USD"}) == []


def test_a_gone_order_has_no_outcome_to_write(database, main):
    with pytest.raises(ValueError, match="has no outcome to write"):
        write_outcomes(database.writer, main.id, [outcome(ending=Ending.GONE, evidence=None)], NOON)


def test_gone_orders_are_newest_first_and_limited(database, main):
    write_open_orders(database, main, 0, *(order(str(n)) for n in range(4)))
    for n in range(4):
        write_open_orders(database, main, 10 * (n + 1), *(order(str(k)) for k in range(n + 1, 4)))
    assert gone_orders(database, main, limit=2) == [("3", later(40)), ("2", later(30))]


def test_ended_orders_are_found_by_an_index(database, main):
    for n in range(3):
        write_open_orders(database, main, n * 10, *(order(str(k), amount=str(n + 1)) for k in range(2000)))
    write_open_orders(database, main, 100)
    plans = []

    def explain(connection, cursor, statement, parameters, context, executemany):
        if "AS ended" in statement:
            cursor.execute("EXPLAIN " + statement, parameters)
            plans.append("\n".join(row[0] for row in cursor.fetchall()))

    event.listen(database.reader, "before_cursor_execute", explain)
    assert len(gone_orders(database, main, since=50, limit=5000)) == 2000
    assert len(ended_orders(database, main, since=50)) == 2000
    assert len(plans) == 2
    for plan in plans:
        assert "order_version_ended_idx" in plan
        assert not re.search(r"Seq Scan on order_version", plan), plan


def test_history_sources_are_among_the_sources_of_a_snapshot(database, main):
    """A kind of history has the oldest time and the worst failure of its requests."""
    requests = [Source.of(SourceKind.FILLS, symbol) for symbol in ("BTC/USD", "ETH/USD")]
    write_open_orders(database, main, 0)
    write_open_orders(database, main, 30)
    for n, request in enumerate(requests):
        write_fill_page(database.writer, main.id, request, [], TimeRange(NOON, later(20)), later(20 + n))
    write_history_failure(database.writer, main.id, requests[1], later(25), failure("rate limit"))
    with database.reader.connect() as connection:
        now = read_snapshot(connection, main, later(30)).sources
        before = read_snapshot(connection, main, NOON).sources
    assert (now[Source.FILLS].as_of, now[Source.FILLS].carried) == (later(20), True)
    assert (now[Source.FILLS].error, now[Source.FILLS].failing_since) == ("ETH/USD: rate limit", later(25))
    assert (now[Source.ENDINGS].as_of, now[Source.ENDINGS].carried) == (None, False)
    assert (before[Source.FILLS].as_of, before[Source.FILLS].carried) == (NOON, False)
    assert set(now) == {*ASKED, *HISTORY}


def test_a_request_that_never_succeeded_is_shown_until_it_is_obsolete(database, main):
    answered, failing = (Source.of(SourceKind.FILLS, symbol) for symbol in ("BTC/USD", "ETH/USD"))
    write_open_orders(database, main, 0)
    write_history_failure(database.writer, main.id, failing, NOON, failure("no such market"))
    assert fills_state(database, main).as_of is None
    for at, is_failing in ((3600, True), (3601, False)):
        write_fill_page(database.writer, main.id, answered, [], TimeRange(NOON, later(at)), later(at))
        state = fills_state(database, main)
        assert (state.as_of, state.carried, state.error is not None) == (later(at), is_failing, is_failing)


def fills_state(database, main):
    with database.reader.connect() as connection:
        return read_snapshot(connection, main, NOON).sources[Source.FILLS]
