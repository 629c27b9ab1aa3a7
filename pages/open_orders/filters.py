"""Filters of Open orders. All of them are in the URL and apply to the whole list."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from pages.open_orders.filter import OrderFilter, percent_of
from pages.open_orders.tab_choice import FILTERS, keep_tab
from pages.open_orders.words import CONTINGENCIES, KINDS, ROLES
from pages.shared.tables import SIDES
from pages.shared.url_choices import with_url_values

TYPES = (*KINDS.values(), *CONTINGENCIES.values())
NEAR = ("1 %", "2 %", "5 %", "10 %", "25 %")  # at most this far from the market price


def show_order_filters(symbols: Sequence[str]) -> OrderFilter:
    """Draw the filters and return their values. `symbols` are those in the list."""
    chosen = st.multiselect(
        "Symbol",
        with_url_values("symbol", symbols),
        key="symbol",
        bind="query-params",
        placeholder="All symbols",
        on_change=keep_tab,
        width=260,
    )
    search = st.text_input(
        "Search",
        key="find",
        bind="query-params",
        placeholder="Symbol or id",
        icon=":material/search:",
        width=190,
        on_change=keep_tab,
    )
    near = st.selectbox(
        "Distance to market",
        with_url_values("within", NEAR),
        index=None,
        key="within",
        bind="query-params",
        placeholder="Any distance",
        accept_new_options=True,
        on_change=keep_tab,
        width=150,
    )
    bound: dict[str, Any] = {"bind": "query-params", "on_change": keep_tab}
    with st.popover(_more_label(), icon=":material/tune:", key="more_filters"):
        sides = st.pills("Side", SIDES, selection_mode="multi", key="side", **bound)
        types = st.pills("Type", TYPES, selection_mode="multi", key="type", **bound)
        roles = st.pills("Role", list(ROLES.values()), selection_mode="multi", key="role", **bound)
    return OrderFilter(
        tuple(chosen), tuple(sides), tuple(types), tuple(roles), percent_of(near), (search or "").strip()
    )


def clear_filters() -> None:
    """Clear all filters of the list. The tab stays."""
    keep_tab()
    for key in FILTERS:
        st.session_state[key] = {"within": None, "find": ""}.get(key, [])


def _more_label() -> str:
    active = sum(bool(st.session_state.get(key)) for key in ("side", "type", "role"))
    return f"Filters · {active}" if active else "Filters"
