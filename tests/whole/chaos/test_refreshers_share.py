"""Several refreshers as processes: they share the accounts evenly, and take over each other's when one dies."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from tests.exchanges.payload_server import PayloadServer
from tests.refresher.refresher_process import Refresher, configured, refresher, until
from tests.refresher.scripted_exchange import scripted_exchange

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(600)]

NAMES = [f"account {number}" for number in range(1, 13)]


@pytest.fixture
def exchange() -> Iterator[PayloadServer]:
    with scripted_exchange() as exchange:
        yield exchange


def rows(database: Any, query: str, **params: Any) -> list[tuple[Any, ...]]:
    with database.owner.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query), params)]


def held(database: Any) -> list[int]:
    """How many shards each refresher holds, fewest first."""
    return sorted(count for (count,) in rows(database, _HELD))


def refreshes_since(database: Any) -> Callable[[], bool]:
    """A condition that holds once each account has a refresh that began after this call."""
    ((moment,),) = rows(database, "SELECT now()")
    return lambda: len(rows(database, _SINCE, moment=moment)) == len(NAMES)


def overlapping(database: Any) -> list[tuple[Any, ...]]:
    """Refreshes of one account that follow each other faster than one refresher would make them."""
    return rows(database, _TOO_CLOSE)


@pytest.fixture
def three(database: Any, exchange: PayloadServer, tmp_path: Path) -> Iterator[list[Refresher]]:
    """Three refreshers, started one after the other."""
    environment = configured(tmp_path, exchange.url, *NAMES)
    with ExitStack() as stack:
        started = []
        for number in range(3):
            started.append(stack.enter_context(refresher(environment, database.url, tmp_path / f"{number}.log")))
            until(lambda count=number + 1: len(held(database)) == count, started[-1].lines)  # type: ignore[misc]
        until(lambda: held(database) == [4, 4, 4])
        yield started


def test_three_share_evenly_and_the_others_take_over_from_one_that_is_killed(
    database: Any, three: list[Refresher]
) -> None:
    first, second, third = three
    second.end(signal.SIGKILL)
    until(lambda: held(database) == [6, 6], first.lines)
    until(refreshes_since(database), first.lines)
    first.end(signal.SIGKILL)
    until(lambda: held(database) == [12], third.lines)
    until(refreshes_since(database), third.lines)
    assert overlapping(database) == []
    assert "Traceback" not in first.lines() + second.lines() + third.lines()


def test_a_frozen_refresher_loses_its_accounts_and_writes_nothing_when_it_wakes(
    database: Any, three: list[Refresher]
) -> None:
    first, *others = three
    os.kill(first.process.pid, signal.SIGSTOP)
    try:
        until(lambda: sorted(held(database))[-2:] == [6, 6], others[0].lines)
        until(refreshes_since(database), others[0].lines)
    finally:
        os.kill(first.process.pid, signal.SIGCONT)
    until(lambda: held(database) == [4, 4, 4], first.lines)
    assert overlapping(database) == []
    assert "Traceback" not in first.lines()


def test_one_that_is_stopped_hands_over_at_once(database: Any, three: list[Refresher]) -> None:
    assert three[0].end() == 0
    if "rolls back the unfinished" not in three[0].lines():  # else a job took longer than the launcher would wait
        assert rows(database, "SELECT count(*) FROM refresher") == [(2,)]  # nobody waits for an old heartbeat
    until(lambda: held(database) == [6, 6], three[1].lines)


_HELD = """
SELECT count(*) FROM shard_lease JOIN refresher ON refresher.id = refresher_id
WHERE EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND classid = 72006 AND objid = refresher.id
              AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
GROUP BY refresher_id
"""
_SINCE = "SELECT account_id FROM refresh GROUP BY account_id HAVING max(taken_at) > :moment"
# Jitter shortens an interval of 5 s by half a second, and a new holder refreshes at once.
_TOO_CLOSE = """
SELECT account_id, taken_at, gap FROM (
    SELECT account_id, taken_at, taken_at - lag(taken_at) OVER (PARTITION BY account_id ORDER BY taken_at) AS gap,
           lag(taken_at, 2) OVER (PARTITION BY account_id ORDER BY taken_at) AS before
    FROM refresh
) AS gaps
WHERE taken_at - before < interval '2 seconds'
"""
