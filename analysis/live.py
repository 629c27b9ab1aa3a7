"""Live evaluation of a rule for one subject: the same outcomes and steps as a trial on the past, moment by moment."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from analysis.rules.evaluation import outcomes_of
from analysis.rules.explanation import Explained, explained, leaves_of
from analysis.rules.parsed import ParsedRule
from analysis.rules.values import Source
from domain.alert_states import AlertState, Event, Health, Timing, opposite, step
from domain.moments import microseconds_of
from domain.rule_tree import Outcome


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
    holds = outcomes_of(rule.holds, source, stamps)
    resolving = None if rule.resolves is None else outcomes_of(rule.resolves, source, stamps)
    state = before
    for index, moment in enumerate(moments):
        holding = Outcome(int(holds[index]))
        resolves = opposite(holding) if resolving is None else Outcome(int(resolving[index]))
        change = change_at(rule, source, moment, state, (holding, resolves), timing)
        if change is not None:
            yield change
            state = change.after


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
        fields["parts"] = [tree_as_json(section) for section in tree.parts]
    return fields


def _reason(tree: Explained) -> str | None:
    reasons = dict.fromkeys(reason for leaf in leaves_of(tree) for reason in leaf.reasons)
    return "; ".join(reasons) or None
