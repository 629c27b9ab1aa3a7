"""Listing: the list and its export. A click on a row opens its order."""

import streamlit as st

from pages.components.sheet.sheet import draw_html
from pages.components.table.table import draw_table
from pages.components.table.windows import WINDOWS_FROM, request_from
from pages.live.recording import forgo_push, live_data, live_html
from pages.open_orders.empty import show_no_match
from pages.open_orders.filter import FilteredRows
from pages.open_orders.listed import FIRST_WINDOW, Listed
from pages.open_orders.opened_order.state import open_row
from pages.open_orders.parts import list_payload, listed_of, without_stop_html
from pages.open_orders.table import OrderTable
from pages.shared.scene import Scene

_LIST, _WINDOW = "order_list", "order_list_window"


def show_list(table: OrderTable, chosen: FilteredRows, scene: Scene) -> None:
    """The matching rows, nearest to the market first. The browser gets the shown ones of more than 10,000."""
    if not len(chosen.rows):
        show_no_match(len(table), chosen, scene)
        return
    if len(chosen.rows) > WINDOWS_FROM:
        forgo_push()  # the rows that a browser shows are known to its session alone
        _draw_window(listed_of(scene, chosen.order_filter, chosen.tab))
    else:
        draw_table(live_data(_LIST, scene, list_payload, chosen.order_filter, chosen.tab), _LIST, open_row)
    draw_html('<span class="sf-note">Click or tap an order for details</span>')


def show_without_stop(scene: Scene) -> None:
    """Name the coins that no stop protects, with their values, the largest first."""
    live_html("without_stop", scene, without_stop_html)


def _draw_window(listed: Listed) -> None:
    """The rows that the browser shows now."""
    name, request = st.session_state.get(_WINDOW, (None, FIRST_WINDOW))
    request = request if name == listed.chosen.name else FIRST_WINDOW

    def keep(text: str) -> None:
        if (asked := request_from(text)) is not None:
            st.session_state[_WINDOW] = (listed.chosen.name, asked)

    draw_table(listed.window_payload(request), _LIST, open_row, keep)
