"""Mounting: the component in a page, and what the viewer did with it."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

_HERE = Path(__file__).parent
_SCRIPTS = ("../unpack.js", "order.js", "cells.js", "keys.js", "grid.js", "main.js")


@cache
def _renderer() -> ComponentRenderer:
    """The registered component. Its scripts are one module, because Streamlit serves one."""
    script = "\n".join((_HERE / name).read_text() for name in _SCRIPTS)
    return st.components.v2.component(
        "stillframe.table",
        html='<div class="sf-table"></div>',
        css=(_HERE / "table.css").read_text(),
        js=script,
    )


def show_table(payload: bytes, key: str, on_open: Callable[[str], None] | None = None) -> None:
    """Draw a table from `payload_of`. `on_open` gets the key of a row that was clicked or opened with Enter."""

    def opened() -> None:
        row = st.session_state[key].get("opened")
        if on_open is not None and isinstance(row, str):
            on_open(row)

    _renderer()(key=key, data=payload, on_opened_change=opened)
