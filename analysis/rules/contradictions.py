"""Rules that can never hold, or that always hold, whatever the market does.

A rule is written as alternatives of leaves that must all hold. Within an alternative, comparisons of one value with
numbers leave an interval. An empty interval contradicts itself: rsi < 30 and rsi >= 30.
"""

from dataclasses import dataclass
from decimal import Decimal
from itertools import product

from analysis.rules.catalogue import CATALOGUE
from domain.rule_text import text_of
from domain.rule_tree import All, Any, Comparison, Condition, Not, Number, Term, Value

_MOST_ALTERNATIVES = 64
MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "="}
_NEGATED = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}
_INFINITE = Decimal("Infinity")


@dataclass(frozen=True, slots=True)
class _Interval:
    """The values that a term may have: from `least` to `most`, open at an excluded end."""

    least: Decimal = -_INFINITE
    most: Decimal = _INFINITE
    has_least: bool = True
    has_most: bool = True

    def within(self, operator: str, number: Decimal) -> "_Interval":
        lower, has_least, upper, has_most = self.least, self.has_least, self.most, self.has_most
        if operator in (">", ">=", "=") and (number, operator == ">") > (lower, not has_least):
            lower, has_least = number, operator != ">"
        if operator in ("<", "<=", "=") and (-number, operator == "<") > (-upper, not has_most):
            upper, has_most = number, operator != "<"
        return _Interval(lower, upper, has_least, has_most)

    @property
    def is_empty(self) -> bool:
        return self.least > self.most or (self.least == self.most and not (self.has_least and self.has_most))


def contradiction_in(condition: Condition) -> str | None:
    """The reason that a rule can never hold, in one line. None if nothing forbids it, or if it is too long to tell."""
    alternatives = _alternatives(condition, is_negated=False)
    if alternatives is None:
        return None
    reasons = [_conflict(alternative) for alternative in alternatives]
    if not reasons or any(reason is None for reason in reasons):
        return None
    return f"the rule can never hold: {reasons[0]}"


def certainty_in(condition: Condition) -> str | None:
    """The reason that a rule always holds. None if some values would end it."""
    reason = contradiction_in(Not(condition))
    return None if reason is None else reason.replace("can never hold", "always holds, since its opposite cannot", 1)


def _alternatives(condition: Condition, *, is_negated: bool) -> list[tuple[Condition, ...]] | None:
    """The disjunctive form of a condition. None above the limit of alternatives."""
    match condition:
        case Not(branch):
            return _alternatives(branch, is_negated=not is_negated)
        case All(parts) | Any(parts):
            forms = [_alternatives(branch, is_negated=is_negated) for branch in parts]
            limited = [form for form in forms if form is not None]
            if len(limited) < len(forms):
                return None
            if isinstance(condition, Any) is not is_negated:
                joined = [alternative for form in limited for alternative in form]
            else:
                joined = [tuple(leaf for leaves in parts for leaf in leaves) for parts in product(*limited)]
            return joined if len(joined) <= _MOST_ALTERNATIVES else None
    return [(Not(condition) if is_negated else condition,)]


def _conflict(leaves: tuple[Condition, ...]) -> str | None:
    """The first comparison that leaves no value, or a leaf that stands beside its opposite."""
    opposites = {text_of(leaf.part) for leaf in leaves if isinstance(leaf, Not)}
    for leaf in leaves:
        if text_of(leaf) in opposites:
            return f"{text_of(leaf)} stands beside its opposite"
    intervals: dict[str, _Interval] = {}
    for leaf in leaves:
        limit = _limit_of(leaf)
        if limit is None:
            continue
        value, operator, number = limit
        before = intervals.get(text_of(value), _bounds_of(value))
        after = intervals[text_of(value)] = before.within(operator, number)
        if after.is_empty:
            return f"no value of {text_of(value)} meets {text_of(leaf)}{_beside(leaves, leaf, value)}"
    return None


def _beside(leaves: tuple[Condition, ...], leaf: Condition, value: Value) -> str:
    others = [other for other in leaves if other is not leaf and (_limit_of(other) or (None,))[0] == value]
    return " and ".join(["", *(text_of(other) for other in others[:2])])


def _limit_of(leaf: Condition) -> tuple[Value, str, Decimal] | None:
    """A comparison with a number as (value, operator, number)."""
    is_negated = isinstance(leaf, Not)
    node = leaf.part if isinstance(leaf, Not) else leaf
    match node:
        case Comparison(Number(number), operator, value) if not isinstance(value, Number):
            operator = MIRRORED[operator]
        case Comparison(value, operator, Number(number)):
            pass
        case _:
            return None
    if is_negated:
        if operator not in _NEGATED:
            return None
        operator = _NEGATED[operator]
    return value, operator, number


def _bounds_of(value: Value) -> _Interval:
    kind = CATALOGUE[value.name] if isinstance(value, Term) else None
    lower = None if kind is None else kind.least
    upper = None if kind is None else kind.most
    return _Interval(
        -_INFINITE if lower is None else Decimal(str(lower)), _INFINITE if upper is None else Decimal(str(upper))
    )
