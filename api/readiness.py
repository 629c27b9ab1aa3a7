"""Readiness: whether what this process shows can be taken for now, and if not, why not."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from api.questions import Scene
from api.states import States, never_seen
from api.warnings import Worths, warnings_of
from db.reads.refreshes import read_refresh
from db.reads.source_states import read_source_states
from domain.freshness import late_after, stale_after
from domain.snapshot import Account
from domain.sources import ORDER_KINDS, SourceKind, SourceState

# What every page stands on: worth, open orders, stops. Without them for long, nothing shown may be called now. The
# other sources add to the picture (some keys never may read them): when they fail, the picture is degraded (Lesson 29).
ESSENTIAL = frozenset({SourceKind.BALANCES, *ORDER_KINDS})


def read_all_states(connection: Connection, scene: Scene) -> dict[int, States]:
    """How each source of each account of a scene stands, by account id."""
    found: dict[int, States] = {}
    for account in scene.accounts:
        taken_at = scene.moments.get(account.id)
        if taken_at is None:
            found[account.id] = never_seen(account)
        else:
            refresh, _ = read_refresh(connection, account.id, taken_at)
            found[account.id] = read_source_states(connection, account, refresh)
    return found


def readiness_of(scene: Scene, states: dict[int, States], worths: Worths) -> dict[str, Any]:
    """`status` is ok, degraded (something is amiss, the essentials are current) or down, with a reason for each.

    `warnings` tell what makes a net value doubtful. They do not change the status: the data is as current as it says.
    """
    down: list[str] = []
    degraded: list[str] = []
    if not scene.accounts:
        down.append("no account is known yet: is the refresher running?")
    for account in scene.accounts:
        taken_at = scene.moments.get(account.id)
        if taken_at is None:
            down.append(f"{account.name}: never refreshed yet: is the refresher running?")
        elif scene.question.now - taken_at > stale_after(account.expected):
            age = _age(scene.question.now, taken_at)
            down.append(f"{account.name}: no refresh for {age}, {_every(account.expected)}: is the refresher running?")
        else:
            for is_essential, reason in _reasons(account, states[account.id], scene.question.now):
                (down if is_essential else degraded).append(reason)
    status = "down" if down else "degraded" if degraded else "ok"
    return {
        "status": status,
        "reasons": down + degraded,
        "warnings": list(warnings_of(worths)),
        "accounts": _accounts(scene, states),
    }


def _reasons(account: Account, states: States, now: datetime) -> Iterator[tuple[bool, str]]:
    """What is amiss with the sources of an account that is being refreshed, and whether it leaves nothing to trust.

    Judged by the age of the last success: a source that failed once still shows what was true a moment ago.
    """
    for source, state in states.items():
        essential = source.kind in ESSENTIAL
        if state.as_of is None:
            yield essential, f"{account.name}: {source} never succeeded yet"
            continue
        age, told = now - state.as_of, f"{account.name}: {source} last succeeded {_age(now, state.as_of)} ago"
        expected = account.expected_of(source)
        if age > stale_after(expected):
            yield essential, f"{told}, {_every(expected)}"
        elif state.carried:
            yield False, f"{told} and is failing"
        elif age > late_after(expected):
            yield False, f"{told}, {_every(expected)}"


def _accounts(scene: Scene, states: dict[int, States]) -> list[dict[str, Any]]:
    return [
        {
            "account": account.name,
            "taken_at": scene.moments.get(account.id),
            "sources": {str(source): _brief(state) for source, state in states[account.id].items()},
        }
        for account in scene.accounts
    ]


def _brief(state: SourceState) -> dict[str, Any]:
    """Without the error's words: health is open to all, and they may name what only the owner should know."""
    return {"as_of": state.as_of, "carried": state.carried}


def _every(expected: timedelta) -> str:
    return f"expected every {expected.total_seconds():.0f} s"


def _age(now: datetime, then: datetime) -> str:
    return f"{(now - then).total_seconds():.0f} s"
