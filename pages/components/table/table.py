"""Drawing a table in a page, and what the viewer did with it."""

from collections.abc import Callable

from pages.components.mounting import Component

TABLE = Component("table", ("order.js", "cells.js", "keys.js", "windows.js", "grid.js", "main.js"))


def draw_table(
    payload: bytes,
    key: str,
    on_open: Callable[[str], None] | None = None,
    on_window: Callable[[str], None] | None = None,
) -> None:
    """Draw a table from `payload_of`. `on_open` gets the key of a row that was clicked or opened with Enter.

    `on_window` gets the rows that a long table needs next, for `request_from`.
    """
    TABLE.mount(key, payload, {"opened": on_open or _ignore, "window": on_window or _ignore})


def _ignore(_: str) -> None:
    """Rows without details lead nowhere, and short tables ask for no rows."""
