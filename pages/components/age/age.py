"""Drawing the ages of a page's sources."""

from datetime import datetime

from pages.components.chart.model import milliseconds
from pages.components.mounting import Component
from pages.components.payload import apart

_AGE = Component("age", ("../age_text.js", "ages.js", "main.js"))


def draw_age(payload: bytes, at: datetime, key: str) -> None:
    """Draw the badge's text from `payload_of`. It goes on counting when nothing arrives.

    `at` is the moment shown, the server's time for now. So a wrong clock of the browser does not count.
    """
    place, ages = apart(payload)
    dated = place + b'{"at":%d,' % milliseconds(at) + ages[1:]
    _AGE.mount(key, dated, height="content", width="content")
