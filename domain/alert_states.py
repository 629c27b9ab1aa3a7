"""States of an alert: one rule for one subject, moved on by the outcome of each evaluation.

    normal ──holds──▶ pending ──for──▶ firing ──resolves──▶ recovering ──keep_firing_for──▶ normal
                         │                ▲                      │
                         └──holds not──▶ normal      holds ──────┘

An unknown outcome keeps the state and stops its clock from deciding: nothing fires and nothing resolves while a value
is unknown. `health` says beside the state whether the last evaluation had its values.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from domain.rule_tree import Outcome

_AT_ONCE = timedelta(0)


class State(StrEnum):
    """The states of an alert."""

    NORMAL = "normal"
    PENDING = "pending"
    FIRING = "firing"
    RECOVERING = "recovering"


class Health(StrEnum):
    """OK if the last evaluation had all its values. A rule that raises is put off, and its alerts stay as they were."""

    OK = "ok"
    NO_DATA = "no_data"


class Event(StrEnum):
    """The changes that messages tell."""

    FIRED = "fired"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class Timing:
    """`for_` is how long a rule must hold before it fires, `keep_for` how long it must be resolved before it ends."""

    for_: timedelta = _AT_ONCE
    keep_for: timedelta = _AT_ONCE


@dataclass(frozen=True, slots=True)
class AlertState:
    """The state of an alert. `since` is when the state began, None while it was always normal.

    `fired_at` is the start of the alert that is firing or recovering, else of the newest one.
    """

    state: State = State.NORMAL
    since: datetime | None = None
    fired_at: datetime | None = None
    health: Health = Health.OK

    @property
    def is_active(self) -> bool:
        """True while the alert is firing, or recovering."""
        return self.state in (State.FIRING, State.RECOVERING)


@dataclass(frozen=True, slots=True)
class Step:
    """The state after an evaluation, and the event that it made."""

    after: AlertState
    event: Event | None = None


def step(before: AlertState, holds: Outcome, resolves: Outcome, at: datetime, timing: Timing) -> Step:
    """The next state at a moment. `resolves` is the opposite of `holds`, if the rule has no threshold of its own."""
    if before.is_active:
        return _active(before, holds, resolves, at, timing)
    if holds is Outcome.UNKNOWN:
        return Step(replace(before, health=Health.NO_DATA))
    if holds is Outcome.NO:
        return Step(_in_state(before, State.NORMAL, at))
    pending = _in_state(before, State.PENDING, at)
    assert pending.since is not None
    if at - pending.since >= timing.for_:
        return Step(replace(_in_state(pending, State.FIRING, at), fired_at=at), Event.FIRED)
    return Step(pending)


def _active(before: AlertState, holds: Outcome, resolves: Outcome, at: datetime, timing: Timing) -> Step:
    if holds is not Outcome.YES and Outcome.UNKNOWN in (holds, resolves):
        return Step(replace(before, health=Health.NO_DATA))
    if holds is Outcome.YES or resolves is Outcome.NO:  # between two thresholds an alert goes on
        return Step(_in_state(before, State.FIRING, at))
    recovering = _in_state(before, State.RECOVERING, at)
    assert recovering.since is not None
    if at - recovering.since >= timing.keep_for:
        return Step(_in_state(recovering, State.NORMAL, at), Event.RESOLVED)
    return Step(recovering)


def opposite(outcome: Outcome) -> Outcome:
    """The outcome of the negated condition."""
    return Outcome(Outcome.YES - outcome)


def _in_state(before: AlertState, state: State, at: datetime) -> AlertState:
    return replace(before, state=state, since=before.since if before.state is state else at, health=Health.OK)
