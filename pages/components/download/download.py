"""Drawing the button of a download."""

from collections.abc import Callable
from datetime import UTC, datetime

import streamlit as st
from streamlit.runtime import get_instance

from pages.components.mounting import Component
from pages.components.payload import packed

DOWNLOAD = Component("download", ("main.js",))


def draw_download(make: Callable[[], str], file_name: str, key: str, help_: str, *, is_enabled: bool = True) -> None:
    """Draw a button for a CSV file. `make` gives its text, only after a click. `help_` is shown on hover."""
    asked_at = st.session_state.pop(_asked(key), None)
    file = {"at": asked_at, "name": file_name, "text": make()} if asked_at and is_enabled else None
    payload = packed({"label": "CSV", "help": help_, "enabled": is_enabled, "file": file})
    DOWNLOAD.mount(key, payload, {"asked": lambda _: _ask(key)})


def draw_file(
    make: Callable[[], bytes | None], file_name: str, mime: str, key: str, label: str, help_: str, *, is_enabled: bool
) -> None:
    """Draw a button for a file of any size, which the browser fetches by a request of its own.

    `make` gives its bytes, only after a click. None if it failed: then nothing is saved.
    """
    asked_at = st.session_state.pop(_asked(key), None)
    content = make() if asked_at and is_enabled else None
    file = None
    if content is not None:
        files = get_instance().media_file_mgr
        url = files.add(content, mime, f"stillframe.{key}", file_name=file_name, is_for_static_download=True)
        file = {"at": asked_at, "name": file_name, "url": url}
    payload = packed({"label": label, "help": help_, "enabled": is_enabled, "file": file})
    DOWNLOAD.mount(key, payload, {"asked": lambda _: _ask(key)})


def _ask(key: str) -> None:
    st.session_state[_asked(key)] = datetime.now(UTC).isoformat()


def _asked(key: str) -> str:
    return f"{key}_asked"
