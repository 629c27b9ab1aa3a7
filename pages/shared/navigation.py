"""Navigation: the choices in the address that every page shares, and the way to another page that keeps them."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from pages.shared.choices import SHARED
from pages.shared.titles import TITLES
from pages.shared.viewer import ADMIN_PAGES, is_admin

_PAGES, _HERE, _NEXT, _ADDRESS = "pages_by_path", "page_here", "page_asked_for", "address_choices"
_SETTLING_SECONDS = 1.5  # after a change of page

Choices = dict[str, list[str]]


@dataclass(slots=True)
class _Address:
    """The choices of the page that was shown last, and those of the page before it."""

    path: str = ""
    choices: Choices = field(default_factory=dict)
    former: Choices = field(default_factory=dict)
    changed_at: float = float("-inf")


def visible_pages(pages: Mapping[str, Callable[[], None]]) -> dict[str, StreamlitPage]:
    """The pages that the viewer may see, by their path. `pages` has the functions that draw them."""
    return {
        path: st.Page(show, title=TITLES[path], url_path=path, default=path == "overview")
        for path, show in pages.items()
        if path not in ADMIN_PAGES or is_admin()
    }


def note_pages(pages: Mapping[str, StreamlitPage], here: str) -> None:
    """Keep the pages of this run by their path, and the path of the one that is shown."""
    st.session_state[_PAGES] = dict(pages)
    st.session_state[_HERE] = here


def pages_noted() -> Mapping[str, StreamlitPage]:
    """The pages of this run by their path. Empty in a test of one page."""
    pages: Mapping[str, StreamlitPage] = st.session_state.get(_PAGES, {})
    return pages


def page_here() -> str:
    """The path of the page that is shown. "" in a test of one page."""
    path: str = st.session_state.get(_HERE, "")
    return path


def shared_choices() -> Choices:
    """The choices of the frame that the address has now."""
    return {name: st.query_params.get_all(name) for name in SHARED if name in st.query_params}


def tell_address() -> None:
    """Put the choices of the page before into the address, if a change of page lost them.

    The browser empties the address when the page changes. Runs that follow at once may still find it empty.
    """
    now, choices = time.monotonic(), shared_choices()
    address: _Address = st.session_state.setdefault(_ADDRESS, _Address(page_here(), choices))
    if address.path != page_here():
        address.path, address.former, address.changed_at = page_here(), address.choices, now
    if is_settling():
        choices = {**address.former, **choices}
        for name, values in choices.items():
            put_in_url(name, values)
    address.choices = choices


def visit_began() -> float:
    """When the page that is shown was opened from another one, by the monotonic clock."""
    address: _Address = st.session_state.setdefault(_ADDRESS, _Address(page_here()))
    return address.changed_at


def is_settling() -> bool:
    """True shortly after a change of page. The browser empties the address then."""
    return time.monotonic() - visit_began() < _SETTLING_SECONDS


def choose(name: str, *values: str) -> None:
    """Put a choice of the viewer into the address. Without a value it leaves the address."""
    address: _Address = st.session_state.setdefault(_ADDRESS, _Address(page_here()))
    address.former.pop(name, None)
    put_in_url(name, [value for value in values if value])


def put_in_url(name: str, values: Sequence[str]) -> None:
    """Write a choice to the address, unless it stands there. Without a value its name leaves the address."""
    if values and st.query_params.get_all(name) != list(values):
        st.query_params[name] = list(values)
    elif not values:
        st.query_params.pop(name, None)


def lead_to(path: str, choices: Mapping[str, str]) -> None:
    """Show another page at the next run. For callbacks, which cannot change the page by themselves."""
    st.session_state[_NEXT] = (path, dict(choices))


def follow() -> None:
    """Show the page that a callback asked for. Does nothing if it is not part of the app, as in a test of one page."""
    path, choices = st.session_state.pop(_NEXT, ("", {}))
    page = pages_noted().get(path)
    if page is not None:
        st.switch_page(page, query_params={**shared_choices(), **choices})
