"""One rule for many markets at once, each at a moment of its own. The code of the rule is that of one market."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from analysis.live import Evaluated, change_at, is_quiet
from analysis.markets import MarketValues
from analysis.rules.evaluation import outcomes_of
from analysis.rules.parsed import ParsedRule
from analysis.step_series import ManySteps
from domain.alert_states import AlertState, Timing, opposite
from domain.moments import microseconds_of
from domain.rule_tree import Outcome, Term


@dataclass(slots=True)
class ManyMarkets:
    """The values of many markets. The moment with a number is one of the market with this number."""

    markets: Sequence[MarketValues]
    _series: dict[Term, ManySteps] = field(default_factory=dict)

    def series(self, term: Term) -> ManySteps:
        """The values of a term of each market."""
        series = self._series.get(term)
        if series is None:
            series = self._series[term] = ManySteps([market.series(term) for market in self.markets])
        return series


def evaluated_together(
    rule: ParsedRule,
    markets: Sequence[MarketValues],
    moments: Sequence[datetime],
    states: Sequence[AlertState],
    timing: Timing,
) -> Iterator[Sequence[Evaluated]]:
    """The change of the state of each market at its moment, as `evaluated` yields it. Rules of candles only."""
    source = ManyMarkets(markets)
    stamps = np.array([microseconds_of(moment) for moment in moments], dtype=np.int64)
    outcomes = outcomes_of(rule.holds, source, stamps).tolist()
    resolving = None if rule.resolves is None else outcomes_of(rule.resolves, source, stamps).tolist()
    for index, (outcome, state) in enumerate(zip(outcomes, states, strict=True)):
        if is_quiet(state, outcome):
            yield ()
            continue
        holds = Outcome(outcome)
        resolves = opposite(holds) if resolving is None else Outcome(resolving[index])
        change = change_at(rule, markets[index], moments[index], state, (holds, resolves), timing)
        yield () if change is None else (change,)
