"""Tab choice: the tab in the URL, and the control that changes it."""

import streamlit as st

from pages.open_orders.tabs import LABELS, Tab, default_tab
from pages.shared.paging import first_page

TAB = "tab"  # the URL's name for the tab
ENDED = "ended"  # the URL's name for the listed ending
FILTERS = ("symbol", "side", "type", "role", "within", "find")
_CONTROL, _SHOWN = "order_tabs", "shown_tab"


def current_tab(*, has_stops: bool) -> Tab:
    """The tab of the URL, else the default for it."""
    named = st.query_params.get(TAB)
    tab = next((tab for tab in Tab if tab == named), None)
    if tab is None:
        filters = [name for name in FILTERS if st.query_params.get(name)]
        tab = default_tab(has_stops, filters, ENDED in st.query_params)
    st.session_state[_SHOWN] = tab
    return tab


def show_tabs(tab: Tab) -> None:
    """Draw the tabs."""
    st.session_state[_CONTROL] = tab
    st.segmented_control(
        "Orders",
        list(Tab),
        format_func=LABELS.__getitem__,
        key=_CONTROL,
        on_change=_follow_control,
        label_visibility="collapsed",
    )


def keep_tab(**choices: str) -> None:
    """Write the shown tab to the URL. Without it a filter would change the default tab. Pages of History begin anew.

    `choices` are written with it, as one step of the browser's Back.
    """
    first_page()
    if (tab := st.session_state.get(_SHOWN)) is not None:
        choices = {TAB: str(tab), **choices}
    if choices:
        st.query_params.update(choices)


def show_tab(tab: Tab) -> None:
    """Go to a tab."""
    first_page()
    st.query_params[TAB] = str(tab)
    st.query_params.pop(ENDED, None)


def _follow_control() -> None:
    chosen = st.session_state[_CONTROL]
    if chosen is None:
        keep_tab()  # a click on the current tab
    else:
        show_tab(Tab(chosen))
