"""Readiness: whether the data counts as current, and the reasons if not."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from api.params import RequestScope
from api.states import States, never_seen
from api.warnings import Worths, warnings_of
from db.reads.refreshes import read_all_refreshes
from db.reads.source_states import read_all_source_states
from domain.freshness import is_ahead, late_after, stale_after
from domain.snapshot import Account
from domain.sources import ORDER_KINDS, SourceKind, SourceState
from domain.version import VERSION

# The core sources of every page: net worth, open orders, stops. If these are missing for long, nothing shown counts as
# current. Failures of the other sources only degrade the picture, because some keys never may read them.
ESSENTIAL = frozenset({SourceKind.BALANCES, *ORDER_KINDS})


def read_all_states(connection: Connection, scope: RequestScope) -> dict[int, States]:
    """The state of each source of each account, by account id."""
    places = [(account.id, scope.moments[account.id]) for account in scope.accounts if account.id in scope.moments]
    refreshes = read_all_refreshes(connection, places)
    refreshed = [(account, refreshes[account.id][0]) for account in scope.accounts if account.id in refreshes]
    states = read_all_source_states(connection, refreshed)
    return {account.id: states.get(account.id) or never_seen(account) for account in scope.accounts}


def readiness_of(scope: RequestScope, states: dict[int, States], worths: Worths) -> dict[str, Any]:
    """`status` is ok, degraded (problems, but the core sources are current) or down, with a reason for each problem.

    `warnings` are doubts about net values. They do not change the status, because the data is still current.
    """
    down: list[str] = []
    degraded: list[str] = []
    if not scope.accounts:
        down.append("no accounts yet: is the refresher running?")
    for account in scope.accounts:
        taken_at = scope.moments.get(account.id)
        if taken_at is None:
            down.append(f"{account.name}: never refreshed yet: is the refresher running?")
        elif is_ahead(taken_at, scope.params.now):
            down.append(f"{account.name}: the last refresh is {_age(taken_at, scope.params.now)} ahead of the clock")
        elif scope.params.now - taken_at > stale_after(account.expected):
            age = _age(scope.params.now, taken_at)
            down.append(f"{account.name}: no refresh for {age}, {_every(account.expected)}: is the refresher running?")
        else:
            for is_essential, reason in _reasons(account, states[account.id], scope.params.now):
                (down if is_essential else degraded).append(reason)
    status = "down" if down else "degraded" if degraded else "ok"
    return {
        "status": status,
        "version": VERSION,
        "reasons": down + degraded,
        "warnings": list(warnings_of(worths)),
        "accounts": _accounts(scope, states),
    }


def _reasons(account: Account, states: States, now: datetime) -> Iterator[tuple[bool, str]]:
    """The problems of a refreshed account's sources, and whether they make the account unusable.

    The age of the last success decides. A source that failed once still shows recent data.
    """
    for source, state in states.items():
        essential = source.kind in ESSENTIAL
        if state.as_of is None:
            yield essential, f"{account.name}: {source} never succeeded yet"
            continue
        age, text = now - state.as_of, f"{account.name}: {source} last succeeded {_age(now, state.as_of)} ago"
        expected = account.expected_interval(source)
        if is_ahead(state.as_of, now):
            yield essential, f"{account.name}: {source} last succeeded {_age(state.as_of, now)} ahead of the clock"
        elif age > stale_after(expected):
            yield essential, f"{text}, {_every(expected)}"
        elif state.carried:
            yield False, f"{text} and is failing"
        elif age > late_after(expected):
            yield False, f"{text}, {_every(expected)}"


def _accounts(scope: RequestScope, states: dict[int, States]) -> list[dict[str, Any]]:
    return [
        {
            "account": account.name,
            "taken_at": scope.moments.get(account.id),
            "sources": {str(source): _brief(state) for source, state in states[account.id].items()},
        }
        for account in scope.accounts
    ]


def _brief(state: SourceState) -> dict[str, Any]:
    """Without the error text. Health is open to everyone, and errors may name private facts."""
    return {"as_of": state.as_of, "carried": state.carried}


def _every(expected: timedelta) -> str:
    return f"expected every {expected.total_seconds():.0f} s"


def _age(now: datetime, then: datetime) -> str:
    return f"{(now - then).total_seconds():.0f} s"
