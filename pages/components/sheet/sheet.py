"""Drawing a sheet. An element of Streamlit costs the browser about 10 ms, and a piece of a sheet far less."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from html import escape

import streamlit as st
from streamlit.runtime.scriptrunner import StopException

from pages.components.bar.bar import BAR
from pages.components.chart.chart import CHART
from pages.components.controls.controls import CONTROLS
from pages.components.download.download import DOWNLOAD
from pages.components.leads.leads import LEADS
from pages.components.live.live import LIVE
from pages.components.mounting import LOADERS, SHARED_SCRIPTS, Component, on_event, render, script_of, style_of
from pages.components.sheet.model import Sheet, sheet_now, take
from pages.components.table.table import TABLE

# What loads module and style from the server, "" if it does not serve them. Then every page brings them along.
_loader = ""
# A module of Streamlit is a blob, which finds other modules by whole addresses alone. An unknown address, and a page
# that outlived its server, are without our present style.
_LOADER = """const loaded = import(location.origin + "%s"), href = "%s";
if (!document.querySelector(`link[rel="stylesheet"][href="${href}"]`)) {
  document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href }));
}
export default (component) => { loaded.then((module) => module.default(component)); };"""
_LOADER_OF_LIVE = """const loaded = import(location.origin + "%s");
export default (component) => { loaded.then((module) => module.live(component)); };"""

_SCRIPTS = ("../connection.js", "pieces.js", "first.js", "staying.js", "main.js")
# The key of a sheet that holds all of a page.
PAGE = "page"
PIECES = (BAR, CHART, CONTROLS, DOWNLOAD, LEADS, TABLE)


def serve_apart(module: str, style: str) -> None:
    """Load module and style sheet from these paths of the server."""
    global _loader
    _loader = _LOADER % (module, style)
    LOADERS[LIVE.folder] = _LOADER_OF_LIVE % module


@contextmanager
def sheet(key: str) -> Iterator[None]:
    """Collect what the block draws with `draw_html`, `draw_button`, `box` and our components, and draw it as one
    element. Within another sheet the pieces belong to that one.

    The block calls no drawing command of Streamlit: its element would stand above the sheet.
    """
    if sheet_now.get() is not None:
        yield
        return
    handled = f"{key}_handled"
    collected = Sheet(st.session_state.get(handled, 0))
    token = sheet_now.set(collected)
    try:
        yield
    finally:
        sheet_now.reset(token)
    if key == PAGE and take(collected):
        raise StopException

    def happened(events: str) -> None:
        try:
            collected.happened(events)
        finally:  # an event that fails is not repeated forever
            st.session_state[handled] = collected.handled

    on_change = on_event(key, "event", happened)
    script, style = (_loader, " ") if _loader else (sheet_script(), sheet_style())
    render("sheet", script, style, key, collected.packed(), "content", {"event": on_change}, isolate_styles=False)


def draw_html(html: str) -> None:
    """Draw trusted HTML, in the sheet if the page fills one."""
    if (collected := sheet_now.get()) is not None:
        collected.add_html(html)
    else:
        st.html(html)


def draw_button(label: str, key: str, on_click: Callable[[], None]) -> None:
    """Draw a button, in the sheet if the page fills one."""
    if (collected := sheet_now.get()) is not None:
        collected.add_html(f'<button type="button" class="sf-button" data-key="{escape(key)}">{escape(label)}</button>')
        collected.handlers[key] = {"click": lambda _: on_click()}
    else:
        st.button(label, on_click=on_click, key=key)


@contextmanager
def box(key: str, look: str = "") -> Iterator[None]:
    """Draw the block within a box. `look` is "row", "columns", or "" for a narrow gap."""
    if (collected := sheet_now.get()) is not None:
        with collected.within(key, look):
            yield
    elif look == "row":
        with st.container(key=key or None, horizontal=True, vertical_alignment="center", gap="small"):
            yield
    else:
        with st.container(key=key or None, gap="xsmall"):
            yield


@contextmanager
def fold(key: str, words: str) -> Iterator[None]:
    """Draw the block within a box of the sheet that is closed at first. `words` stay in sight."""
    collected = sheet_now.get()
    assert collected is not None  # Streamlit has no such box that keeps our pieces
    with collected.within(key, "fold", words):
        yield


@cache
def sheet_style() -> str:
    """The style of the page, and of sheets on it."""
    return script_of(("page.css", "orders.css", "sheet.css"), "sheet")


@cache
def sheet_script() -> str:
    """One module of all pieces, and of the connection to the stream: each keeps its names to itself."""
    pieces = []
    for component in PIECES:
        style = json.dumps(style_of(component.folder))
        pieces.append(f"PIECES.{component.folder} = {{ style: {style}, draw: {_enclosed(component)} }};")
    live = f"export const live = {_enclosed(LIVE)};"
    shared, own = script_of(SHARED_SCRIPTS, "sheet"), script_of(_SCRIPTS, "sheet")
    return "\n".join([shared, "const PIECES = {};", *pieces, live, own])


def _enclosed(component: Component) -> str:
    """An expression for the function that draws a component."""
    return f"(() => {{\n{component.script.replace('export default function', 'return function')}\n}})()"
