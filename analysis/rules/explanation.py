"""The tree of a rule at one moment, with the values, the distance and the outcome of each part."""

from dataclasses import dataclass
from math import isnan

import numpy as np

from analysis.rules.evaluation import outcomes_of
from analysis.rules.units import unit_of
from analysis.rules.values import Source, values_at
from domain.rule_terms import Unit
from domain.rule_text import text_of
from domain.rule_tree import Comparison, Condition, Crosses, Holds, Not, Outcome, Trend, Value, terms_of


@dataclass(frozen=True, slots=True)
class Explained:
    """One condition at a moment. `left` and `right` are its values, None if unknown or if it has none.

    `distance` is left less right, and `relative` the same over the right value. `reasons` tell why values are unknown.
    `unit` is that of both values, if it is a share or seconds.
    """

    text: str
    outcome: Outcome
    left: float | None = None
    right: float | None = None
    distance: float | None = None
    relative: float | None = None
    reasons: tuple[str, ...] = ()
    parts: tuple["Explained", ...] = ()
    unit: Unit | None = None


def explained(condition: Condition, source: Source, moment: int) -> Explained:
    """The condition with the values at a moment (microseconds since 1970)."""
    moments = np.array([moment], dtype=np.int64)
    outcome = Outcome(int(outcomes_of(condition, source, moments)[0]))
    text = text_of(condition)
    if isinstance(condition, Comparison | Crosses):
        return _with_sides(condition, source, moment, outcome)
    if isinstance(condition, Trend):
        left = _value(condition.value, source, moment)
        reasons = _reasons(condition, source, moment, outcome)
        return Explained(text, outcome, left, reasons=reasons, unit=_named_unit(condition.value))
    if isinstance(condition, Holds):
        return Explained(text, outcome, reasons=_reasons(condition, source, moment, outcome))
    parts = (condition.part,) if isinstance(condition, Not) else condition.parts
    return Explained(text, outcome, parts=tuple(explained(child, source, moment) for child in parts))


def obstacles(tree: Explained, hoped: Outcome = Outcome.YES) -> tuple[Explained, ...]:
    """The leaves that keep a condition from its hoped outcome, the nearest to it first."""
    if tree.outcome is hoped:
        return ()
    if not tree.parts:
        return (tree,)
    if tree.text.startswith("not ") and len(tree.parts) == 1:
        hoped = Outcome(Outcome.YES - hoped)
    leaves = [leaf for child in tree.parts for leaf in obstacles(child, hoped)]
    return tuple(sorted(leaves, key=lambda leaf: abs(leaf.relative) if leaf.relative is not None else float("inf")))


def _with_sides(node: Comparison | Crosses, source: Source, moment: int, outcome: Outcome) -> Explained:
    left, right = _value(node.left, source, moment), _value(node.right, source, moment)
    distance = None if left is None or right is None else left - right
    relative = None if distance is None or not right else distance / abs(right)
    reasons = _reasons(node, source, moment, outcome)
    unit = _named_unit(node.left) or _named_unit(node.right)
    return Explained(text_of(node), outcome, left, right, distance, relative, reasons, unit=unit)


def _named_unit(value: Value) -> Unit | None:
    unit = unit_of(value)
    return unit if unit in (Unit.SHARE, Unit.SECONDS) else None


def _value(value: Value, source: Source, moment: int) -> float | None:
    number = float(values_at(value, source, np.array([moment], dtype=np.int64))[0])
    return None if isnan(number) else number


def _reasons(node: Condition, source: Source, moment: int, outcome: Outcome) -> tuple[str, ...]:
    if outcome is not Outcome.UNKNOWN:
        return ()
    unknown = [term for term in dict.fromkeys(terms_of(node)) if _value(term, source, moment) is None]
    reasons = tuple(dict.fromkeys(source.reason(term, moment) for term in unknown))
    return reasons or ("the values of the steps before are not known",)


def leaves_of(tree: Explained) -> tuple[Explained, ...]:
    """The comparisons of an explained tree, from left to right."""
    return tuple(leaf for child in tree.parts for leaf in leaves_of(child)) if tree.parts else (tree,)
