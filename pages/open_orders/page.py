"""Open orders: everything that waits at the exchanges, normal and trigger orders in one list."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import streamlit as st

from domain.sources import ORDER_SOURCES, Source
from pages.open_orders.choice import chosen_rows, counts_of
from pages.open_orders.counters import counters
from pages.open_orders.empty import show_doubts, show_no_orders
from pages.open_orders.filters import show_order_filters
from pages.open_orders.ladder import ladder_of, symbols_by_nearness
from pages.open_orders.listing import show_list, show_list_tools
from pages.open_orders.opened import show_opened
from pages.open_orders.table import OrderTable, table_of
from pages.shared.frame import show_page
from pages.shared.loaders import load_built
from pages.shared.scene import Scene
from pages.shared.widgets import section, show_chart, show_kpis

_STYLE = Path(__file__).with_name("orders.css")
SOURCES = (*ORDER_SOURCES, Source.PRICES)


def show_open_orders() -> None:
    """The page."""
    show_page("Open orders", SOURCES, _show_body)


def _show_body(scene: Scene) -> None:
    st.html(_STYLE)
    table = load_built(table_of, scene, scene.view.currency)
    show_doubts(scene)
    if not table.names:
        show_no_orders(scene)
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="order_filters"):
        rows = chosen_rows(table, show_order_filters(sorted(table.texts["symbol"].cat.categories)))
        show_list_tools(table, rows, scene)
    show_kpis(counters(counts_of(table, rows), scene, len(table.names)))
    show_list(table, rows, scene)
    ladder, opened = st.columns(2, gap="medium")
    with ladder:
        _show_ladder(table, rows, scene)
    with opened:
        show_opened(scene)


def _show_ladder(table: OrderTable, rows: npt.NDArray[np.int64], scene: Scene) -> None:
    symbols = symbols_by_nearness(table, rows)
    if not symbols:
        return
    with section("Price ladder", "bars as long as the orders are worth"):
        asked = [symbol for symbol in st.query_params.get_all("ladder") if symbol not in symbols]
        chosen = st.selectbox(
            "Symbol of the ladder",
            [*sorted(symbols), *asked],
            index=None,
            key="ladder",
            bind="query-params",
            placeholder=symbols[0],
            label_visibility="collapsed",
            width=220,
        )
        figure = ladder_of(table, rows, chosen or symbols[0], scene.view.inks, hide_amounts=scene.view.hide_amounts)
        show_chart(figure, "order_ladder", f"Open orders of {chosen or symbols[0]} around its market price")
