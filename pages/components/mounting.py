"""Mounting: our components, registered once with Streamlit and drawn by their folder's scripts."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
from streamlit.components.v2.types import ComponentRenderer

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Component:
    """A component in a folder beside this file. Its scripts make up one module, because Streamlit serves one."""

    folder: str
    scripts: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"stillframe.{self.folder}"

    def mount(self, key: str, data: bytes, **options: Any) -> None:
        """Draw the component. Outside of a session nothing is drawn."""
        renderer = _RENDERERS.get(self.name)
        if renderer is None or get_bidi_component_manager().get(self.name) is None:
            renderer = _RENDERERS[self.name] = self._registered()
        renderer(key=key, data=data, **options)

    def _registered(self) -> ComponentRenderer:
        style, script = _sources(self.folder, self.scripts)
        return st.components.v2.component(self.name, html=f'<div class="sf-{self.folder}"></div>', css=style, js=script)


_RENDERERS: dict[str, ComponentRenderer] = {}


@cache
def _sources(folder: str, scripts: tuple[str, ...]) -> tuple[str, str]:
    paths = [_HERE / "unpack.js", _HERE / "arrive.js", *(_HERE / folder / name for name in scripts)]
    return (_HERE / folder / f"{folder}.css").read_text(), "\n".join(path.read_text() for path in paths)


def on_event(key: str, event: str, handle: Callable[[str], None]) -> Callable[[], None]:
    """A callback that hands the value of a component's event to `handle`."""

    def happened() -> None:
        value = st.session_state[key].get(event)
        if isinstance(value, str):
            handle(value)

    return happened
