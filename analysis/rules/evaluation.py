"""Evaluation of a rule at many moments at once. Live evaluation is the same code with one moment."""

from functools import reduce

import numpy as np
from numpy.typing import NDArray

from analysis.candle_series import Flags, Floats, Moments
from analysis.rules.values import Columns, Steps, values_at
from domain.rule_tree import All, Any, Comparison, Condition, Crosses, Holds, Not, Outcome, Trend

Outcomes = NDArray[np.int8]  # of Outcome
_UNKNOWN, _YES = int(Outcome.UNKNOWN), int(Outcome.YES)
_OPERATORS = {"<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal, "=": np.equal}


def outcomes_of(condition: Condition, source: Columns, moments: Moments) -> Outcomes:
    """Outcome of a condition at each moment. A moment uses only facts known at it."""
    match condition:
        case All(parts):
            return reduce(np.minimum, (outcomes_of(branch, source, moments) for branch in parts))
        case Any(parts):
            return reduce(np.maximum, (outcomes_of(branch, source, moments) for branch in parts))
        case Not(branch):
            return np.int8(_YES) - outcomes_of(branch, source, moments)
        case Comparison(left, operator, right):
            return compared(operator, values_at(left, source, moments), values_at(right, source, moments))
        case Crosses():
            return _crossed(condition, source, moments)
        case Trend():
            return _trended(condition, source, moments)
        case Holds(term):
            values = source.series(term).at(moments)
            return _outcomes(values != 0, np.isnan(values))


def compared(operator: str, left: Floats, right: Floats) -> Outcomes:
    """The outcome of comparing two columns of values."""
    holds = _OPERATORS[operator](left, right)
    return _outcomes(holds, np.isnan(left) | np.isnan(right))


def _outcomes(holds: Flags, is_unknown: Flags) -> Outcomes:
    outcomes: Outcomes = holds.astype(np.int8) * np.int8(_YES)
    outcomes[is_unknown] = _UNKNOWN
    return outcomes


def _crossed(node: Crosses, source: Columns, moments: Moments) -> Outcomes:
    """The left value was at or beyond the right one a step ago, and is on the named side now."""
    times, exists = Steps(node, source).before(moments, 1)
    now = values_at(node.left, source, moments) - values_at(node.right, source, moments)
    before = values_at(node.left, source, times) - values_at(node.right, source, times)
    sign = 1 if node.side == "above" else -1
    holds = (sign * now > 0) & (sign * before <= 0)
    return _outcomes(holds, np.isnan(now) | np.isnan(before) | ~exists)


def _trended(node: Trend, source: Columns, moments: Moments) -> Outcomes:
    """The value moved in the named direction at each of the newest steps."""
    steps, sign = Steps(node, source), 1 if node.direction == "rising" else -1
    after = values_at(node.value, source, moments)
    holds, is_unknown = np.ones(len(moments), dtype=bool), np.isnan(after)
    for count in range(1, node.steps + 1):
        times, exists = steps.before(moments, count)
        earlier = values_at(node.value, source, times)
        holds &= sign * (after - earlier) > 0
        is_unknown |= np.isnan(earlier) | ~exists
        after = earlier
    return _outcomes(holds, is_unknown)
