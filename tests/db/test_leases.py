"""Leases: one refresher holds a shard, a dead or frozen one loses it, and a former holder writes nothing."""

import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from db import leases as leases_module
from db.leases import Fence, LeaseLost, Leases, Load, check_fence
from db.writes.accounts import AccountSetting, write_accounts
from db.writes.refresh import write_refresh
from domain.snapshot import Account
from tests.factories import ASKED, NOON, later, observation
from tests.postgres import Database

ALL = frozenset(range(leases_module.SHARDS))


@pytest.fixture
def joined(database: Database) -> Iterator[list[Leases]]:
    """Three refreshers of one database."""
    refreshers = [Leases(database.writer) for _ in range(3)]
    for refresher in refreshers:
        refresher.beat()
    yield refreshers
    for refresher in refreshers:
        with suppress(OperationalError):
            refresher.leave()


@pytest.fixture
def main(database: Database) -> Account:
    return write_accounts(database.writer, [AccountSetting("main", "cryptocom", ASKED, 30, "USD")])["main"]


def end_connection_of(database: Database, refresher: Leases) -> None:
    with database.owner.connect() as connection:
        connection.execute(text(_END), {"id": refresher.id})


def age_heartbeat_of(database: Database, refresher: Leases) -> None:
    with database.owner.begin() as connection:
        connection.execute(
            text("UPDATE refresher SET beat_at = beat_at - interval '1 minute' WHERE id = :id"), {"id": refresher.id}
        )


def test_a_shard_is_held_by_one_and_passes_on_when_its_holder_leaves(joined: list[Leases]) -> None:
    first, second, _ = joined
    assert first.take({1, 2}, 9) == {1, 2}
    assert second.take({1, 2, 3}, 9) == {3}
    first.give_up({1})
    assert second.take({1, 2}, 9) == {1}
    first.leave()
    assert second.take({1, 2}, 9) == {2}
    assert second.shards == {1, 2, 3}


def test_all_shards_are_held_on_one_connection(joined: list[Leases], database: Database) -> None:
    assert joined[0].take(ALL, 256) == ALL
    with database.owner.connect() as connection:
        assert connection.execute(text(_CONNECTIONS)).scalar_one() == 3  # one for each refresher


def test_shards_of_a_killed_refresher_are_free_at_once(joined: list[Leases], database: Database) -> None:
    first, second, _ = joined
    first.take({7}, 1)
    assert first.id in second.beat()
    end_connection_of(database, first)
    assert first.id not in second.beat()
    assert second.take({7}, 1) == {7}


def test_shards_of_a_frozen_refresher_are_free_though_it_is_connected(joined: list[Leases], database: Database) -> None:
    first, second, _ = joined
    first.take({7}, 1)
    age_heartbeat_of(database, first)
    assert second.take({7}, 1) == {7}
    first.beat()  # it wakes up
    assert first.shards == frozenset()
    assert first.take({7}, 1) == frozenset()


def test_a_former_holder_writes_nothing_when_it_wakes_up(
    joined: list[Leases], database: Database, main: Account
) -> None:
    first, second, _ = joined
    first.take({main.id}, 1)
    old = first.fence(main.id)
    assert old is not None
    write_refresh(database.writer, observation(main, NOON), old)
    age_heartbeat_of(database, first)
    second.take({main.id}, 1)
    new = second.fence(main.id)
    assert new is not None
    assert new.token > old.token
    with pytest.raises(LeaseLost):
        write_refresh(database.writer, observation(main, later(30)), old)
    assert write_refresh(database.writer, observation(main, later(30)), new).carried == ()


def test_a_shard_is_not_taken_during_a_write_of_its_holder(joined: list[Leases], database: Database) -> None:
    """Else a refresh could be committed after the new holder read what it goes on from."""
    first, second, _ = joined
    first.take({7, 8}, 2)
    fence = first.fence(7)
    assert fence is not None
    with database.writer.begin() as writing:
        check_fence(writing, fence)
        age_heartbeat_of(database, first)
        assert second.take({7, 8}, 2) == {8}
    assert second.take({7, 8}, 2) == {7}


def test_two_refreshers_that_take_at_the_same_moment_never_hold_the_same_shard(joined: list[Leases]) -> None:
    threads = [threading.Thread(target=refresher.take, args=(ALL, 200)) for refresher in joined]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    held = [shard for refresher in joined for shard in refresher.shards]
    assert len(held) == len(set(held)) == 256


def test_a_broken_connection_loses_no_shard_that_nobody_took(joined: list[Leases], database: Database) -> None:
    first = joined[0]
    first.take({7, 8}, 2)
    before = (first.id, first.fence(7))
    end_connection_of(database, first)
    with pytest.raises(OperationalError):
        first.beat()
    assert first.id in first.beat()
    assert (first.id, first.fence(7)) == before


def test_a_command_that_serves_for_a_moment_does_not_count_among_those_who_share(
    joined: list[Leases], database: Database
) -> None:
    passing = Leases(database.writer, is_steady=False)
    living = passing.beat(Load(accounts=3))
    assert passing.id not in living
    assert len(living) == 3
    assert passing.take({9}, 1) == {9}
    assert joined[0].take({9}, 1) == frozenset()
    passing.leave()


def test_a_fence_of_no_shard_is_refused(database: Database) -> None:
    with database.writer.connect() as connection, pytest.raises(LeaseLost):
        check_fence(connection, Fence(3, 1))


_END = """
SELECT pg_terminate_backend(pid, 10000) FROM pg_locks
WHERE locktype = 'advisory' AND classid = 72006 AND objid = :id
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
_CONNECTIONS = """
SELECT count(DISTINCT pid) FROM pg_locks
WHERE locktype = 'advisory' AND classid = 72006
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
