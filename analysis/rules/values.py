"""Values of a rule at many moments at once, and the steps by which crossings and trends are counted."""

from datetime import timedelta
from typing import Protocol

import numpy as np

from analysis.candle_series import Flags, Floats, Moments
from analysis.rounding import rounded
from analysis.step_series import StepSeries, ValueSeries
from domain.rule_tree import Arithmetic, Change, Node, Number, Term, Value, terms_of

_MICROSECOND = timedelta(microseconds=1)


class Columns(Protocol):
    """The values that a rule can use."""

    def series(self, term: Term) -> ValueSeries:
        """The values of a term over time. Never raises for a term that suits the subject."""


class Source(Columns, Protocol):
    """The values that a rule can use about one subject."""

    def reason(self, term: Term, moment: int) -> str:
        """The reason that a term is unknown at a moment, in plain words."""


def values_at(value: Value, source: Columns, moments: Moments) -> Floats:
    """A value at each moment, with 8 significant digits. NaN where it is unknown."""
    match value:
        case Number(number):
            return np.full(len(moments), float(number))
        case Term():
            return source.series(value).at(moments)
        case Change(changed, span):
            before = values_at(changed, source, moments - span // _MICROSECOND)
            return _divided(values_at(changed, source, moments) - before, np.abs(before))
        case Arithmetic(left, operator, right):
            return _joined(operator, values_at(left, source, moments), values_at(right, source, moments))


def _joined(operator: str, left: Floats, right: Floats) -> Floats:
    match operator:
        case "+":
            return rounded(left + right)
        case "-":
            return rounded(left - right)
        case "*":
            return rounded(left * right)
        case _:
            return _divided(left, right)


def _divided(left: Floats, right: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return rounded(np.where(right == 0, np.nan, left / right))


class Steps:
    """The moments at which a part of a rule moves: closes of its shortest candles, or changes of its values."""

    def __init__(self, node: Node, source: Columns) -> None:
        series = [source.series(term) for term in terms_of(node)]
        length = min((item.step for item in series if item.step is not None), default=None)
        # All candles of one timeframe close at the same moments.
        self._candles = None if length is None else next(item for item in series if item.step == length)
        times = [item.times for item in series if isinstance(item, StepSeries)]
        self._times = np.unique(np.concatenate([*times, np.empty(0, np.int64)])) if length is None else None

    def before(self, moments: Moments, count: int) -> tuple[Moments, Flags]:
        """The step `count` steps older than the newest at each moment, and where one exists."""
        if self._candles is not None:
            return self._candles.candle_before(moments, count)
        assert self._times is not None
        older = np.searchsorted(self._times, moments, side="right") - 1 - count
        exists = older >= 0
        return (self._times[np.maximum(older, 0)] if len(self._times) else moments), exists
