"""Open orders: normal and trigger orders of all accounts by purpose, and the ended orders of any period."""

from collections.abc import Sequence

import streamlit as st

from domain.sources import ORDER_KINDS, SourceKind
from pages.components.controls.controls import draw_controls
from pages.components.controls.model import Control, Kind, options_of, payload_of
from pages.live.recording import live_html, live_shape
from pages.open_orders.controls import order_filter_of_url, show_order_controls
from pages.open_orders.empty import ended_matches, show_no_orders
from pages.open_orders.filter import FilteredRows, OrderFilter, filtered_rows
from pages.open_orders.history import show_history
from pages.open_orders.listing import show_list, show_without_stop
from pages.open_orders.loading import load_stop_facts, load_table
from pages.open_orders.opened_order.panel import show_opened
from pages.open_orders.opened_order.state import opened_among, opened_key
from pages.open_orders.parts import (
    controls_shape,
    counters_html,
    has_stops,
    ladder_of_symbol_html,
    ladder_symbols,
    order_warnings,
)
from pages.open_orders.recent import load_recent
from pages.open_orders.tab_choice import current_tab, is_tab_named
from pages.open_orders.table import OrderTable, order_opened
from pages.open_orders.tabs import Tab
from pages.shared.failures import guarded
from pages.shared.frame import show_page
from pages.shared.scene import Scene
from pages.shared.url_choices import with_url_values
from pages.shared.url_controls import into_url
from pages.shared.widgets import section

KINDS = (*ORDER_KINDS, SourceKind.PRICES, SourceKind.ENDINGS)


def show_open_orders() -> None:
    """The page."""
    show_page("Orders", KINDS, _show_body, prepare=_prepare, below=_show_opened_order, warnings=order_warnings)


def _prepare(scene: Scene) -> None:
    load_table(scene)
    load_recent(scene)
    load_stop_facts(scene)


def _show_body(scene: Scene) -> None:
    with guarded("Orders"):
        _show_orders(load_table(scene), scene)


def _show_opened_order(scene: Scene) -> None:
    with guarded("The opened order"):
        show_opened(scene)


def _show_orders(table: OrderTable, scene: Scene) -> None:
    """Draw the tabs, the filters, and the orders that match."""
    order_filter = order_filter_of_url()
    finds_ended = not is_tab_named() and _finds_ended_alone(table, order_filter, scene)
    tab = current_tab(has_stops=has_stops(scene), finds_ended=finds_ended)
    chosen = None if tab is Tab.HISTORY else filtered_rows(table, order_filter, tab)
    show_order_controls(scene, tab, order_filter, chosen)
    if chosen is None:
        show_history(order_filter, scene)
    else:
        live_shape("controls", scene, controls_shape, chosen.order_filter, tab)
        _show_open(table, chosen, scene)


def _finds_ended_alone(table: OrderTable, order_filter: OrderFilter, scene: Scene) -> bool:
    """True if a search finds no open order, but ended ones."""
    if not order_filter.search or len(filtered_rows(table, order_filter).rows):
        return False
    return ended_matches(order_filter, scene).total > 0


def _show_open(table: OrderTable, chosen: FilteredRows, scene: Scene) -> None:
    if not len(table):
        show_no_orders(scene)
        return
    with guarded("The list"):
        show_list(table, chosen, scene)
    if chosen.tab is Tab.STOPS:
        with guarded("Coins without a stop"):
            show_without_stop(scene)
    with guarded("Figures"):
        live_html("counters", scene, counters_html, chosen.order_filter, chosen.tab)
    _show_ladder(chosen, scene)


def _show_ladder(chosen: FilteredRows, scene: Scene) -> None:
    """The prices of one symbol: of the opened order, else of the nearest."""
    symbols = ladder_symbols(scene, chosen.order_filter, chosen.tab)
    if not symbols:
        return
    opened = _opened_symbol(symbols, scene) or ""
    with section("Price ladder", "hatched: waiting for trigger"):
        offered = with_url_values("ladder", symbols[1:])
        picked = next((symbol for symbol in offered if symbol == st.query_params.get("ladder")), "")
        options = [("", opened or "The nearest"), *options_of(offered)]
        control = Control("ladder", "Symbol of the ladder", Kind.SELECT, options, [picked], is_label_shown=False)
        draw_controls(payload_of([control]), "ladder", into_url({"ladder": ""}))
        symbol = picked or opened
        live_html("ladder_prices", scene, ladder_of_symbol_html, chosen.order_filter, chosen.tab, symbol)


def _opened_symbol(symbols: Sequence[str], scene: Scene) -> str | None:
    if (key := opened_key()) is None:
        return None
    opened = order_opened(opened_among(scene.snapshots), key)
    return opened.symbol if opened is not None and opened.symbol in symbols else None
