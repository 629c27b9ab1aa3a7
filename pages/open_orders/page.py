"""Open orders: normal and trigger orders of all accounts by purpose, and the ended orders of any period."""

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from domain.sources import ORDER_KINDS, SourceKind
from pages.open_orders.counters import counters
from pages.open_orders.empty import show_no_orders
from pages.open_orders.endings import ShownEnding, ended_symbols
from pages.open_orders.filter import FilteredRows, OrderFilter, counts_of, filtered_rows
from pages.open_orders.filters import show_order_filters
from pages.open_orders.history import prepare_history, show_history
from pages.open_orders.history_lines import history_filter
from pages.open_orders.ladder import ladder_html, symbols_by_nearness
from pages.open_orders.listing import show_list, show_list_tools, show_without_stop
from pages.open_orders.loading import load_stop_facts, load_table
from pages.open_orders.opened_order.panel import show_opened
from pages.open_orders.opened_order.state import opened_among, opened_key
from pages.open_orders.recent import load_recent, matching_recent
from pages.open_orders.tab_choice import current_tab, show_tabs
from pages.open_orders.table import OrderTable, order_opened
from pages.open_orders.tabs import PURPOSES, Tab
from pages.shared.data_warnings import show_data_warnings
from pages.shared.failures import guarded, load_or
from pages.shared.frame import show_page
from pages.shared.order_history import load_ending_counts
from pages.shared.period import Span
from pages.shared.scene import Scene
from pages.shared.url_choices import with_url_values
from pages.shared.widgets import section, show_kpis

_STYLE = Path(__file__).with_name("orders.css")
KINDS = (*ORDER_KINDS, SourceKind.PRICES, SourceKind.ENDINGS)


def show_open_orders() -> None:
    """The page."""
    show_page("Orders", KINDS, _show_body, prepare=_prepare)


def _prepare(scene: Scene) -> None:
    load_table(scene)
    load_recent(scene)
    load_stop_facts(scene)
    prepare_history(scene)


def _show_body(scene: Scene) -> None:
    st.html(_STYLE)
    with guarded("Warnings"):
        show_data_warnings(scene, ORDER_KINDS)
    with guarded("Orders"):
        _show_orders(load_table(scene), scene)
    with guarded("The opened order"):
        show_opened(scene)


def _show_orders(table: OrderTable, scene: Scene) -> None:
    """Draw the tabs, the filters, and the orders that match."""
    tab = current_tab(has_stops=bool((table.tabs == PURPOSES.index(Tab.STOPS)).any()))
    recent = load_or(None, lambda: load_recent(scene))
    tabs = st.container(key="order_tabs_box")
    symbols = tuple(sorted({*table.symbols, *ended_symbols(recent or ())}))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="order_filters"):
        order_filter = show_order_filters(symbols)
        chosen = filtered_rows(table, order_filter, tab)
        if tab is not Tab.HISTORY:
            show_list_tools(table, chosen, scene)
    with tabs:
        counts = {of: f"{count:,}" for of, count in chosen.counts.items()}
        show_tabs(tab, {**counts, Tab.HISTORY: _ended_words(recent, order_filter, scene)})
    if tab is Tab.HISTORY:
        show_history(order_filter, scene)
    else:
        _show_open(table, chosen, scene)


def _ended_words(recent: Sequence[ShownEnding] | None, order_filter: OrderFilter, scene: Scene) -> str:
    """The number of ended orders that match: of the last 24 h, or of any period while the viewer searches."""
    if order_filter.search:
        counts = load_or(None, lambda: load_ending_counts(scene, history_filter(order_filter, Span())))
        return "" if counts is None else f"{sum(counts.values()):,}"
    return "" if recent is None else f"· {len(matching_recent(recent, order_filter, scene)):,} in 24 h"


def _show_open(table: OrderTable, chosen: FilteredRows, scene: Scene) -> None:
    if not table.names:
        show_no_orders(scene)
        return
    with guarded("The list"):
        show_list(table, chosen, scene)
    if chosen.tab is Tab.STOPS:
        with guarded("Coins without a stop"):
            show_without_stop(scene)
    counts = table.once(("counts", chosen.name), lambda: counts_of(table, chosen.rows))
    with guarded("Figures"):
        show_kpis(counters(counts, scene, len(table.names)))
    _show_ladder(table, chosen, scene)


def _show_ladder(table: OrderTable, chosen: FilteredRows, scene: Scene) -> None:
    """The prices of one symbol: of the opened order, else of the nearest. All its matching orders, of any tab."""
    rows = filtered_rows(table, chosen.order_filter).rows
    symbols = table.once(("symbols", chosen.name), lambda: symbols_by_nearness(table, chosen.rows))
    if not symbols:
        return
    view, nearest = scene.view, _opened_symbol(symbols, scene) or symbols[0]
    with section("Price ladder", "hatched: waiting for trigger"):
        symbol = (
            st.selectbox(
                "Symbol of the ladder",
                with_url_values("ladder", sorted(symbols)),
                index=None,
                key="ladder",
                bind="query-params",
                placeholder=nearest,
                label_visibility="collapsed",
                width=220,
            )
            or nearest
        )
        ladder = table.once(
            ("ladder", chosen.order_filter, symbol, view.gains, view.hide_amounts),
            lambda: ladder_html(table, rows, symbol, view.inks, hide_amounts=view.hide_amounts),
        )
        st.html(ladder)


def _opened_symbol(symbols: Sequence[str], scene: Scene) -> str | None:
    if (key := opened_key()) is None:
        return None
    opened = order_opened(opened_among(scene.snapshots), key)
    return opened.symbol if opened is not None and opened.symbol in symbols else None
