"""The kind of subject that a rule is about, by the terms that it uses."""

from datetime import timedelta

from analysis.rules.catalogue import CATALOGUE
from analysis.rules.errors import RuleError
from domain.rule_terms import BELONGS_TO, Subject
from domain.rule_tree import Condition, Crosses, Node, Term, Trend, parts_of, spans_of, terms_of


def subject_kind(*conditions: Condition) -> Subject:
    """The most specific subject of the terms. A rule about an account and a market is about its holdings.

    Raises RuleError if no subject has all terms.
    """
    kinds = {CATALOGUE[term.name].subject for condition in conditions for term in terms_of(condition)}
    for kind in (Subject.ORDER, Subject.POSITION, Subject.HOLDING, Subject.SOURCE):
        if kind in kinds:
            others = kinds - {kind} - BELONGS_TO[kind]
            if others:
                names = " and ".join(sorted(f"a {other.value}" for other in (kind, *others)))
                raise RuleError(f"no subject has terms of {names}: write two rules")
            return kind
    if kinds == {Subject.ACCOUNT, Subject.MARKET}:
        return Subject.HOLDING
    return next(iter(kinds))


def timeframes_of(*conditions: Condition) -> frozenset[str]:
    """The timeframes of the candles that a rule reads."""
    return frozenset(
        str(term.arguments[-1])
        for condition in conditions
        for term in terms_of(condition)
        if CATALOGUE[term.name].subject is Subject.MARKET and term.name != "price"
    )


def is_of_candles(*conditions: Condition) -> bool:
    """True if a rule changes at closes of candles only, and not with each refresh."""
    terms = [term for condition in conditions for term in terms_of(condition)]
    return all(CATALOGUE[term.name].subject is Subject.MARKET and term.name != "price" for term in terms)


def steps_of(node: Node) -> int:
    """How many refreshes before the newest a rule looks at."""
    personal = node.steps if isinstance(node, Trend) else 1 if isinstance(node, Crosses) else 0
    return max([personal, *(steps_of(child) for child in parts_of(node))])


def looks_back(*conditions: Condition) -> tuple[timedelta, ...]:
    """The spans before now whose values a rule reads, and those of its nested changes together."""
    spans = {span for condition in conditions for span in spans_of(condition)}
    return tuple(sorted(spans))


def term_spans(name: str, *conditions: Condition) -> frozenset[timedelta]:
    """The spans that rules give to a term, as in drawdown(30d)."""
    return frozenset(
        argument
        for condition in conditions
        for term in terms_of(condition)
        if term.name == name
        for argument in term.arguments
        if isinstance(argument, timedelta)
    )


def event_span(*conditions: Condition) -> timedelta:
    """The longest span of an event in a rule, zero without events."""
    spans = [
        argument
        for condition in conditions
        for term in terms_of(condition)
        if _is_event(term)
        for argument in term.arguments
        if isinstance(argument, timedelta)
    ]
    return max(spans, default=timedelta(0))


def ends_by_itself(*conditions: Condition) -> bool:
    """True if a rule asks for events alone. It holds for their span, and its end is no news."""
    return all(_is_event(term) for condition in conditions for term in terms_of(condition))


def _is_event(term: Term) -> bool:
    return CATALOGUE[term.name].parameters != () and CATALOGUE[term.name].unit.value == "condition"
