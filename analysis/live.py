"""Live evaluation of a rule for one subject: the same outcomes and steps as a trial on the past, moment by moment."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np

from analysis.rules.evaluation import outcomes_of
from analysis.rules.explanation import Explained, explained, leaves_of
from analysis.rules.parsed import ParsedRule
from analysis.rules.values import Source
from domain.alert_states import AlertState, Event, Health, State, Timing, opposite, step
from domain.moments import microseconds_of
from domain.rule_tree import Outcome

_NO, _YES = int(Outcome.NO), int(Outcome.YES)


@dataclass(frozen=True, slots=True)
class Evaluated:
    """A state that changed at a moment, with the tree of then. `reason` says why values are unknown."""

    at: datetime
    after: AlertState
    event: Event | None
    explanation: Mapping[str, Any]
    reason: str | None


def evaluated(
    rule: ParsedRule, source: Source, moments: Sequence[datetime], before: AlertState, timing: Timing
) -> Iterator[Evaluated]:
    """The changes of a state over ascending moments."""
    stamps = np.array([microseconds_of(moment) for moment in moments], dtype=np.int64)
    holds = outcomes_of(rule.holds, source, stamps).tolist()
    resolving = None if rule.resolves is None else outcomes_of(rule.resolves, source, stamps).tolist()
    state = before
    for index, moment in enumerate(moments):
        if is_quiet(state, holds[index]):
            continue
        holding = Outcome(holds[index])
        resolves = opposite(holding) if resolving is None else Outcome(resolving[index])
        change = change_at(rule, source, moment, state, (holding, resolves), timing)
        if change is not None:
            yield change
            state = change.after


def is_quiet(state: AlertState, outcome: int) -> bool:
    """True if an outcome cannot change a state, as at most moments: nothing fires, or it still does."""
    if state.health is not Health.OK:
        return False
    return (state.state is State.NORMAL and outcome == _NO) or (state.state is State.FIRING and outcome == _YES)


def without_news(rule: ParsedRule, source: Source, now: datetime, before: AlertState) -> Evaluated | None:
    """The change of an alert whose market has no news: its health alone. None if it has no data already.

    Its clock stands still, because the closes since then are evaluated once their candles arrive.
    """
    if before.health is Health.NO_DATA:
        return None
    tree = explained(rule.holds, source, microseconds_of(now))
    reason = _reason(tree) or "the newest candles of its timeframes are not all stored"
    return Evaluated(now, replace(before, health=Health.NO_DATA), None, tree_as_json(tree), reason)


def change_at(
    rule: ParsedRule,
    source: Source,
    moment: datetime,
    before: AlertState,
    outcomes: tuple[Outcome, Outcome],
    timing: Timing,
) -> Evaluated | None:
    """The change of a state by the outcomes of a moment: whether the rule holds, and whether it resolves."""
    result = step(before, *outcomes, moment, timing)
    if result.after == before and result.event is None:
        return None
    tree = explained(rule.holds, source, microseconds_of(moment))
    reason = _reason(tree) if result.after.health is Health.NO_DATA else None
    return Evaluated(moment, result.after, result.event, tree_as_json(tree), reason)


def gone(before: AlertState, at: datetime, timing: Timing) -> Evaluated | None:
    """The change of an alert whose subject is gone: it ends. None if it had no state to leave."""
    result = step(before, Outcome.NO, Outcome.YES, at, Timing(timing.for_))
    if result.after == before:
        return None
    return Evaluated(at, result.after, result.event, {}, "it is gone")


def tree_as_json(tree: Explained) -> dict[str, Any]:
    """An explained tree, as it is stored with an event."""
    fields: dict[str, Any] = {"text": tree.text, "outcome": tree.outcome.name.lower()}
    for name in ("left", "right", "distance", "relative"):
        if (value := getattr(tree, name)) is not None:
            fields[name] = value
    if tree.unit is not None:
        fields["unit"] = tree.unit.value
    if tree.reasons:
        fields["reasons"] = list(tree.reasons)
    if tree.parts:
        fields["parts"] = [tree_as_json(child) for child in tree.parts]
    return fields


def _reason(tree: Explained) -> str | None:
    reasons = dict.fromkeys(reason for leaf in leaves_of(tree) for reason in leaf.reasons)
    return "; ".join(reasons) or None
