"""States: the state of each source of an account, as a response."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from domain.freshness import freshness_of, worst
from domain.snapshot import Account
from domain.sources import Source, SourceState

States = Mapping[Source, SourceState]


def never_seen(account: Account) -> States:
    """The states of an account without any refresh."""
    return {source: SourceState(source, as_of=None, carried=False) for source in account.all_sources}


def states_response(account: Account, states: States, at: datetime) -> dict[str, Any]:
    """Each source by name: its freshness at `at`, its last success and its errors since."""
    return {str(source): _state_response(account, state, at) for source, state in states.items()}


def worst_state(account: Account, states: States, at: datetime) -> str:
    """The worst freshness among an account's sources."""
    return str(worst(freshness_of(state, account.expected_interval(state.source), at) for state in states.values()))


def _state_response(account: Account, state: SourceState, at: datetime) -> dict[str, Any]:
    return {
        "as_of": state.as_of,
        "age_seconds": None if state.as_of is None else at - state.as_of,
        "state": freshness_of(state, account.expected_interval(state.source), at),
        "carried": state.carried,
        "error": state.error,
        "error_kind": state.error_kind,
        "error_at": state.error_at,
        "failing_since": state.failing_since,
        "failures": state.failures,
        "next_attempt_at": state.next_attempt_at,
        "unreadable": [unreadable.error for unreadable in state.unreadable],
    }
