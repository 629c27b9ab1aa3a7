"""Drawing the theme switch. The same component listens to shortcuts and keeps the scroll position of each page."""

from pages.components.mounting import Component
from pages.components.payload import packed

_SHELL = Component("shell", ("theme.js", "scroll.js", "shortcuts.js", "main.js"))


def draw_shell(key: str) -> None:
    """Draw the switch between light and dark."""
    _SHELL.mount(key, packed({}), height="content", width="content")
