"""Drawing lines that lead on."""

from collections.abc import Callable

from pages.components.mounting import Component

LEADS = Component("leads", ("main.js",))


def draw_leads(payload: bytes, key: str, on_chosen: Callable[[str], None]) -> None:
    """Draw the lines of `payload_of`. `on_chosen` gets the `chosen` of a line that was clicked."""
    LEADS.mount(key, payload, {"chosen": on_chosen})
