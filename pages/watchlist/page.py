"""Watchlist: the markets that are held, ordered or added, with indicators, signals and the nearest own order."""

import streamlit as st

from analysis.watchlist import TIMEFRAMES
from domain.sources import ORDER_KINDS, SourceKind
from pages.coin.choices import choices_of_market
from pages.components.controls.controls import draw_controls
from pages.components.controls.model import Control, Kind, options_of, payload_of
from pages.components.table.table import draw_table
from pages.live.recording import live_data, live_html, live_shape
from pages.shared.failures import load_or_none
from pages.shared.frame import show_page
from pages.shared.market_figures import load_watched
from pages.shared.navigation import lead_to
from pages.shared.scene import Scene
from pages.shared.session_controls import into_session, session_choice
from pages.shared.signal_alerts import show_signal_switches
from pages.shared.url_choices import printable
from pages.shared.url_controls import into_url, keep_choices, recall_choices, url_choice
from pages.shared.widgets import section
from pages.watchlist.edits import show_market_edits
from pages.watchlist.parts import choices_shape, is_listed, load_markets, markets_payload, nothing_listed_html

_CONTROLS, _SWITCHED = "watchlist_controls", "switched_market"
KINDS = (SourceKind.BALANCES, SourceKind.POSITIONS, *ORDER_KINDS, SourceKind.PRICES)


def show_watchlist() -> None:
    """The page."""
    show_page("Watchlist", KINDS, _show_body)


def _show_body(scene: Scene) -> None:
    search, timeframe = _show_controls()
    load_or_none("Added markets", load_watched)
    with section("Markets", "figures of the newest candle that closed"):
        _show_markets(scene, search, timeframe)
    _show_forms(scene)


def _show_controls() -> tuple[str, str]:
    """Draw the search and the candles, and return what the address says of them."""
    recall_choices(_CONTROLS, ["candles"])
    search, timeframe = printable(st.query_params.get("search", "")), url_choice("candles", TIMEFRAMES, "1h")
    keep_choices(_CONTROLS, ["candles"])
    controls = [
        Control("search", "Search", Kind.SEARCH, chosen=[search], hint="BTC"),
        Control("candles", "Candles", Kind.BUTTONS, options_of(TIMEFRAMES), [timeframe]),
    ]
    draw_controls(payload_of(controls), _CONTROLS, into_url({"search": "", "candles": "1h"}))
    return search, timeframe


def _show_forms(scene: Scene) -> None:
    if not scene.is_now:
        return
    with section("Alerts about signals", "a message when a preset says buy or sell"):
        live_shape("choices", scene, choices_shape)
        _show_switches(scene)
    with section("Add or remove a market", "the refresher then keeps its candles"):
        show_market_edits(scene, load_watched())


def _show_markets(scene: Scene, search: str, timeframe: str) -> None:
    live_shape("is_listed", scene, _is_listed_text, search)
    if not is_listed(scene, search):
        live_html("nothing_listed", scene, nothing_listed_html, search)
        return
    draw_table(live_data("watchlist_table", scene, markets_payload, search, timeframe), "watchlist_table", _open_coin)


def _is_listed_text(scene: Scene, search: str) -> str:
    return str(is_listed(scene, search))


def _show_switches(scene: Scene) -> None:
    """The alert switches of one market."""
    symbols = sorted({market.symbol for market in load_markets(scene)})
    symbol = session_choice(_SWITCHED, symbols)
    control = Control(_SWITCHED, "Market", Kind.SELECT, [("", "Choose"), *options_of(symbols)], [symbol])
    draw_controls(payload_of([control]), _SWITCHED, into_session([_SWITCHED], {}))
    if symbol:
        show_signal_switches(scene, symbol)


def _open_coin(row: str) -> None:
    venue, _, symbol = row.partition("\n")
    lead_to("coin", choices_of_market(symbol.partition("/")[0], (venue, symbol)))
