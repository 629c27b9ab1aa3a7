"""Drawing a table in a page, and what the viewer did with it."""

from collections.abc import Callable

from pages.components.mounting import Component
from pages.components.sheet.model import Events

_SCRIPTS = ("order.js", "cells.js", "widths.js", "keys.js", "windows.js", "first.js", "grid.js", "main.js")
TABLE = Component("table", _SCRIPTS)


def draw_table(
    payload: bytes,
    key: str,
    on_open: Callable[[str], None] | None = None,
    on_window: Callable[[str], None] | None = None,
    on_act: Callable[[str, str], None] | None = None,
) -> None:
    """Draw a table from `payload_of`. `on_open` gets the key of a row that was clicked or opened with Enter.

    `on_window` gets the rows that a long table needs next, for `request_from`. `on_act` gets the name of an action and
    the key of its row.
    """
    events: Events = {"opened": on_open or _ignore, "window": on_window or _ignore, "acted": _apart(on_act)}
    TABLE.mount(key, payload, events)


def _apart(on_act: Callable[[str, str], None] | None) -> Callable[[str], None]:
    """The browser sends the name of the action, a line break, and the key of the row."""

    def happened(value: str) -> None:
        action, _, row = value.partition("\n")
        if on_act is not None:
            on_act(action, row)

    return happened


def _ignore(_: str) -> None:
    """Rows without details lead nowhere, and short tables ask for no rows."""
