"""Drawing the bar. It also listens to shortcuts and keeps the scroll position of each page."""

from pages.components.bar.model import KEPT, KEPT_COOKIE, Bar, payload_of
from pages.components.mounting import Component
from pages.components.sheet.model import Events

_SCRIPTS = ("../age_text.js", "../age/ages.js", "badge.js", "menus.js", "theme.js", "scroll.js", "leaving.js",
            "keeping.js", "search.js", "shortcuts.js", "../edges.js")  # fmt: skip
BAR = Component("bar", (*_SCRIPTS, "choices.js", "main.js"), {"KEPT_COOKIE": KEPT_COOKIE, "KEPT": KEPT})


def draw_bar(bar: Bar, events: Events) -> None:
    """Draw the bar.

    Events: `page` with a path, `account` with names in lines, `jump` with a shortcut, `moment` with a local time,
    `coin` and `overview_of` with a name, `find` with words of orders, `refresh`, and the names of choices with
    their new value.
    """
    BAR.mount("bar", payload_of(bar), events)
