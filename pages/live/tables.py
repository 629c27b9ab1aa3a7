"""Tables that the stream renews, or the words that stand in the place of one without rows."""

from collections.abc import Callable, Hashable

from pages.components.table.table import draw_table
from pages.live.recipe import Build
from pages.live.recording import live_data, live_html, live_shape
from pages.shared.scene import Scene

HasRows = Callable[..., bool]


def live_table(
    key: str,
    scene: Scene,
    has_rows: HasRows,
    payload: Build,
    otherwise: Build,
    *arguments: Hashable,
    on_open: Callable[[str], None] | None = None,
    on_act: Callable[[str, str], None] | None = None,
) -> None:
    """Draw the table of `payload(scene, *arguments)`. Without rows draw the HTML of `otherwise(scene, *arguments)`.

    All three are functions of a module. `on_open` gets the key of an opened row, `on_act` an action and its row's key.
    """
    live_shape(f"{key}_shown", scene, _shape, has_rows, *arguments)
    if has_rows(scene, *arguments):
        draw_table(live_data(key, scene, payload, *arguments), key, on_open, on_act=on_act)
    else:
        live_html(f"{key}_empty", scene, otherwise, *arguments)


def _shape(scene: Scene, has_rows: HasRows, *arguments: Hashable) -> str:
    return "rows" if has_rows(scene, *arguments) else ""
