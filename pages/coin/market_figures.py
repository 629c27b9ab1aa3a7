"""Indicators and presets of one market at the newest close."""

from collections.abc import Iterable

from analysis.watchlist import MarketFigures, Signal, SignalState
from pages.shared.formats import UNKNOWN, number_text
from pages.shared.market_figures import load_venue
from pages.shared.scene import Scene
from pages.shared.signal_words import INDICATORS, preset_text, signal_hint
from pages.shared.widgets_html import Kpi, kpis_html


def market_figures_html(scene: Scene, market: tuple[str, str], timeframe: str) -> str:
    """A figure for each indicator and each preset. Raises DatabaseUnavailable."""
    figures = load_venue(market[0], (market[1],), scene.at)[market]
    return kpis_html([*indicator_kpis(figures, timeframe), *signal_kpis(figures.signals)])


def indicator_kpis(figures: MarketFigures, timeframe: str) -> Iterable[Kpi]:
    """The indicators of a timeframe. An unknown one says how many candles are missing."""
    for indicator in INDICATORS:
        figure = figures.indicators[timeframe][indicator.name]
        text = UNKNOWN if figure.value is None else indicator.write(figure.value)
        yield Kpi(indicator.label, text, f"{timeframe} candles", figure.reason)


def signal_kpis(signals: Iterable[Signal]) -> Iterable[Kpi]:
    """The presets. One that fires names its levels."""
    for signal in signals:
        text = UNKNOWN if signal.state is SignalState.UNKNOWN else signal.state.capitalize()
        note = ""
        if signal.levels is not None:
            note = f"stop {number_text(signal.levels.stop)} · target {number_text(signal.levels.take_profit)}"
        yield Kpi(preset_text(signal.preset).capitalize(), text, note, signal_hint(signal))
