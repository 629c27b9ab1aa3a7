"""Listing: the list and its export. A click on a row opens its order."""

from html import escape

import streamlit as st

from domain.sources import ORDER_KINDS
from pages.components.table.frames import Look, table_of_frame
from pages.components.table.model import Table, TableRows, payload_of
from pages.components.table.table import draw_table
from pages.open_orders.columns import STOPS_FIRST, list_columns, stop_columns
from pages.open_orders.empty import show_no_match
from pages.open_orders.filter import FilteredRows
from pages.open_orders.filters import clear_filters
from pages.open_orders.loading import Facts, load_stop_facts
from pages.open_orders.opened_order.state import OPENED, link_of, open_order, open_row, row_key
from pages.open_orders.stop_facts import coins_without_stop, with_stop_columns
from pages.open_orders.table import OrderTable
from pages.open_orders.tabs import LABELS, Tab
from pages.open_orders.view import Seen, orders_csv, seen_words, shown_frame
from pages.shared.loaders import cached_view
from pages.shared.scene import Scene
from pages.shared.view import View

MOST_COINS = 8
LONG = 1000  # from this number of rows an order is found more quickly by its id
_LIST = "order_list"
_HIDDEN_FIRST = ("order_id", "flags", "tif")


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
    """The matching rows, nearest to the market first. Long lists are sent while the browser scrolls."""
    if not len(chosen.rows):
        show_no_match(len(table.names), chosen)
        return
    facts = load_stop_facts(scene) if chosen.tab is Tab.STOPS else {}
    draw_table(_payload(table, chosen, facts, scene), _LIST, open_row)
    st.html('<span class="sf-note">Click an order for details</span>')


def show_without_stop(scene: Scene) -> None:
    """Name the coins that no stop protects, with their values, the largest first."""
    coins = cached_view(coins_without_stop, scene, scene.view.currency)
    if not coins:
        return
    texts = [f"{escape(coin)} {scene.view.money(value)}" for coin, value in coins[:MOST_COINS]]
    more = f" and {len(coins) - MOST_COINS} more" if len(coins) > MOST_COINS else ""
    st.html(f'<p class="sf-note"><b>No stop</b>: {", ".join(texts)}{more}</p>')


def _payload(table: OrderTable, chosen: FilteredRows, facts: Facts, scene: Scene) -> bytes:
    view = scene.view
    ages, several = seen_words(scene.lights(ORDER_KINDS), scene), len(scene.accounts) > 1
    past = (scene.past_key, bool(facts)) if chosen.tab is Tab.STOPS else ()
    key = ("list", chosen.name, ages, view.hide_amounts, several, view.gains, past)
    return table.once(key, lambda: payload_of(_list_of(table, chosen, facts, ages, view, several)))


def _list_of(table: OrderTable, chosen: FilteredRows, facts: Facts, ages: Seen, view: View, several: bool) -> Table:
    """The list as a table, nearest to the market first. The legs of a group stay together among all orders."""
    frame = shown_frame(table, chosen.rows, ages, hide_amounts=view.hide_amounts, several=several)
    names = [table.names[row] for row in chosen.rows]
    is_grouped = chosen.tab is Tab.ALL
    groups = ["" if group < 0 else str(group) for group in table.groups[chosen.rows]] if is_grouped else []
    rows = TableRows([row_key(n.account, n.key) for n in names], [link_of(n.account, n.key) for n in names], groups)
    columns = list_columns(view.currency)
    first = [column.name for column in columns if column.name not in _HIDDEN_FIRST]
    if chosen.tab is Tab.STOPS:
        frame = with_stop_columns(frame, [facts.get(name) for name in names], view)
        columns, first = stop_columns(view.currency), list(STOPS_FIRST)
    order = [name for name in first if several or name != "account"]
    name = "stops" if chosen.tab is Tab.STOPS else "open_orders"
    look = Look(name, f"{LABELS[chosen.tab]}, nearest first", view.inks, order, "distance")
    return table_of_frame(frame, columns, look, rows)


def _open_typed() -> None:
    open_order(st.session_state["order_typed"].strip() or None)
