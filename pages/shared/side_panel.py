"""Side panel: everything about one row of a list, beside the page on a desk and at the foot of a phone."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import streamlit as st

from domain.csv_lines import plain_text
from pages.live.recipe import Build
from pages.live.recording import live_html, live_shape
from pages.shared.navigation import lead_to
from pages.shared.opened_row import OpenedRow
from pages.shared.past_rows import PastRow, Row
from pages.shared.scene import Scene


@contextmanager
def side_panel(close: Callable[[], None]) -> Iterator[None]:
    """A panel with its button to close it. Esc closes it too."""
    with st.container(key="side_panel", gap="small"):
        with st.container(horizontal=True, horizontal_alignment="right", key="panel_head"):
            icon = ":material/close:"
            st.button("Close", on_click=close, key="close_panel", type="tertiary", icon=icon, shortcut="Escape")
        yield


@dataclass(frozen=True, slots=True)
class PageLink:
    """A link of a panel to another page."""

    label: str
    path: str
    choices: Mapping[str, str]


def show_page_links(links: Sequence[PageLink]) -> None:
    """The links, one below the other."""
    for link in links:
        args, key = (link.path, link.choices), f"panel_{link.path}"
        st.button(link.label, on_click=lead_to, args=args, type="tertiary", icon=":material/link:", key=key)


# Loads a row by its account and id, None if it is not known. Raises DatabaseUnavailable.
LoadRow = Callable[[Scene, str, str], PastRow[Row] | None]


def show_opened_row(
    scene: Scene,
    opened: OpenedRow,
    load: LoadRow[Row],
    html: Build,
    links: Callable[[Row], Sequence[PageLink]],
    raw: Callable[[Row], object],
) -> None:
    """Draw the panel of the row that the address names, if any: its facts, links and payload.

    `load` and `html` are functions of a module. Raises DatabaseUnavailable.
    """
    current = opened.current()
    if current is None:
        return
    with side_panel(opened.close):
        live_shape(f"opened_{opened.name}_state", scene, _is_known, load, *current)
        live_html(f"opened_{opened.name}", scene, html, *current)
        found = load(scene, *current)
        if found is not None:
            show_page_links(links(found.row))
            show_raw(None if scene.view.hide_amounts else raw(found.row), f"{opened.name}_raw")


def _is_known(scene: Scene, load: LoadRow[Row], account: str, key: str) -> str:
    return "unknown" if load(scene, account, key) is None else "known"


def show_raw(raw: object, key: str) -> None:
    """The payload of the exchange, folded. Nothing without one."""
    if raw:
        with st.expander("Raw exchange data", key=key):
            st.json(plain(raw), expanded=2)


def plain(value: object) -> object:
    """A payload with its decimals as texts."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value if value is None or isinstance(value, str | bool | int) else plain_text(value)
