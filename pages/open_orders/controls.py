"""Controls of the open orders: tabs with their counts, filters and tools. All of them are in the address."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from pages.components.controls.controls import draw_controls
from pages.components.controls.model import Control, Kind, options_of, payload_of
from pages.components.download.download import draw_download
from pages.components.sheet.sheet import box
from pages.live.newest import of_newest
from pages.live.recording import live_data
from pages.open_orders.filter import FilteredRows, OrderFilter, percent_of
from pages.open_orders.history_counts import ended_words
from pages.open_orders.history_period import HistoryPeriod, history_period_of_url
from pages.open_orders.loading import load_table
from pages.open_orders.opened_order.state import open_order
from pages.open_orders.parts import LONG, chosen_rows, listed_symbols, tab_words
from pages.open_orders.tab_choice import FILTERS, choose_filter, clear_filters, follow_tab
from pages.open_orders.tabs import LABELS, Tab
from pages.open_orders.view import orders_csv
from pages.open_orders.words import CONTINGENCIES, KINDS, ROLES
from pages.shared.scene import Scene
from pages.shared.tables import SIDES
from pages.shared.url_choices import printable, with_url_values
from pages.shared.url_controls import url_choices

TABS, CONTROLS = "order_tabs", "order_controls"
TYPES = (*KINDS.values(), *CONTINGENCIES.values())
NEAR = ("1 %", "2 %", "5 %", "10 %", "25 %")  # at most this far from the market price
_MENU = "Filters"


def order_filter_of_url() -> OrderFilter:
    """The filters that the address names. Invalid ones are dropped, and a toast tells of them."""
    return OrderFilter(
        tuple(map(printable, st.query_params.get_all("symbol"))),
        url_choices("side", SIDES),
        url_choices("type", TYPES),
        url_choices("role", list(ROLES.values())),
        percent_of(st.query_params.get("within")),
        printable(st.query_params.get("find", "")).strip(),
    )


def show_order_controls(scene: Scene, tab: Tab, order_filter: OrderFilter, chosen: FilteredRows | None) -> None:
    """Draw tabs, filters and tools. `chosen` are the rows of the list, None for History."""
    period = history_period_of_url(scene)
    listed = ended_words(scene, order_filter, period, is_listed=True) if chosen is None else None
    draw_controls(live_data(TABS, scene, tabs_payload, tab, order_filter, period, listed), TABS, follow_tab)
    with box("order_filters", "row"):
        is_long = chosen is not None and len(chosen.rows) > LONG
        symbols = tuple(with_url_values("symbol", listed_symbols(scene)))
        within = st.query_params.get("within", "")
        near = (*NEAR, *([within] if percent_of(within) is not None and within not in NEAR else []))
        payload = live_data(CONTROLS, scene, controls_payload, order_filter, symbols, near, within, is_long)
        draw_controls(payload, CONTROLS, _choose)
        if chosen is not None:
            _show_csv(chosen, scene)


def tabs_payload(scene: Scene, tab: Tab, order_filter: OrderFilter, period: HistoryPeriod, listed: str | None) -> bytes:
    """The tabs, each with the number of matching orders."""
    words = tab_words(scene, order_filter, period, listed)
    options = [(str(each), f"{LABELS[each]} {words[each]}".rstrip()) for each in Tab]
    return payload_of([Control("tab", "Orders", Kind.TABS, options, [str(tab)], is_label_shown=False)])


def controls_payload(
    _: Scene, order_filter: OrderFilter, symbols: Sequence[str], near: Sequence[str], within: str, is_long: bool
) -> bytes:
    """The filters, and for a long list the field that opens an order by its id."""
    controls = [
        Control("find", "Search", Kind.SEARCH, chosen=[order_filter.search], hint="Symbol or id", is_label_shown=False),
        Control("symbol", "Symbol", Kind.TOGGLES, options_of(symbols), order_filter.symbols, menu="Symbols"),
        Control("side", "Side", Kind.TOGGLES, options_of(SIDES), order_filter.sides, menu=_MENU),
        Control("type", "Type", Kind.TOGGLES, options_of(TYPES), order_filter.types, menu=_MENU),
        Control("role", "Role", Kind.TOGGLES, options_of(ROLES.values()), order_filter.roles, menu=_MENU),
        Control("within", "Distance to market", Kind.SELECT, [("", "Any distance"), *options_of(near)],
                [within if order_filter.within is not None else ""], menu=_MENU),
    ]  # fmt: skip
    if not order_filter.is_all:
        controls.append(Control("clear", "Filters", Kind.ACTIONS, [("clear", "Clear filters")], is_label_shown=False))
    if is_long:
        hint = "Order id to open"
        controls.append(
            Control("typed", "Open an order by its id", Kind.FIELD, [("open", "Open")], hint=hint, is_label_shown=False)
        )
    return payload_of(controls)


def _choose(name: str, values: Sequence[str]) -> None:
    if name == "clear":
        clear_filters()
    elif name == "typed":
        open_order("".join(values).strip() or None)
    elif name in FILTERS:
        choose_filter(name, [value for value in values if value])


def _show_csv(chosen: FilteredRows, scene: Scene) -> None:
    make = of_newest(scene, partial(_csv, chosen.order_filter, chosen.tab))
    hint = "All matching orders at full precision. Not available while amounts are hidden"
    name = f"open_orders-{scene.at:%Y%m%dT%H%M%SZ}.csv"
    draw_download(make, name, "orders_csv", hint, is_enabled=not scene.view.hide_amounts)


def _csv(order_filter: OrderFilter, tab: Tab, newest: Scene) -> str:
    return orders_csv(newest.snapshots, load_table(newest), chosen_rows(newest, order_filter, tab).rows)
