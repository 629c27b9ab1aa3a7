"""Selection: which order is opened, as the URL says, and the row of it in the lists that have one."""

from collections.abc import Callable, Sequence
from typing import Any, Final

import streamlit as st

OPENED = "order"  # the URL's name for the order that is opened
# By its box alone: clicks on cells cannot be told from what sorting or the keyboard's focus does to them.
MODE: Final = "single-row"


def opened_key() -> str | None:
    """The key of the order that the URL opens."""
    return st.query_params.get(OPENED) or None


def open_order(key: str | None) -> None:
    """Open an order by its key or id; None opens none."""
    if key is None:
        st.query_params.pop(OPENED, None)
    else:
        st.query_params[OPENED] = key


def close_order() -> None:
    """Open no order any more."""
    open_order(None)


def selecting(name: str, keys: Sequence[str]) -> Callable[[], None]:
    """Select the opened order in the list of this name, wherever its row is by now; returns what opens another.

    Rows move as prices do, and an order may leave the list: the selection stays with its order.
    """
    st.session_state[f"{name}_keys"] = tuple(keys)
    key = opened_key()
    wanted = [keys.index(key)] if key in keys else []
    state: Any = st.session_state.get(name)
    selected = list(state["selection"]["rows"]) if state else []
    if selected != wanted:
        st.session_state[name] = {"selection": {"rows": wanted, "columns": [], "cells": []}}
    return lambda: _open_selected(name)


def _open_selected(name: str) -> None:
    rows: Sequence[int] = st.session_state[name]["selection"]["rows"]
    keys: Sequence[str] = st.session_state.get(f"{name}_keys", ())
    open_order(keys[rows[0]] if rows and rows[0] < len(keys) else None)
