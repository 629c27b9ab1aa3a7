"""A parsed rule: its conditions, and what has to be read to evaluate them."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property, lru_cache

from analysis.rules.catalogue import CATALOGUE
from analysis.rules.contradictions import certainty_in, contradiction_in
from analysis.rules.parser import parse_rule
from analysis.rules.subject_kind import (
    ends_by_itself,
    event_span,
    is_of_candles,
    looks_back,
    steps_of,
    subject_kind,
    term_spans,
)
from analysis.rules.subject_kind import timeframes_of as timeframes_in
from domain.rule_terms import Subject, Unit
from domain.rule_tree import Condition, terms_of
from domain.timeframes import no_data_after, shortest_of


@dataclass(frozen=True)
class ParsedRule:
    """The conditions of a rule. `resolves` is None for the opposite of `holds`."""

    holds: Condition
    resolves: Condition | None
    kind: Subject

    @property
    def conditions(self) -> tuple[Condition, ...]:
        return (self.holds,) if self.resolves is None else (self.holds, self.resolves)

    @cached_property
    def timeframes(self) -> frozenset[str]:
        """The timeframes of the candles that it reads."""
        return timeframes_in(*self.conditions)

    @cached_property
    def is_of_candles(self) -> bool:
        """True if it changes at closes of candles only."""
        return is_of_candles(*self.conditions)

    @cached_property
    def late_after(self) -> timedelta:
        """The age of a close beyond which its events came late. A rule that reads prices has no late events."""
        return no_data_after(shortest_of(self.timeframes)) if self.is_of_candles else timedelta.max

    @cached_property
    def steps(self) -> int:
        """How many refreshes before the newest it reads."""
        return max(steps_of(condition) for condition in self.conditions)

    @cached_property
    def spans(self) -> tuple[timedelta, ...]:
        """How long before each moment it reads values, as change(price, 1d) does."""
        return looks_back(*self.conditions)

    @cached_property
    def event_span(self) -> timedelta:
        """How long before each moment it reads events."""
        return event_span(*self.conditions)

    @cached_property
    def term_names(self) -> frozenset[str]:
        """The names of all terms."""
        return frozenset(term.name for condition in self.conditions for term in terms_of(condition))

    @cached_property
    def is_of_events(self) -> bool:
        """True if it asks only for endings of orders, so that open orders need no evaluation."""
        return all(CATALOGUE[name].unit is Unit.CONDITION for name in self.term_names)

    @cached_property
    def ends_by_itself(self) -> bool:
        """True if it asks for events alone, so that its end is no news."""
        return ends_by_itself(*self.conditions)

    @cached_property
    def drawdown_spans(self) -> frozenset[timedelta]:
        return term_spans("drawdown", *self.conditions)


@lru_cache(maxsize=2000)
def parsed_rule(text: str, resolves: str | None = None) -> ParsedRule:
    """The parsed rule of a text. Raises RuleError with the place, the word and the remedy."""
    holds = parse_rule(text)
    ends = None if resolves is None else parse_rule(resolves)
    conditions = (holds,) if ends is None else (holds, ends)
    return ParsedRule(holds, ends, subject_kind(*conditions))


def warning_of(rule: ParsedRule) -> str | None:
    """A line about a rule that can never hold or always holds. None if neither is certain."""
    return contradiction_in(rule.holds) or certainty_in(rule.holds)
