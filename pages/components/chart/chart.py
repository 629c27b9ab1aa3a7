"""Drawing a chart in a page."""

from pages.components.mounting import Component

CHART = Component("chart", ("scale.js", "axes.js", "shapes.js", "levels.js", "pointer.js", "main.js"))


def draw_chart(payload: bytes, key: str, height: int) -> None:
    """Draw a chart from `payload_of`. Its height is set beforehand, so nothing moves when it is drawn."""
    CHART.mount(key, payload, height=height)
