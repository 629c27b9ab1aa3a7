"""Listing: the list and its export. A click on a row opens its order."""

from html import escape

import streamlit as st

from domain.sources import ORDER_KINDS
from pages.components.table.model import payload_of
from pages.components.table.table import draw_table
from pages.components.table.windows import WINDOWS_FROM, request_from
from pages.open_orders.empty import show_no_match
from pages.open_orders.filter import FilteredRows
from pages.open_orders.filters import clear_filters
from pages.open_orders.listed import FIRST_WINDOW, Listed
from pages.open_orders.loading import Facts, load_stop_facts
from pages.open_orders.opened_order.state import OPENED, open_order, open_row
from pages.open_orders.stop_facts import coins_without_stop
from pages.open_orders.table import OrderTable
from pages.open_orders.tabs import Tab
from pages.open_orders.view import orders_csv, seen_words
from pages.shared.loaders import cached_view
from pages.shared.scene import Scene

MOST_COINS = 8
LONG = 1000  # from this number of rows an order is found more quickly by its id
_LIST, _WINDOW, _OPENING = "order_list", "order_list_window", "order_list_opening"


def show_list_tools(table: OrderTable, chosen: FilteredRows, scene: Scene) -> None:
    """Draw the tools of the list: CSV, clear filters, open an order by its id."""
    rows = chosen.rows
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
    if not chosen.order_filter.is_all:
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
    """The matching rows, nearest to the market first. Of more than 10,000 rows the browser gets those that it shows."""
    if not len(chosen.rows):
        show_no_match(len(table.names), chosen)
        return
    facts = load_stop_facts(scene) if chosen.tab is Tab.STOPS else {}
    listed = _listed(table, chosen, facts, scene)
    if len(chosen.rows) > WINDOWS_FROM:
        _show_window(listed)
    else:
        draw_table(table.once(("list", *listed.key), lambda: payload_of(listed.all_rows())), _LIST, open_row)
    st.html('<span class="sf-note">Click an order for details</span>')


def show_without_stop(scene: Scene) -> None:
    """Name the coins that no stop protects, with their values, the largest first."""
    coins = cached_view(coins_without_stop, scene, scene.view.currency)
    if not coins:
        return
    texts = [f"{escape(coin)} {scene.view.money(value)}" for coin, value in coins[:MOST_COINS]]
    more = f" and {len(coins) - MOST_COINS} more" if len(coins) > MOST_COINS else ""
    st.html(f'<p class="sf-note"><b>No stop</b>: {", ".join(texts)}{more}</p>')


def _listed(table: OrderTable, chosen: FilteredRows, facts: Facts, scene: Scene) -> Listed:
    ages, several = seen_words(scene.lights(ORDER_KINDS), scene), len(scene.accounts) > 1
    past = (scene.past_key, bool(facts)) if chosen.tab is Tab.STOPS else ()
    return Listed(table, chosen, facts, ages, scene.view, several, past)


@st.fragment(key="order_window")
def _show_window(listed: Listed) -> None:
    """The rows that the browser shows now. Another window runs this alone, an opened order runs the page."""
    if st.session_state.pop(_OPENING, False):
        st.rerun()
    name, request = st.session_state.get(_WINDOW, (None, FIRST_WINDOW))
    request = request if name == listed.chosen.name else FIRST_WINDOW

    def keep(text: str) -> None:
        if (asked := request_from(text)) is not None:
            st.session_state[_WINDOW] = (listed.chosen.name, asked)

    draw_table(payload_of(listed.window(request)), _LIST, _open_from_window, keep)


def _open_from_window(row: str) -> None:
    open_row(row)
    st.session_state[_OPENING] = True


def _open_typed() -> None:
    open_order(st.session_state["order_typed"].strip() or None)
