"""Mounting: our components, registered once with Streamlit and drawn by their folder's scripts.

Within a sheet a component is a piece of it, else an element of Streamlit.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

import streamlit as st
from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
from streamlit.components.v2.types import ComponentRenderer

from pages.components.sheet.model import Events, sheet_now

_HERE = Path(__file__).parent
# What loads a component's script from the server, by folder. Without it every page brings the script along.
LOADERS: dict[str, str] = {}
# The scripts that every module begins with.
SHARED_SCRIPTS = ("../unpack.js", "../arrive.js", "../letters.js")


@dataclass(frozen=True, slots=True)
class Component:
    """A component in a folder beside this file. Its scripts make up one module, because Streamlit serves one.

    They find the constants under their names.
    """

    folder: str
    scripts: tuple[str, ...]
    constants: Mapping[str, object] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"stillframe.{self.folder}"

    @property
    def script(self) -> str:
        """The scripts one after the other, with the constants above them."""
        constants = [f"const {name} = {json.dumps(value)};" for name, value in self.constants.items()]
        return "\n".join((*constants, script_of(self.scripts, self.folder)))

    def mount(self, key: str, data: bytes, events: Events | None = None, height: int | None = None) -> None:
        """Draw the component. `events` gets what the viewer does. `height` is in pixels, None for that of its content.

        Outside of a session nothing is drawn.
        """
        events = events or {}
        if (sheet := sheet_now.get()) is not None:
            sheet.add_component(self.folder, key, data, events, height)
            return
        callbacks = {name: on_event(key, name, handle) for name, handle in events.items()}
        script = LOADERS.get(self.folder) or f"{script_of(SHARED_SCRIPTS, self.folder)}\n{self.script}"
        render(self.folder, script, style_of(self.folder), key, data, height or "content", callbacks)


def render(
    folder: str,
    script: str,
    style: str,
    key: str,
    data: bytes,
    height: int | Literal["content"],
    callbacks: Mapping[str, Callable[[], None]],
    *,
    isolate_styles: bool = True,
) -> None:
    """Draw an element of Streamlit with a script of ours. `callbacks` are by event."""
    name = f"stillframe.{folder}"
    renderer = _RENDERERS.get(name)
    if renderer is None or get_bidi_component_manager().get(name) is None:
        html = f'<div class="sf-{folder}"></div>'
        renderer = st.components.v2.component(name, html=html, css=style, js=script, isolate_styles=isolate_styles)
        _RENDERERS[name] = renderer
    named: dict[str, Any] = {f"on_{event}_change": callback for event, callback in callbacks.items()}
    renderer(key=key, data=data, height=height, **named)


_RENDERERS: dict[str, ComponentRenderer] = {}


@cache
def script_of(names: tuple[str, ...], folder: str) -> str:
    """Scripts of a folder one after the other."""
    return "\n".join((_HERE / folder / name).read_text() for name in names)


@cache
def style_of(folder: str) -> str:
    """The style sheet of a folder."""
    return (_HERE / folder / f"{folder}.css").read_text()


def on_event(key: str, event: str, handle: Callable[[str], None]) -> Callable[[], None]:
    """A callback that hands the value of a component's event to `handle`."""

    def happened() -> None:
        value = st.session_state[key].get(event)
        if value is not None:
            handle(str(value))

    return happened
