"""Open orders: normal and trigger orders of all accounts in one list."""

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from domain.sources import ORDER_KINDS, SourceKind
from pages.open_orders.counters import counters
from pages.open_orders.empty import show_no_orders
from pages.open_orders.endings import ShownEnding, ended_symbols
from pages.open_orders.filter import FilteredRows, OrderFilter, counts_of, filtered_rows
from pages.open_orders.filters import show_order_filters
from pages.open_orders.ladder import ladder_html, symbols_by_nearness
from pages.open_orders.listing import show_list, show_list_tools
from pages.open_orders.opened_order.panel import show_opened
from pages.open_orders.opened_order.state import opened_among, opened_key
from pages.open_orders.recent import ENDED, load_recent, show_recent
from pages.open_orders.table import OrderTable, order_opened, table_of
from pages.shared.data_warnings import show_data_warnings
from pages.shared.failures import guarded, load_or
from pages.shared.frame import show_page
from pages.shared.loaders import cached_view
from pages.shared.scene import Scene
from pages.shared.url_choices import with_url_values
from pages.shared.widgets import section, show_kpis

_STYLE = Path(__file__).with_name("orders.css")
KINDS = (*ORDER_KINDS, SourceKind.PRICES, SourceKind.ENDINGS)


def show_open_orders() -> None:
    """The page."""
    show_page("Orders", KINDS, _show_body, prepare=_prepare)


def _prepare(scene: Scene) -> None:
    _load_table(scene)
    load_recent(scene)


def _load_table(scene: Scene) -> OrderTable:
    return cached_view(table_of, scene, scene.view.currency)


def _recent_or_none(scene: Scene) -> Sequence[ShownEnding] | None:
    return load_or(None, lambda: load_recent(scene))


def _show_body(scene: Scene) -> None:
    st.html(_STYLE)
    table, ended = _load_table(scene), _recent_or_none(scene)
    with guarded("Warnings"):
        show_data_warnings(scene, ORDER_KINDS)
    if not table.names and not ended:
        show_no_orders(scene)
        with guarded("Ended orders"):
            show_recent(ended, OrderFilter(), scene)
    else:
        with guarded("Orders"):
            _show_orders(table, ended, scene)
    with guarded("The opened order"):
        show_opened(scene)


def _show_orders(table: OrderTable, ended: Sequence[ShownEnding] | None, scene: Scene) -> None:
    """Draw the filters and the open and recently ended orders that match."""
    symbols = tuple(sorted({*table.symbols, *ended_symbols(ended or ())}))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="order_filters"):
        chosen = filtered_rows(table, show_order_filters(symbols))
        show_list_tools(table, chosen, scene)
    if table.names:
        counts = table.once(("counts", chosen.order_filter), lambda: counts_of(table, chosen.rows))
        with guarded("Figures"):
            show_kpis(counters(counts, scene, len(table.names)))
    with guarded("Ended orders"):
        show_recent(ended, chosen.order_filter, scene)
    if table.names:
        # Two lists, one above the other, need headings.
        with section("Open") if ended and ENDED in st.query_params else guarded("The list"):
            show_list(table, chosen, scene)
        _show_ladder(table, chosen, scene)
    else:
        show_no_orders(scene)


def _show_ladder(table: OrderTable, chosen: FilteredRows, scene: Scene) -> None:
    symbols = table.once(("symbols", chosen.order_filter), lambda: symbols_by_nearness(table, chosen.rows))
    if not symbols:
        return
    view, nearest = scene.view, symbols[0]
    if (key := opened_key()) is not None:
        opened = order_opened(opened_among(scene.snapshots), key)
        if opened is not None and opened.symbol in symbols:
            nearest = opened.symbol
    with section("Price ladder", "hatched: waits for its trigger"):
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
            lambda: ladder_html(table, chosen.rows, symbol, view.inks, hide_amounts=view.hide_amounts),
        )
        st.html(ladder)
