"""Drawing the theme switch. It also listens to shortcuts, marks the present page and keeps scroll positions."""

from pages.components.mounting import Component
from pages.components.payload import packed

_SHELL = Component("shell", ("links.js", "theme.js", "scroll.js", "shortcuts.js", "main.js"))


def draw_shell(key: str) -> None:
    """Draw the switch between light and dark."""
    _SHELL.mount(key, packed({}), height="content", width="content")
