"""All terms of the language: the fields of candles, the indicators and the terms of accounts."""

from collections.abc import Mapping

from analysis.indicators import INDICATORS, Indicator
from domain.rule_terms import ACCOUNT_TERMS, Parameter, ParameterKind, Subject, TermKind, Unit

_TIMEFRAME = Parameter("timeframe", ParameterKind.TIMEFRAME, "1h")
CANDLE_FIELDS = ("open", "high", "low", "close", "volume")
_INDEXES = frozenset({"rsi", "adx", "stochastic_k", "stochastic_d"})  # 0 to 100
_QUANTITIES = frozenset({"volume_ratio"})


def _field_kind(name: str) -> TermKind:
    unit = Unit.QUANTITY if name == "volume" else Unit.PRICE
    return TermKind(name, Subject.MARKET, unit, f"{name} of the newest closed candle", (_TIMEFRAME,), least=0)


def _indicator_kind(indicator: Indicator) -> TermKind:
    parameters = tuple(
        Parameter(name, ParameterKind.FACTOR if name == "width" else ParameterKind.COUNT, f"{default:g}")
        for name, default in indicator.defaults.items()
    )
    is_index = indicator.name in _INDEXES
    unit = Unit.INDEX if is_index else Unit.QUANTITY if indicator.name in _QUANTITIES else Unit.PRICE
    bounds = {"least": 0.0, "most": 100.0} if is_index else {}
    return TermKind(indicator.name, Subject.MARKET, unit, indicator.description, (*parameters, _TIMEFRAME), **bounds)


CATALOGUE: Mapping[str, TermKind] = {
    **{name: _field_kind(name) for name in CANDLE_FIELDS},
    **{name: _indicator_kind(indicator) for name, indicator in INDICATORS.items()},
    **ACCOUNT_TERMS,
}
