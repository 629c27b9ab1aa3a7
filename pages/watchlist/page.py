"""Watchlist: the markets that are held, ordered or added, with indicators, signals and the nearest own order."""

from collections.abc import Sequence

import streamlit as st

from analysis.watchlist import TIMEFRAMES
from domain.alerts import WatchedMarket
from domain.sources import ORDER_KINDS, SourceKind
from domain.watchlist import ListedMarket
from pages.components.table.model import payload_of
from pages.components.table.table import draw_table
from pages.shared.alerts import load_rules
from pages.shared.data_warnings import show_data_warnings
from pages.shared.failures import load_or, load_or_none
from pages.shared.frame import show_page
from pages.shared.loaders import cached
from pages.shared.market_figures import Figures, figures_version, load_figures, load_watched, markets_of
from pages.shared.navigation import lead_to
from pages.shared.scene import Scene
from pages.shared.signal_alerts import show_signal_switches
from pages.shared.signal_rules import rules_about
from pages.shared.url_choices import printable
from pages.shared.view import View
from pages.shared.widgets import section, show_empty
from pages.watchlist.edits import show_market_edits
from pages.watchlist.view import matching, watchlist_table

KINDS = (SourceKind.BALANCES, SourceKind.POSITIONS, *ORDER_KINDS, SourceKind.PRICES)


def show_watchlist() -> None:
    """The page."""
    show_page("Watchlist", KINDS, _show_body)


def _show_body(scene: Scene) -> None:
    show_data_warnings(scene, KINDS)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="watchlist_filters"):
        search = st.text_input("Search", key="search", bind="query-params", placeholder="BTC", width=180)
        timeframe = st.segmented_control(
            "Candles", TIMEFRAMES, default="1h", key="candles", bind="query-params", required=True
        )
    watched = load_or_none("Added markets", load_watched) or ()
    with section("Markets", "figures of the newest candle that closed"):
        _show_markets(scene, watched, printable(search or ""), timeframe or "1h")
    if scene.is_now:
        with section("Alerts about signals", "a message when a preset says buy or sell"):
            _show_switches(scene, watched)
        with section("Add or remove a market", "the refresher then keeps its candles"):
            show_market_edits(scene, load_watched())


def _show_markets(scene: Scene, watched: Sequence[WatchedMarket], search: str, timeframe: str) -> None:
    markets = markets_of(scene, watched)
    listed = matching(markets, search)
    if not markets:
        hint = "Markets that you hold or have orders in appear here, and those that you add."
        show_empty("No markets", scene.taken_at, scene.view, hint)
    elif not listed:
        show_empty(f"No market matches {search}", scene.taken_at, scene.view, f"{len(markets)} markets are listed.")
    elif (figures := load_or_none("Indicators and signals", lambda: load_figures(markets, scene.at))) is not None:
        rules = load_or((), load_rules) if scene.is_now else ()
        alerts = tuple(rules_about(rules, market) for market in listed)
        # Streamlit takes milliseconds to hash hundreds of markets.
        listing = hash((tuple((market.venue, market.symbol) for market in listed), tuple(watched), alerts))
        key = (scene.key, listing, timeframe, figures_version(markets, scene.at), scene.view.inks)
        draw_table(cached(_payload, key, listed, figures, timeframe, scene.view, alerts), "watchlist_table", _open_coin)


def _payload(
    listed: Sequence[ListedMarket], figures: Figures, timeframe: str, view: View, alerts: Sequence[Sequence[str]]
) -> bytes:
    rows = [(market, figures.get((market.venue, market.symbol))) for market in listed]
    venues = {market.venue for market in listed}
    return payload_of(watchlist_table(rows, timeframe, view, alerts, several_venues=len(venues) > 1))


def _show_switches(scene: Scene, watched: Sequence[WatchedMarket]) -> None:
    """The alert switches of one market."""
    symbols = sorted({market.symbol for market in markets_of(scene, watched)})
    symbol = st.selectbox("Market", symbols, index=None, key="switched_market", placeholder="Choose", width=240)
    if symbol:
        show_signal_switches(scene, symbol)


def _open_coin(row: str) -> None:
    lead_to("coin", {"coin": row.partition("\n")[2].partition("/")[0]})
