"""Newer data: a button over a list of the past. Its rows stay where they are until the viewer wants the newer ones."""

from collections.abc import Callable, Hashable

from pages.live.recording import live_html
from pages.shared.failures import load_or
from pages.shared.scene import Scene

Newest = Callable[..., str]

_BUTTON = '<button type="button" class="sf-newer" data-run>There is newer data. Show it</button>'


def show_newer(scene: Scene, newest: Newest, *arguments: Hashable) -> None:
    """Draw the place of the button. `newest(scene, *arguments)` is a short text that changes with the listed rows."""
    if scene.is_now:
        drawn = load_or("", lambda: newest(scene, *arguments))
        live_html("newer", scene, newer_html, newest, drawn, *arguments)


def newer_html(scene: Scene, newest: Newest, drawn: str, *arguments: Hashable) -> str:
    """The button, if the rows differ from those that were drawn. A click runs the page's script (live/main.js).

    A search looks at the newest rows alone. If none of them matches any more, no newer one does.
    """
    return "" if load_or(drawn, lambda: newest(scene, *arguments)) in ("", drawn) else _BUTTON
