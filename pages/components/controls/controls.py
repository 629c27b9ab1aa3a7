"""Drawing a line of controls, and what the viewer chose."""

import json
from collections.abc import Callable, Sequence

from pages.components.mounting import Component

CONTROLS = Component("controls", ("../edges.js", "kinds.js", "many.js", "menus.js", "main.js"))
OnChoose = Callable[[str, Sequence[str]], None]


def draw_controls(payload: bytes, key: str, on_choose: OnChoose) -> None:
    """Draw the controls of `payload_of`. `on_choose` gets the name of a control and its values."""

    def choose(text: str) -> None:
        if (choice := choice_in(text)) is not None:
            on_choose(*choice)

    CONTROLS.mount(key, payload, {"chosen": choose})


def choice_in(text: str) -> tuple[str, list[str]] | None:
    """The name and the values that a browser sent. None if it is no such message."""
    try:
        name, values = json.loads(text)
    except ValueError:
        return None
    if not isinstance(name, str) or not isinstance(values, list) or not all(isinstance(v, str) for v in values):
        return None
    return name, values
