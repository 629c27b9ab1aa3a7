"""Tab choice: the tab in the URL, and the control that changes it."""

from collections.abc import Sequence

import streamlit as st

from pages.open_orders.tabs import Tab, default_tab
from pages.shared.paging import first_page
from pages.shared.url_choices import rewrite_url
from pages.shared.url_controls import url_choice

TAB = "tab"  # the URL's name for the tab
ENDED = "ended"  # the URL's name for the listed ending
FILTERS = ("symbol", "side", "type", "role", "within", "find")
_SHOWN = "shown_tab"


def is_tab_named() -> bool:
    """True if the URL names a tab."""
    return TAB in st.query_params


def current_tab(*, has_stops: bool, finds_ended: bool = False) -> Tab:
    """The tab of the URL, else the default for it. `finds_ended` if a search finds ended orders and no open one."""
    filters = [name for name in FILTERS if st.query_params.get(name)]
    tab = url_choice(TAB, list(Tab), default_tab(has_stops, filters, finds_ended or ENDED in st.query_params))
    st.session_state[_SHOWN] = tab
    return tab


def keep_tab(*without: str, **choices: str | Sequence[str]) -> None:
    """Write the shown tab to the URL. Without it a filter would change the default tab. Pages of History begin anew.

    `choices` are written with it, and the names `without` leave the URL, as one step of the browser's Back.
    """
    first_page()
    if (tab := st.session_state.get(_SHOWN)) is not None:
        choices = {TAB: str(tab), **choices}
    rewrite_url(without, choices)


def choose_filter(name: str, values: Sequence[str]) -> None:
    """Write a filter to the URL. Without a value its name leaves the URL."""
    keep_tab(name, **({name: values} if values else {}))


def clear_filters() -> None:
    """Clear all filters of the list. The tab stays."""
    keep_tab(*FILTERS)


def show_tab(tab: Tab) -> None:
    """Go to a tab."""
    first_page()
    rewrite_url([ENDED], {TAB: str(tab)})


def follow_tab(_: str, values: Sequence[str]) -> None:
    """Go to the chosen tab."""
    tab = next((tab for tab in Tab if tab in values), None)
    if tab is None:
        keep_tab()
    else:
        show_tab(tab)
