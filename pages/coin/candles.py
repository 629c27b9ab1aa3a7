"""Candles of one market: with own orders, cost, fills, means, signals and alerts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from analysis.candle_series import series_of
from analysis.indicators import INDICATORS
from db.reads.fills import FillRow
from domain.candles import Candle
from domain.timeframes import length_of
from pages.coin.parts import load_coin, load_coin_fills
from pages.coin.signals import alert_levels, alert_marks, load_market_events, signal_marks
from pages.coin.view import HEIGHT, CoinFacts, candle_chart, overlay
from pages.components.chart.chart import draw_chart
from pages.components.chart.model import Level, Line, Mark, payload_of
from pages.live.recording import live_data, live_shape
from pages.shared.alerts import load_rules
from pages.shared.failures import load_or
from pages.shared.loaders import cached
from pages.shared.market_data import load_candles
from pages.shared.market_figures import load_signals
from pages.shared.scene import Scene
from pages.shared.view import View
from pages.shared.widgets import show_empty

COUNTS = ("240", "1000")
# The overlays of the field's usual charts, each with its lines. Their warm-up is fetched beside the drawn candles.
OVERLAYS: Mapping[str, tuple[tuple[str, tuple[float, ...]], ...]] = {
    "EMA 10": (("ema", (10,)),),
    "MA 50": (("sma", (50,)),),
    "MA 200": (("sma", (200,)),),
    "Bollinger 20": (("bollinger_upper", (20, 2)), ("bollinger_lower", (20, 2))),
}
_WARM_UP = 200


@dataclass(frozen=True, slots=True)
class Drawn:
    """The choices of the viewer: market (venue and symbol), candles, overlays and the preset of the marks."""

    market: tuple[str, str]
    timeframe: str
    count: int
    overlays: tuple[str, ...]
    preset: str | None


def show_candles(scene: Scene, coin: str, drawn: Drawn) -> None:
    """The chart, or the reason why there is none. Raises DatabaseUnavailable."""
    live_shape("candles_shown", scene, candles_shape, drawn)
    if not candles_shape(scene, drawn):
        hint = "The refresher fetches candles of every market that is held, ordered or added, the newest first."
        show_empty("No candles are stored yet", None, scene.view, hint)
        return
    draw_chart(live_data("candles", scene, candles_payload, coin, drawn), "candles_chart", HEIGHT)


def candles_shape(scene: Scene, drawn: Drawn) -> str:
    """ "candles" if any are stored, else "". Raises DatabaseUnavailable."""
    return "candles" if _candles(scene, drawn) else ""


def _candles(scene: Scene, drawn: Drawn) -> Sequence[Candle]:
    """The drawn candles, with those before them that overlays need. Raises DatabaseUnavailable."""
    venue, symbol = drawn.market
    count = drawn.count + (_WARM_UP if drawn.overlays else 0)
    return load_candles(venue, symbol, drawn.timeframe, count, scene.at)


def candles_payload(scene: Scene, coin: str, drawn: Drawn) -> bytes:
    """The chart as the browser gets it. Raises DatabaseUnavailable."""
    candles, facts, symbol = _candles(scene, drawn), load_coin(scene, coin), drawn.market[1]
    # Without the fills, rules or events the candles are drawn all the same.
    fills = load_or((), lambda: load_coin_fills(scene, coin))
    levels = tuple(load_or((), lambda: _alert_levels(scene, symbol)))
    marks = tuple(load_or((), lambda: _marks(scene, drawn, candles[-drawn.count :])))
    # A thousand candles take a tenth of a second to describe.
    range_drawn = (candles[0].at, candles[-1].at, len(candles), hash((drawn, levels, marks, scene.view)))
    key = (scene.key, scene.past_key, coin, range_drawn, len(fills))
    of_symbol = [row for row in fills if row.fill.symbol == symbol]
    return cached(_payload, key, candles, drawn, facts, of_symbol, levels, marks, scene.view)


def _payload(
    candles: Sequence[Candle],
    drawn: Drawn,
    facts: CoinFacts,
    fills: Sequence[FillRow],
    levels: Sequence[Level],
    marks: Sequence[Mark],
    view: View,
) -> bytes:
    lines = [
        line for number, name in enumerate(drawn.overlays) for line in _overlay(name, candles, drawn.count, number)
    ]
    chart = candle_chart(candles[-drawn.count :], drawn.market, facts, fills, lines, view)
    return payload_of(replace(chart, levels=[*chart.levels, *levels], marks=[*chart.marks, *marks]))


def _alert_levels(scene: Scene, symbol: str) -> Sequence[Level]:
    """The levels of today's rules. A rule of the past is not stored by moment."""
    return alert_levels(load_rules(), symbol) if scene.is_now else ()


def _marks(scene: Scene, drawn: Drawn, candles: Sequence[Candle]) -> Sequence[Mark]:
    """The signals and alerts since the first candle."""
    venue, symbol = drawn.market
    length = length_of(drawn.timeframe)
    closes = [(candle.at + length, float(candle.close)) for candle in candles]
    marks = alert_marks(load_market_events(venue, symbol, scene.at), closes)
    if drawn.preset is not None:
        fired = load_signals(venue, symbol, drawn.preset, candles[0].at + length, scene.at)
        marks += signal_marks(fired, drawn.preset)
    return marks


def _overlay(name: str, candles: Sequence[Candle], count: int, number: int) -> Iterator[Line]:
    """The lines of an overlay over the newest candles. Each starts again after a gap."""
    runs = series_of(candles, candles[0].timeframe)
    for indicator, parameters in OVERLAYS[name]:
        values = np.concatenate([INDICATORS[indicator].values(run, *parameters) for run in runs])
        recorded = [None if np.isnan(value) else float(value) for value in values]
        yield overlay(name, candles[-count:], recorded[-count:], number)
