"""Words of indicators and signals, the same on every page. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from analysis.watchlist import Signal, SignalState
from pages.shared.formats import UNKNOWN, number_text


@dataclass(frozen=True, slots=True)
class IndicatorWords:
    """An indicator on screen: its name in the figures, its heading, how it is written, and what it is."""

    name: str
    label: str
    write: Callable[[float], str]
    note: str


def _ratio_text(value: float) -> str:
    return f"{value:.2f}"


def _index_text(value: float) -> str:
    return f"{value:.1f}"


INDICATORS = (
    IndicatorWords("rsi_14", "RSI 14", _index_text, "Relative strength index, 0 to 100"),
    IndicatorWords("ema_10", "EMA 10", number_text, "Exponential mean of 10 closes"),
    IndicatorWords("ma_50", "MA 50", number_text, "Mean of 50 closes"),
    IndicatorWords("ma_200", "MA 200", number_text, "Mean of 200 closes"),
    IndicatorWords("atr_14", "ATR 14", number_text, "Average true range, in the quote currency"),
    IndicatorWords(
        "volume_ratio", "Vol. ratio", _ratio_text, "Volume of the newest candle over the mean of the 20 before"
    ),
)


def preset_text(name: str) -> str:
    """ "swing aggressive" for swing-aggressive."""
    return name.replace("-", " ")


def state_text(state: SignalState) -> str:
    """The state of one preset: "buy", "sell", "no signal", or a dash while it is unknown."""
    return _STATES.get(state, state.value)


_STATES = {SignalState.NONE: "no signal", SignalState.UNKNOWN: UNKNOWN}


def signals_text(signals: Sequence[Signal]) -> str:
    """ "Buy: swing aggressive", "no signal", or "4 of 6 unknown"."""
    firing: Mapping[SignalState, list[str]] = {SignalState.BUY: [], SignalState.SELL: []}
    for signal in signals:
        if signal.fires:
            firing[signal.state].append(preset_text(signal.preset))
    if any(firing.values()):
        return " · ".join(f"{state.capitalize()}: {', '.join(names)}" for state, names in firing.items() if names)
    unknown = sum(signal.state is SignalState.UNKNOWN for signal in signals)
    if unknown or not signals:
        return f"{unknown} of {len(signals)} unknown" if signals else UNKNOWN
    return state_text(SignalState.NONE)


def signal_hint(signal: Signal) -> str:
    """The suggested levels of a signal that fires, else why it is unknown."""
    if signal.levels is None:
        return signal.reason
    stop, take = number_text(signal.levels.stop), number_text(signal.levels.take_profit)
    return f"Arithmetic, not advice: stop {stop}, take profit {take}"
