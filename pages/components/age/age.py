"""Drawing the ages of a page's sources."""

from pages.components.mounting import Component

_AGE = Component("age", ("ages.js", "main.js"))


def draw_age(payload: bytes, key: str) -> None:
    """Draw the badge's text from `payload_of`. It goes on counting when nothing arrives."""
    _AGE.mount(key, payload, height="content", width="content")
