"""One rule for many subjects at once, each at a moment of its own. The code of the rule is that of one subject."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import numpy as np

from analysis.live import Evaluated, change_at, is_quiet
from analysis.rules.evaluation import outcomes_of
from analysis.rules.parsed import ParsedRule
from analysis.rules.values import Source
from analysis.step_series import ManySteps, StepSeries
from domain.alert_states import AlertState, Timing, opposite
from domain.moments import microseconds_of
from domain.rule_tree import Outcome, Term


class SubjectValues(Source, Protocol):
    """The values of one subject: MarketValues or AccountValues."""

    def series(self, term: Term) -> StepSeries:
        """The values of a term over time."""


@dataclass(slots=True)
class ManySubjects:
    """The values of many subjects. The moment with a number is one of the subject with this number."""

    subjects: Sequence[SubjectValues]
    _series: dict[Term, ManySteps] = field(default_factory=dict)

    def series(self, term: Term) -> ManySteps:
        """The values of a term of each subject."""
        series = self._series.get(term)
        if series is None:
            series = self._series[term] = ManySteps([subject.series(term) for subject in self.subjects])
        return series


def evaluated_together(
    rule: ParsedRule,
    subjects: Sequence[SubjectValues],
    moments: Sequence[datetime],
    states: Sequence[AlertState],
    timing: Timing,
) -> Iterator[Sequence[Evaluated]]:
    """The change of the state of each subject at its moment, as `evaluated` yields it.

    Not for rules that step back over the refreshes of an account, as crossings of its values do.
    """
    if not subjects:
        return
    source = ManySubjects(subjects)
    stamps = np.array([microseconds_of(moment) for moment in moments], dtype=np.int64)
    outcomes = outcomes_of(rule.holds, source, stamps).tolist()
    resolving = None if rule.resolves is None else outcomes_of(rule.resolves, source, stamps).tolist()
    for index, (outcome, state) in enumerate(zip(outcomes, states, strict=True)):
        if is_quiet(state, outcome):
            yield ()
            continue
        holds = Outcome(outcome)
        resolves = opposite(holds) if resolving is None else Outcome(resolving[index])
        change = change_at(rule, subjects[index], moments[index], state, (holds, resolves), timing)
        yield () if change is None else (change,)
