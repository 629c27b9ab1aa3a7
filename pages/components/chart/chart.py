"""Mounting: the chart component in a page."""

from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

_HERE = Path(__file__).parent
_SCRIPTS = ("../unpack.js", "scale.js", "axes.js", "shapes.js", "pointer.js", "main.js")


@cache
def _renderer() -> ComponentRenderer:
    return st.components.v2.component(
        "stillframe.chart",
        html='<div class="sf-chart"></div>',
        css=(_HERE / "chart.css").read_text(),
        js="\n".join((_HERE / name).read_text() for name in _SCRIPTS),
    )


def show_chart(payload: bytes, key: str, height: int) -> None:
    """Draw a chart from `payload_of`. Its height is set beforehand, so nothing moves when it is drawn."""
    _renderer()(key=key, data=payload, height=height)
