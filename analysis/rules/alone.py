"""The comparison that held a rule back: the one that alone kept it from holding."""

import numpy as np

from analysis.candle_series import Moments
from analysis.rules.evaluation import Outcomes, outcomes_of
from analysis.rules.values import Source
from domain.rule_text import text_of
from domain.rule_tree import All, Any, Condition, Not, Outcome

_YES = int(Outcome.YES)


def held_back_alone(
    condition: Condition, source: Source, moments: Moments, outcomes: Outcomes
) -> tuple[tuple[str, int], ...]:
    """How often each comparison alone kept a rule from holding, the most frequent first.

    A comparison did so at a moment if the rule did not hold, and would have held with the opposite outcome of it.
    """
    leaves = list(_leaves(condition))
    columns = [outcomes_of(leaf, source, moments) for leaf in leaves]
    counts: dict[str, int] = {}
    for index, leaf in enumerate(leaves):
        flipped = [(2 - column).astype(np.int8) if i == index else column for i, column in enumerate(columns)]
        would_hold, rest = _joined(condition, flipped)
        assert not rest
        text = text_of(leaf)
        counts[text] = counts.get(text, 0) + int(((outcomes != _YES) & (would_hold == _YES)).sum())
    ranked = sorted(counts.items(), key=lambda item: -item[1])
    return tuple((text, count) for text, count in ranked if count)


def _leaves(condition: Condition) -> list[Condition]:
    match condition:
        case All(parts) | Any(parts):
            return [leaf for part in parts for leaf in _leaves(part)]
        case Not(part):
            return _leaves(part)
    return [condition]


def _joined(condition: Condition, columns: list[Outcomes]) -> tuple[Outcomes, list[Outcomes]]:
    """The outcome of a tree whose leaves have these columns, and the columns that are not used."""
    match condition:
        case Not(part):
            outcomes, rest = _joined(part, columns)
            return (2 - outcomes).astype(np.int8), rest
        case All(parts) | Any(parts):
            join = np.minimum if isinstance(condition, All) else np.maximum
            outcomes, rest = _joined(parts[0], columns)
            for part in parts[1:]:
                other, rest = _joined(part, rest)
                outcomes = join(outcomes, other)
            return outcomes, rest
    return columns[0], columns[1:]
