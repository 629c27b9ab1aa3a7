"""The lease keeper: shards are shared evenly, and given up only when no job of them runs."""

from collections.abc import Collection, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from db.leases import Leases
from db.stopping import Stop
from refresher.process.lease_keeper import LeaseKeeper, share_of
from tests import factories
from tests.postgres import Database


class Serving:
    """Stands for a schedule: remembers what it serves, and is busy with what the test says."""

    def __init__(self) -> None:
        self.ids: frozenset[int] = frozenset()
        self.busy: set[int] = set()

    def serve(self, account_ids: Collection[int]) -> None:
        self.ids = frozenset(account_ids)

    def is_busy(self, account_id: int) -> bool:
        return account_id in self.busy


class Keeper:
    """A refresher with twelve accounts, as far as its leases go."""

    def __init__(self, database: Database) -> None:
        self.schedule, self.leases = Serving(), Leases(database.writer)
        served: Any = [SimpleNamespace(account=factories.account(id=number)) for number in range(1, 13)]
        self._keeper = LeaseKeeper(self.leases, served, self.schedule, Stop())

    def look(self) -> int:
        self._keeper.look()
        return len(self.schedule.ids)


@pytest.fixture
def keepers(database: Database) -> Iterator[list[Keeper]]:
    keepers = [Keeper(database) for _ in range(3)]
    yield keepers
    for keeper in keepers:
        keeper.leases.leave()


def looked(*keepers: Keeper) -> list[int]:
    """The number of accounts of each after every one looked twice: to give up, then to take."""
    for keeper in keepers * 2:
        keeper.look()
    return [len(keeper.schedule.ids) for keeper in keepers]


def test_the_first_serves_all_and_later_ones_share_evenly(keepers: list[Keeper]) -> None:
    first, second, third = keepers
    assert looked(first) == [12]
    assert looked(first, second) == [6, 6]
    assert looked(*keepers) == [4, 4, 4]
    assert frozenset.union(*(keeper.schedule.ids for keeper in keepers)) == set(range(1, 13))
    second.leases.leave()
    assert looked(first, third) == [6, 6]


def test_a_shard_is_given_up_only_after_its_jobs_ended(keepers: list[Keeper]) -> None:
    first, second, _ = keepers
    first.look()
    first.schedule.busy = {12}
    assert looked(first, second) == [6, 5]
    assert first.schedule.ids == {1, 2, 3, 4, 5, 6}  # no new run of the twelfth begins
    first.schedule.busy = set()
    assert looked(first, second) == [6, 6]


def test_shares_differ_by_one_at_most_and_cover_everything() -> None:
    """An identity: the shares of all living refreshers add up to the shards."""
    for shards in (1, 7, 200, 256):
        for living in (1, 2, 3, 7, 300):
            ids = list(range(10, 10 + living))
            shares = [share_of(shards, ids, refresher) for refresher in ids]
            assert sum(shares) == shards
            assert max(shares) - min(shares) <= 1
    assert share_of(12, [1, 2], None) == 0
    assert share_of(12, [], 3) == 12
