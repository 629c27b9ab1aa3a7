"""Session controls: choices of a form, kept in the session until it is sent."""

from collections.abc import Collection, Mapping, Sequence

import streamlit as st

from pages.components.controls.controls import OnChoose
from pages.shared.url_controls import OnValues


def session_choice(name: str, options: Collection[str], default: str = "") -> str:
    """The option that the viewer chose in this session, else the default."""
    chosen: str = st.session_state.get(name, default)
    return chosen if chosen in options else default


def into_session(names: Collection[str], others: Mapping[str, OnValues]) -> OnChoose:
    """A callback that keeps the choices of these names. `others` are handlers of other controls, as of buttons."""

    def choose(name: str, values: Sequence[str]) -> None:
        if name in others:
            others[name](values)
        elif name in names:
            st.session_state[name] = values[0] if values else ""

    return choose
