"""Signals and alerts on the Overview: one line, and only while something fires."""

from collections.abc import Collection, Iterable, Sequence

from analysis.watchlist import MarketFigures
from domain.alerts import Mute
from pages.components.leads.leads import draw_leads
from pages.components.leads.model import payload_of
from pages.live.recording import live_data, live_shape
from pages.overview.attention import Attention
from pages.overview.summary import follow_lead, lead_of
from pages.shared.alerts import Firing, end_of_second, load_firing, load_mutes
from pages.shared.failures import load_or
from pages.shared.formats import count_text
from pages.shared.market_figures import are_worked_out, load_figures, load_watched, markets_of
from pages.shared.scene import Scene
from pages.shared.signal_words import signals_text

_NO_ADVICE = "Signals are arithmetic over closed candles, not advice"


def show_signals(scene: Scene) -> None:
    """The line, nothing if nothing fires. Raises DatabaseUnavailable."""
    live_shape("signals_shown", scene, signals_shape)
    if signals_shape(scene):
        draw_leads(live_data("signals", scene, signals_payload), "signals", follow_lead)


def signals_shape(scene: Scene) -> str:
    """ "signals" while something fires, else "". Raises DatabaseUnavailable."""
    return "signals" if signal_lines(scene) else ""


def signals_payload(scene: Scene) -> bytes:
    """The line as the browser gets it. Raises DatabaseUnavailable."""
    return payload_of([lead_of(line, scene.view) for line in signal_lines(scene)], is_row=True)


def signal_lines(scene: Scene, *, at_once: bool = False) -> Sequence[Attention]:
    """The alerts that fire, then the signals. They share one line. Raises DatabaseUnavailable.

    `at_once` leaves out signals that would have to be worked out first.
    """
    firing = load_or(Firing(), lambda: load_firing(scene.view.as_of))
    markets = markets_of(scene, load_or((), load_watched))
    figures = {} if at_once and not are_worked_out(markets, scene.at) else load_figures(markets, scene.at)
    mutes = load_or((), lambda: load_mutes(end_of_second(scene.at))) if firing.count else ()
    alerts = alert_lines(firing, mutes)
    return [*alerts, *market_lines(figures.values(), is_alone=not alerts)]


def alert_lines(firing: Firing, mutes: Collection[Mute]) -> Sequence[Attention]:
    """ "2 alerts fire, 1 muted: high (BTC/USD)" and "and 1 more". It leads to Alerts. Muted ones are not named."""
    names = firing.names(mutes)
    muted = firing.count - len(names)
    if not names:
        return [Attention(_count(muted, "muted "), "alerts")] if muted else []
    words = f"{_count(len(names))}{f', {muted} muted' if muted else ''}: {names[0]}"
    return [Attention(words, "alerts", warns=True, tail=_more(len(names)))]


def _count(count: int, kind: str = "") -> str:
    return f"{count} {kind}{'alert fires' if count == 1 else 'alerts fire'}"


def market_lines(figures: Iterable[MarketFigures], *, is_alone: bool) -> Sequence[Attention]:
    """ "Signals: BTC/USD Buy: swing aggressive", which leads to the coin, and "and 1 more", which leads to Watchlist.

    On a phone a line of signals that is not alone has room for their number.
    """
    markets = [market for market in figures if any(signal.fires for signal in market.signals)]
    if not markets:
        return []
    first, count = markets[0], count_text(len(markets), "signal")
    words = f"{'Signal' if len(markets) == 1 else 'Signals'}: {first.symbol} {signals_text(first.signals)}"
    coin = (("coin", first.symbol.partition("/")[0]),)
    short = "" if is_alone else count
    if len(markets) == 1:
        return [Attention(words, "coin", coin, short=short, why=_NO_ADVICE)]
    return [
        Attention(words, "coin", coin, is_wide=not is_alone, why=_NO_ADVICE),
        Attention(_more(len(markets)), "watchlist", short=short, why=_NO_ADVICE),
    ]


def _more(count: int) -> str:
    return f"and {count - 1} more" if count > 1 else ""
