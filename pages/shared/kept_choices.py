"""Kept choices: settings of the viewer that outlast the address, from a cookie of the browser. The address wins."""

import streamlit as st

from pages.components.bar.model import KEPT_COOKIE
from pages.shared.choices import Query, kept_in

_KEPT = "kept_choices"


def begin_with(cookie: str) -> None:
    """Let this session begin with the choices of this cookie."""
    st.session_state[_KEPT] = kept_in(cookie)


def kept_choices() -> Query:
    """The choices of the browser when this session began, with the later ones of `keep`."""
    if _KEPT not in st.session_state:
        cookies = dict(st.context.cookies)  # those of AppTest answer to every name
        begin_with(cookies.get(KEPT_COOKIE, ""))
    kept: Query = st.session_state[_KEPT]
    return kept


def keep(name: str, value: str) -> None:
    """Let a choice count in this session wherever an address does not name it. The browser keeps it by itself."""
    st.session_state[_KEPT] = {**kept_choices(), name: [value]}
