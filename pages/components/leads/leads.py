"""Drawing lines that lead on."""

from collections.abc import Callable

from pages.components.mounting import Component, on_event

_LEADS = Component("leads", ("main.js",))


def draw_leads(payload: bytes, key: str, on_chosen: Callable[[str], None]) -> None:
    """Draw the lines of `payload_of`. `on_chosen` gets the `chosen` of a line that was clicked."""
    _LEADS.mount(key, payload, on_chosen_change=on_event(key, "chosen", on_chosen), height="content")
