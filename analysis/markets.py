"""The values of one market over time: candles, indicators and the prices that refreshes saw."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

import numpy as np

from analysis.candle_series import CandleSeries, Floats
from analysis.indicators import INDICATORS
from analysis.rules.catalogue import CANDLE_FIELDS
from analysis.step_series import StepSeries, nothing
from domain.moments import moment_of
from domain.rule_text import text_of
from domain.rule_tree import Term
from domain.timeframes import length_of, no_data_after

_MICROSECOND = timedelta(microseconds=1)
Computed = dict[Term, StepSeries]


def _nothing_computed() -> Mapping[str, Computed]:
    return defaultdict(dict)


@dataclass(slots=True)
class MarketValues:
    """The gap-free runs of candles by timeframe, and the seen prices.

    Indicators are computed once. `computed` keeps them by timeframe, and rules may share it.
    """

    runs: Mapping[str, Sequence[CandleSeries]]
    prices: StepSeries = field(default_factory=nothing)
    computed: Mapping[str, Computed] = field(default_factory=_nothing_computed)

    def series(self, term: Term) -> StepSeries:
        """The values of a term of a market. A candle counts from its close on."""
        if term.name == "price":
            return self.prices
        computed = self.computed[str(term.arguments[-1])]
        series = computed.get(term)
        if series is None:
            series = computed[term] = self._computed_series(term)
        return series

    def _computed_series(self, term: Term) -> StepSeries:
        timeframe = str(term.arguments[-1])
        step = length_of(timeframe) // _MICROSECOND
        runs = self.runs.get(timeframe, ())
        if not runs:
            return nothing(step)
        stands_for = no_data_after(timeframe) // _MICROSECOND
        times, values = runs[0].closed_at, _values(runs[0], term)
        if len(runs) > 1:
            times = np.concatenate([run.closed_at for run in runs])
            values = np.concatenate([_values(run, term) for run in runs])
        return StepSeries(times, values, stands_for, step, are_raw=term.name in INDICATORS)

    def reason(self, term: Term, moment: int) -> str:
        """The reason that a term is unknown: no candles, no news, or candles missing from its warm-up."""
        if term.name == "price":
            return self._reason_of_price(moment)
        timeframe, text = str(term.arguments[-1]), text_of(term)
        newest = self.series(term).newest_before(moment)
        if newest is None:
            return f"{text}: no {timeframe} candle is stored"
        if moment - newest > no_data_after(timeframe) // _MICROSECOND:
            return f"{text}: no data, the newest {timeframe} candle closed at {moment_of(newest):%d %b %H:%M} UTC"
        missing = self._missing(term, timeframe, newest)
        if missing > 0:
            return f"{text}: {missing} candles of {timeframe} are missing from its warm-up"
        return f"{text}: the exchange stated no value"

    def _reason_of_price(self, moment: int) -> str:
        newest = self.prices.newest_before(moment)
        if newest is None:
            return "no refresh has seen a price"
        return f"price: no data, the newest was seen at {moment_of(newest):%d %b %H:%M} UTC"

    def _missing(self, term: Term, timeframe: str, newest: int) -> int:
        warm_up = warm_up_of(term)
        run = next(run for run in self.runs[timeframe] if run.closed_at[0] <= newest <= run.closed_at[-1])
        return warm_up - 1 - int(np.searchsorted(run.closed_at, newest))


def warm_up_of(term: Term) -> int:
    """The number of candles that a term of a market needs. 0 for the seen price."""
    if term.name in INDICATORS:
        return INDICATORS[term.name].warm_up(*_parameters(term))
    return 1 if term.name in CANDLE_FIELDS else 0


def _values(run: CandleSeries, term: Term) -> Floats:
    if term.name in CANDLE_FIELDS:
        column: Floats = getattr(run, term.name)
        return column
    return INDICATORS[term.name].raw_values(run, *_parameters(term))


def _parameters(term: Term) -> tuple[float, ...]:
    return tuple(float(argument) for argument in term.arguments if isinstance(argument, Decimal))
