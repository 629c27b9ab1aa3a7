"""Signals and alerts on the Overview: one line, and only while something fires."""

from collections.abc import Collection, Iterable
from urllib.parse import urlencode

import streamlit as st

from analysis.watchlist import MarketFigures
from domain.alerts import Mute
from pages.live.recording import live_shape
from pages.shared.alerts import Firing, end_of_second, load_firing, load_mutes
from pages.shared.failures import load_or
from pages.shared.market_figures import load_figures, load_watched, markets_of
from pages.shared.scene import Scene
from pages.shared.signal_words import signals_text

MOST = 2


def show_signals(scene: Scene) -> None:
    """The line, nothing if nothing fires. Raises DatabaseUnavailable."""
    live_shape("signals", scene, line_of)
    if text := line_of(scene):
        st.markdown(text, help="Signals are arithmetic over closed candles, not advice")


def line_of(scene: Scene) -> str:
    """The line in Markdown. Raises DatabaseUnavailable."""
    firing = load_or(Firing(), lambda: load_firing(scene.view.as_of))
    figures = load_figures(markets_of(scene, load_or((), load_watched)), scene.at)
    mutes = load_or((), lambda: load_mutes(end_of_second(scene.at))) if firing.count else ()
    parts = [alerts_text(firing, mutes), market_signals_text(figures.values())]
    return " · ".join(section for section in parts if section)


def alerts_text(firing: Firing, mutes: Collection[Mute]) -> str:
    """ "2 alerts fire, 1 muted: high (BTC/USD), low (ETH/USD)", with a link. Muted ones are not named."""
    names = firing.names(mutes)
    muted = firing.count - len(names)
    if not names:
        return f"**[{_count(muted, 'muted ')}](alerts)**" if muted else ""
    more = f", {muted} muted" if muted else ""
    return f"**[{_count(len(names))}{more}](alerts)**: {_listed([_plain(name) for name in names])}"


def _count(count: int, kind: str = "") -> str:
    return f"{count} {kind}{'alert fires' if count == 1 else 'alerts fire'}"


def market_signals_text(figures: Iterable[MarketFigures]) -> str:
    """ "Signals: BTC/USD Buy: swing aggressive", each with a link to the coin."""
    texts = []
    for market in figures:
        if any(signal.fires for signal in market.signals):
            link = "coin?" + urlencode({"coin": market.symbol.partition("/")[0]})
            texts.append(f"[{_plain(market.symbol)}]({link}) {signals_text(market.signals)}")
    return f"**[Signals](watchlist)**: {_listed(texts)}" if texts else ""


def _listed(texts: list[str]) -> str:
    """The first ones, and how many more there are."""
    more = len(texts) - MOST
    return ", ".join(texts[:MOST]) + (f" and {more} more" if more > 0 else "")


def _plain(text: str) -> str:
    """A name without the letters that Markdown would read."""
    return "".join(f"\\{letter}" if letter in "\\`*_{}[]()#+!|$~<>" else letter for letter in text)
