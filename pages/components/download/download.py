"""Drawing the button of a download.

A click runs the page, which makes the file. A further click ends that run, and the file is lost with it. So the browser
names each request, and asks again while a finished run has not answered it.
"""

from collections.abc import Callable, Mapping

import streamlit as st
from streamlit.runtime import get_instance

from pages.components.mounting import Component
from pages.components.payload import packed

DOWNLOAD = Component("download", ("../connection.js", "main.js"))


def draw_download(make: Callable[[], str], file_name: str, key: str, help_: str, *, is_enabled: bool = True) -> None:
    """Draw a button for a CSV file. `make` gives its text, only after a click. `help_` is shown on hover."""
    request = st.session_state.pop(_asked(key), None)
    file = {"request": request, "name": file_name, "text": make()} if request and is_enabled else None
    _mount(key, "CSV", help_, is_enabled, file)


def draw_file(
    make: Callable[[], bytes | None], file_name: str, mime: str, key: str, label: str, help_: str, *, is_enabled: bool
) -> None:
    """Draw a button for a file of any size, which the browser fetches by a request of its own.

    `make` gives its bytes, only after a click. None if it failed: then nothing is saved.
    """
    request = st.session_state.pop(_asked(key), None)
    file = None
    if request and is_enabled:
        file, content = {"request": request, "name": file_name}, make()
        if content is not None:
            files = get_instance().media_file_mgr
            url = files.add(content, mime, f"stillframe.{key}", file_name=file_name, is_for_static_download=True)
            file["url"] = url
    _mount(key, label, help_, is_enabled, file)


def _mount(key: str, label: str, help_: str, is_enabled: bool, file: Mapping[str, str] | None) -> None:
    """Draw the button. A `file` answers a request of the browser, without a text or an address if it failed."""

    def ask(request: str) -> None:
        st.session_state[_asked(key)] = request

    payload = packed({"label": label, "help": help_, "enabled": is_enabled, "file": file})
    DOWNLOAD.mount(key, payload, {"asked": ask})


def _asked(key: str) -> str:
    return f"{key}_asked"
