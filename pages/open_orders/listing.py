"""Listing: the list and its export. A click on a row opens its order."""

from typing import Any, Literal

import streamlit as st

from domain.sources import ORDER_KINDS
from pages.open_orders.columns import list_columns
from pages.open_orders.empty import show_no_match
from pages.open_orders.filter import FilteredRows
from pages.open_orders.filters import clear_filters
from pages.open_orders.opened_order.state import MODE, OPENED, open_order, opened_key, selecting
from pages.open_orders.table import OrderTable
from pages.open_orders.view import orders_csv, seen_words, shown_frame, widths_of
from pages.shared.scene import Scene
from pages.shared.widgets import column_config

LONG = 1000  # from this number of rows the list is sent lazily, and rows cannot be selected
_LIST = "order_list"
_ROW, _HEADER, _MOST_ROWS = 35, 38, 18


def show_list_tools(table: OrderTable, chosen: FilteredRows, scene: Scene) -> None:
    """Draw the tools of the list: CSV, clear filters, open an order by its id."""
    rows = chosen.rows
    narrowed = len(rows) != len(table.names)
    st.download_button(
        "CSV",
        lambda: orders_csv(scene.snapshots, table, rows),
        file_name=f"open_orders-{scene.at:%Y%m%dT%H%M%SZ}.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        disabled=scene.view.hide_amounts,
        help="All matching orders at full precision. Not available while amounts are hidden",
        key="orders_csv",
    )
    if narrowed:
        st.button("Clear filters", icon=":material/filter_alt_off:", on_click=clear_filters, key="clear_filters")
    if len(rows) > LONG:
        st.text_input(
            "Open an order by its id",
            value=st.query_params.get(OPENED, ""),
            placeholder="Order id to open",
            key="order_typed",
            on_change=_open_typed,
            label_visibility="collapsed",
            width=260,
        )


def show_list(table: OrderTable, chosen: FilteredRows, scene: Scene) -> None:
    """The matching rows, nearest to the market first. Long lists are sent while the browser scrolls."""
    rows = chosen.rows
    if not len(rows):
        show_no_match(len(table.names))
        return
    view = scene.view
    ages, several = seen_words(scene.lights(ORDER_KINDS), scene), len(scene.accounts) > 1
    frame = table.once(
        ("frame", chosen.order_filter, ages, view.hide_amounts, several),
        lambda: shown_frame(table, rows, ages, hide_amounts=view.hide_amounts, several=several),
    )
    widths = table.once(("widths", chosen.order_filter, view.hide_amounts), lambda: widths_of(frame))
    columns = column_config(list_columns(view.currency, widths), view.inks)
    height: int | Literal["content"] = _HEADER + _ROW * _MOST_ROWS if len(rows) > _MOST_ROWS else "content"
    look: dict[str, Any] = {
        "hide_index": True, "column_config": columns, "height": height, "placeholder": "–", "alt": "Open orders",
    }  # fmt: skip
    if len(rows) > LONG:
        st.dataframe(frame, lazy=True, key="long_order_list", **look)
        return
    open_selected = selecting(_LIST, [(table.names[row].account, table.names[row].key) for row in rows])
    st.dataframe(frame, key=_LIST, on_select=open_selected, selection_mode=MODE, **look)
    if opened_key() is None:
        st.html('<span class="sf-note">Tick a row to see its group, its history and what the exchange sent.</span>')


def _open_typed() -> None:
    open_order(st.session_state["order_typed"].strip() or None)
