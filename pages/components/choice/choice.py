"""Drawing a choice of one option."""

from collections.abc import Callable, Sequence

from pages.components.mounting import Component
from pages.components.payload import packed

CHOICE = Component("choice", ("main.js",))


def draw_choice(label: str, options: Sequence[str], chosen: str, key: str, on_choose: Callable[[str], None]) -> None:
    """Draw the options. `label` is for screen readers. `on_choose` gets the one that was clicked."""
    payload = packed({"label": label, "options": list(options), "chosen": chosen})
    CHOICE.mount(key, payload, {"chosen": on_choose})
