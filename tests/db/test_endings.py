"""Orders that left the open list: gone until something is known, and the better evidence counts."""

import re
from dataclasses import replace
from itertools import permutations

import pytest
from sqlalchemy import event

from db.reads.gone_orders import read_begun, read_concluded, read_siblings
from db.reads.outcomes import read_endings, read_gone
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

PAST = (Source.FILLS, Source.ENDINGS)


@pytest.fixture
def main(database):
    setting = AccountSetting("main", "cryptocom", ASKED, 30, "USD", history=PAST)
    return write_accounts(database.writer, [setting])["main"]


def stand(database, main, seconds, *orders, triggers=()):
    results = {Source.ORDERS: Success(orders), Source.TRIGGERS: Success(triggers)}
    write_refresh(database.writer, observation(main, later(seconds), results))


def outcome(key="1", ending=Ending.FILLED, evidence=Evidence.FILLS, gone_at=30, **values):
    return Outcome("main", Source.ORDERS, key, ending, later(gone_at), evidence, **values)


def gone(database, main, since=0, limit=10):
    with database.reader.connect() as connection:
        return [(g.order.key, g.gone_at) for g in read_gone(connection, main, later(since), limit)]


def endings(database, main, since=0, until=1000):
    with database.reader.connect() as connection:
        told = read_endings(connection, main, later(since), later(until))
    return [(row.order.key, row.outcome.ending, row.outcome.gone_at) for row in told]


def test_an_order_that_left_is_gone_and_never_taken_for_cancelled(database, main):
    stand(database, main, 0, order("1", amount="1"), order("2"), triggers=(stop("1", symbol="ETH/USD"),))
    stand(database, main, 10, order("1", amount="2"), order("2"), triggers=(stop("1", symbol="ETH/USD"),))
    stand(database, main, 30, order("2"), triggers=(stop("1", symbol="ETH/USD"),))
    assert gone(database, main) == [("1", later(30))]
    assert endings(database, main) == [("1", Ending.GONE, later(30))]
    with database.reader.connect() as connection:
        (found,) = read_gone(connection, main, NOON, 10)
    assert (found.order.amount, found.order.raw) == (2, {"order_id": "1"})
    assert (gone(database, main, since=30), endings(database, main, until=29)) == ([], [])


@pytest.mark.parametrize("listed_at", [0, 30, 50], ids=["before it leaves", "as it leaves", "after it left"])
def test_an_order_that_was_triggered_and_keeps_its_key_leaves_once(database, main, listed_at):
    """Bybit moves it from the list of triggers to that of plain orders."""
    kept, moved = stop("1"), replace(stop("1"), source=Source.ORDERS)
    for at in (0, 30, 50, 70):
        stand(database, main, at, *([moved] if at >= listed_at else []), triggers=[kept] if at < 30 else [])
        assert gone(database, main) == ([("1", later(30))] if 30 <= at < listed_at else [])
        assert endings(database, main) == ([("1", Ending.GONE, later(30))] if 30 <= at < listed_at else [])
    stand(database, main, 90)
    assert gone(database, main) == [("1", later(90))]
    assert endings(database, main) == [("1", Ending.GONE, later(90))]
    assert endings(database, main, until=89) == []


def test_an_order_whose_list_failed_did_not_leave(database, main):
    stand(database, main, 0, order("1"))
    write_refresh(database.writer, observation(main, later(30), {Source.ORDERS: failure()}))
    assert gone(database, main) == []


def test_how_it_ended_is_told_once_it_is_known(database, main):
    stand(database, main, 0, order("1"), order("2"))
    stand(database, main, 30)
    assert write_outcomes(database.writer, main.id, [outcome(filled=1, reason="all of it")], later(40)) == 1
    assert gone(database, main) == [("2", later(30))]
    with database.reader.connect() as connection:
        first, second = read_endings(connection, main, NOON, later(1000))
    assert first.outcome == outcome(filled=1, reason="all of it")
    assert (second.outcome.ending, second.outcome.evidence) == (Ending.GONE, None)


def test_an_order_that_came_back_has_no_ending_and_one_that_left_again_has_a_new_one(database, main):
    stand(database, main, 0, order("1"))
    stand(database, main, 30)
    write_outcomes(database.writer, main.id, [outcome(ending=Ending.CANCELLED)], later(40))
    stand(database, main, 60, order("1"))
    assert (gone(database, main), endings(database, main)) == ([], [])
    assert endings(database, main, until=59) == [("1", Ending.CANCELLED, later(30))]
    stand(database, main, 90)
    assert gone(database, main) == [("1", later(90))]
    assert endings(database, main) == [("1", Ending.GONE, later(90))]
    weaker = outcome(evidence=Evidence.GROUP, gone_at=90)
    assert write_outcomes(database.writer, main.id, [weaker], later(100)) == 1
    assert write_outcomes(database.writer, main.id, [outcome(ending=Ending.CANCELLED)], later(110)) == 0
    assert endings(database, main) == [("1", Ending.FILLED, later(90))]


@pytest.mark.parametrize("told", list(permutations(Evidence, 3)), ids="-".join)
def test_the_best_evidence_counts_in_whatever_order_it_comes(database, main, told):
    stand(database, main, 0, order("1"))
    stand(database, main, 30)
    for n, evidence in enumerate(told):
        write_outcomes(database.writer, main.id, [outcome(evidence=evidence, reason=evidence)], later(40 + n))
    best = min(told, key=list(Evidence).index)
    with database.reader.connect() as connection:
        (found,) = read_endings(connection, main, NOON, later(1000))
    assert found.outcome == outcome(evidence=best, reason=best)


def test_the_same_evidence_may_say_more_later_and_the_same_again_writes_nothing(database, main):
    stand(database, main, 0, order("1"))
    stand(database, main, 30)
    said = outcome(evidence=Evidence.ORDER_HISTORY)
    more = replace(said, filled=1)
    assert [write_outcomes(database.writer, main.id, [o], later(40)) for o in (said, said, more, more)] == [1, 0, 1, 0]


def test_an_outcome_of_a_former_time_is_none_of_a_sibling(database, main):
    """It came back and left again: how it ended now, nobody knows."""
    leg = replace(order("1"), group_id="g")

    def siblings():
        with database.reader.connect() as connection:
            return [(one.key, told.ending) for one, told in read_siblings(connection, main, {"g"}, NOON)]

    for at, orders in ((0, [leg]), (30, [])):
        stand(database, main, at, *orders)
    write_outcomes(database.writer, main.id, [outcome(ending=Ending.CANCELLED)], later(31))
    assert siblings() == [("1", Ending.CANCELLED)]
    for at, orders in ((40, [leg]), (50, [])):
        stand(database, main, at, *orders)
    assert siblings() == []
    write_outcomes(database.writer, main.id, [outcome(gone_at=50)], later(51))
    assert siblings() == [("1", Ending.FILLED)]


def test_only_what_executed_and_is_known_by_less_is_looked_at_again(database, main):
    stand(database, main, 0, *(order(key) for key in "1234"))
    stand(database, main, 30)
    told = [
        outcome("1", evidence=Evidence.ORDER_DETAIL),
        outcome("2", evidence=Evidence.ORDER_HISTORY, ending=Ending.TRIGGERED, book_order_id="B"),
        outcome("3", evidence=Evidence.FILLS),
        outcome("4", evidence=Evidence.GROUP, ending=Ending.CANCELLED),
    ]
    write_outcomes(database.writer, main.id, told, later(31))
    fills = [fill(f"f{id_}", order_id=id_) for id_ in ("1", "B", "3")]
    write_fill_page(database.writer, main.id, Source.FILLS, fills, TimeRange(NOON, later(60)), later(61))
    with database.reader.connect() as connection:
        found = read_concluded(connection, main, later(29), 10)
        assert [(one.key, known.ending) for one, known in found] == [("1", Ending.FILLED), ("2", Ending.TRIGGERED)]
        assert [one.key for one, _ in read_concluded(connection, main, later(29), 1)] == ["1"]
        assert read_concluded(connection, main, later(30), 10) == ()


def test_the_orders_that_came_about_in_a_stretch_are_told_once_as_they_came(database, main):
    for at, orders in ((0, "1"), (30, "12"), (60, "123"), (90, "3")):
        changed = [order(key, amount="2" if key == "2" and at > 30 else "1") for key in orders]
        stand(database, main, at, *changed)
    with database.reader.connect() as connection:

        def begun(since, until, symbols=frozenset({"BTC_USD"})):
            found = read_begun(connection, main, symbols, later(since), later(until))
            return [(one.key, one.amount, at) for one, at in found]

        assert begun(1, 60) == [("2", 1, later(30)), ("3", 1, later(60))]
        assert begun(30, 30) == [("2", 1, later(30))]
        assert begun(31, 59) == begun(1, 60, {"ETH_USD"}) == []


def test_what_is_only_gone_is_not_written(database, main):
    with pytest.raises(ValueError, match="nothing more is known"):
        write_outcomes(database.writer, main.id, [outcome(ending=Ending.GONE, evidence=None)], NOON)


def test_the_newest_that_left_come_first_and_a_limit_holds(database, main):
    stand(database, main, 0, *(order(str(n)) for n in range(4)))
    for n in range(4):
        stand(database, main, 10 * (n + 1), *(order(str(k)) for k in range(n + 1, 4)))
    assert gone(database, main, limit=2) == [("3", later(40)), ("2", later(30))]


def test_thousands_of_closed_versions_are_found_by_an_index(database, main):
    for n in range(3):
        stand(database, main, n * 10, *(order(str(k), amount=str(n + 1)) for k in range(2000)))
    stand(database, main, 100)
    plans = []

    def explain(connection, cursor, statement, parameters, context, executemany):
        if "AS ended" in statement:
            cursor.execute("EXPLAIN " + statement, parameters)
            plans.append("\n".join(row[0] for row in cursor.fetchall()))

    event.listen(database.reader, "before_cursor_execute", explain)
    assert len(gone(database, main, since=50, limit=5000)) == 2000
    assert len(endings(database, main, since=50)) == 2000
    assert len(plans) == 2
    for plan in plans:
        assert "order_version_ended_idx" in plan
        assert not re.search(r"Seq Scan on order_version", plan), plan


def test_the_past_of_an_account_is_among_the_sources_of_its_snapshots(database, main):
    """The calls of one kind are as old as the oldest of them and as bad as the worst."""
    parts = [Source.of(SourceKind.FILLS, symbol) for symbol in ("BTC/USD", "ETH/USD")]
    stand(database, main, 0)
    stand(database, main, 30)
    for n, part in enumerate(parts):
        write_fill_page(database.writer, main.id, part, [], TimeRange(NOON, later(20)), later(20 + n))
    write_history_failure(database.writer, main.id, parts[1], later(25), failure("rate limit"))
    with database.reader.connect() as connection:
        now = read_snapshot(connection, main, later(30)).sources
        before = read_snapshot(connection, main, NOON).sources
    assert (now[Source.FILLS].as_of, now[Source.FILLS].carried) == (later(20), True)
    assert (now[Source.FILLS].error, now[Source.FILLS].failing_since) == ("ETH/USD: rate limit", later(25))
    assert (now[Source.ENDINGS].as_of, now[Source.ENDINGS].carried) == (None, False)
    assert (before[Source.FILLS].as_of, before[Source.FILLS].carried) == (NOON, False)
    assert set(now) == {*ASKED, *PAST}


def test_a_call_that_never_answered_is_told_as_failing_until_it_is_made_no_more(database, main):
    known, never = (Source.of(SourceKind.FILLS, symbol) for symbol in ("BTC/USD", "ETH/USD"))
    stand(database, main, 0)
    write_history_failure(database.writer, main.id, never, NOON, failure("no such market"))
    assert fills_state(database, main).as_of is None
    for at, is_failing in ((3600, True), (3601, False)):
        write_fill_page(database.writer, main.id, known, [], TimeRange(NOON, later(at)), later(at))
        state = fills_state(database, main)
        assert (state.as_of, state.carried, state.error is not None) == (later(at), is_failing, is_failing)


def fills_state(database, main):
    with database.reader.connect() as connection:
        return read_snapshot(connection, main, NOON).sources[Source.FILLS]
