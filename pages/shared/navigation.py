"""Navigation: lead the viewer to another page with choices of its own, and keep the shared ones."""

from collections.abc import Mapping

import streamlit as st
from streamlit.navigation.page import StreamlitPage

_PAGES, _NEXT, _ADDRESS = "pages_by_path", "page_asked_for", "address_choices"
# The choices of the frame, which every page has in its address.
SHARED = ("account", "currency", "as_of", "hide_small", "hide_amounts", "colours")


def note_pages(pages: Mapping[str, StreamlitPage]) -> None:
    """Keep the pages of this run by their path."""
    st.session_state[_PAGES] = dict(pages)


def pages_noted() -> Mapping[str, StreamlitPage]:
    """The pages of this run by their path. Empty in a test of one page."""
    pages: Mapping[str, StreamlitPage] = st.session_state.get(_PAGES, {})
    return pages


def shared_choices() -> dict[str, list[str]]:
    """The choices of the frame that the address has now."""
    return {name: st.query_params.get_all(name) for name in SHARED if name in st.query_params}


def address_choices() -> dict[str, list[str]]:
    """The choices of the frame that the address should have, once for each run.

    The browser empties it when the page changes. Then those of the page before count.
    """
    path, choices = (st.context.url or "").partition("?")[0], shared_choices()
    before, left = st.session_state.get(_ADDRESS, (path, {}))
    if not choices and before != path:
        choices = left
    st.session_state[_ADDRESS] = (path, choices)
    return choices


def lead_to(path: str, choices: Mapping[str, str]) -> None:
    """Show another page at the next run. For callbacks, which cannot change the page by themselves."""
    st.session_state[_NEXT] = (path, dict(choices))


def follow() -> None:
    """Show the page that a callback asked for. Does nothing if it is not part of the app, as in a test of one page."""
    path, choices = st.session_state.pop(_NEXT, ("", {}))
    page = pages_noted().get(path)
    if page is not None:
        st.switch_page(page, query_params={**shared_choices(), **choices})
