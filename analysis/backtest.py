"""A rule tried on the past: the same evaluation and the same states as live, fed with moments in order."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np

from analysis.candle_series import Moments
from analysis.rules.alone import held_back_alone
from analysis.rules.evaluation import Outcomes, outcomes_of
from analysis.rules.explanation import Explained, explained, obstacles
from analysis.rules.values import Source
from analysis.step_series import StepSeries
from domain.alert_states import AlertState, Event, State, Timing, step
from domain.moments import microseconds_of, moment_of
from domain.rule_tree import Condition, Outcome

_HORIZONS = (timedelta(hours=1), timedelta(hours=4), timedelta(hours=24))
_YES, _UNKNOWN = int(Outcome.YES), int(Outcome.UNKNOWN)
_OUTCOMES = tuple(Outcome)


@dataclass(frozen=True, slots=True)
class TriedRule:
    """A rule to try. `resolves` is its own threshold of resolving, None for the opposite of `holds`."""

    holds: Condition
    resolves: Condition | None = None
    timing: Timing = field(default_factory=Timing)


@dataclass(frozen=True, slots=True)
class Move:
    """The price after a firing: its relative move after a span, and the best and worst within it. None: not known."""

    after: timedelta
    change: float | None
    best: float | None
    worst: float | None


@dataclass(frozen=True, slots=True)
class Firing:
    """One alert of the past. `ended_at` is None while it still fires at the end of the span."""

    fired_at: datetime
    ended_at: datetime | None
    moves: tuple[Move, ...] = ()


@dataclass(frozen=True, slots=True)
class Trial:
    """The result of a trial over `moments` evaluations, of which `unknown` had no data.

    `held_back` counts how often each comparison alone kept the rule from holding.
    """

    moments: int
    unknown: int
    firings: tuple[Firing, ...]
    held_back: tuple[tuple[str, int], ...]


def tried(
    rule: TriedRule,
    source: Source,
    moments: Moments,
    prices: Callable[[], StepSeries] | None = None,
    before: AlertState | None = None,
) -> Trial:
    """Try a rule at ascending moments. `prices` measure the moves after each firing."""
    outcomes = outcomes_of(rule.holds, source, moments)
    resolving = None if rule.resolves is None else outcomes_of(rule.resolves, source, moments)
    changes = list(_changes(outcomes, resolving, moments, rule.timing, before or AlertState()))
    series = prices() if prices is not None and changes else None
    firings = tuple(_firing(start, end, series) for start, end in _pairs(changes))
    return Trial(
        moments=len(moments),
        unknown=int((outcomes == _UNKNOWN).sum()),
        firings=firings,
        held_back=held_back_alone(rule.holds, source, moments, outcomes),
    )


def _changes(
    outcomes: Outcomes, resolving: Outcomes | None, moments: Moments, timing: Timing, state: AlertState
) -> Iterator[tuple[datetime, Event]]:
    """The events in order. Quiet moments of a normal state change nothing, so they are skipped."""
    second = 2 - outcomes if resolving is None else resolving
    for holds, resolves, stamp in zip(outcomes.tolist(), second.tolist(), moments.tolist(), strict=True):
        if state.state is State.NORMAL and holds != _YES:
            continue
        at = moment_of(stamp)
        result = step(state, _OUTCOMES[holds], _OUTCOMES[resolves], at, timing)
        state = result.after
        if result.event is not None:
            yield at, result.event


def _pairs(changes: list[tuple[datetime, Event]]) -> Iterator[tuple[datetime, datetime | None]]:
    for index, (at, event) in enumerate(changes):
        if event is Event.FIRED:
            yield at, changes[index + 1][0] if index + 1 < len(changes) else None


def _firing(start: datetime, end: datetime | None, prices: StepSeries | None) -> Firing:
    moves = () if prices is None else tuple(move_after(prices, start, span) for span in _HORIZONS)
    return Firing(start, end, moves)


def move_after(prices: StepSeries, start: datetime, span: timedelta) -> Move:
    """The move of a price within a span after a moment. Unknown until the span is over."""
    first, last = microseconds_of(start), microseconds_of(start + span)
    base = float(prices.at(np.array([first], dtype=np.int64))[0])
    within = prices.values[(prices.times > first) & (prices.times <= last)]
    is_over = len(prices.times) > 0 and prices.times[-1] >= last
    if not is_over or not len(within) or np.isnan(base) or base == 0 or np.isnan(within).any():
        return Move(span, None, None, None)
    moves = within / base - 1
    return Move(span, float(moves[-1]), float(moves.max()), float(moves.min()))


def why_not(rule: TriedRule, source: Source, moment: datetime) -> tuple[Explained, tuple[Explained, ...]]:
    """The rule at a moment with all its values, and the comparisons that keep it from holding, nearest first."""
    tree = explained(rule.holds, source, microseconds_of(moment))
    return tree, obstacles(tree)
