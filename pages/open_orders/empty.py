"""Empty: why the list of open orders is empty, or may not be whole; each reason looks different (Lesson 33)."""

import streamlit as st

from domain.sources import ORDER_KINDS
from pages.open_orders.view import is_partial
from pages.shared.formats import age_text, moment_text
from pages.shared.scene import Scene, SourceLight
from pages.shared.states import remedy_of, source_name
from pages.shared.widgets import show_band, show_empty, show_failed, show_never


def show_doubts(scene: Scene) -> None:
    """A band for each order source that fails or was never seen: what is listed of it, and how old that is."""
    for account in scene.unread:
        show_band("failed", f"{account.name}: its orders could not be read from the database just now.")
    for light in scene.lights(ORDER_KINDS):
        if light.state.carried or not light.state.is_whole:
            show_band("carried" if light.state.as_of else "failed", _doubt(light, scene))


def _doubt(light: SourceLight, scene: Scene) -> str:
    state, name = light.state, source_name(light.state.source)
    who = f"{light.account.name}: {name.lower()}" if len(scene.accounts) > 1 else name
    why = f" {_sentence(state.error)} {remedy_of(state)}" if state.error else ""
    if state.as_of is None:
        return f"{who}: not seen yet, so there may be more than the list shows.{why}"
    seen = moment_text(state.as_of, scene.view.zone, scene.at)
    if state.unreadable_rows:
        count = state.unreadable_rows
        rows = "1 row was" if count == 1 else f"{count} rows were"
        why = f"{why} {rows} not understood and may be orders that the list lacks; Status shows them."
    if not state.carried:
        return f"{who}:{why}"
    return f"{who} carried from {seen}, {age_text(scene.at - state.as_of)} old.{why}"


def _sentence(error: str) -> str:
    return f"{error[:1].upper()}{error[1:].rstrip('.')}."


def show_no_orders(scene: Scene) -> None:
    """Nothing to list: known to be empty, never seen, or failed."""
    lights = scene.lights(ORDER_KINDS)
    failing = [light.state for light in lights if light.state.as_of is None and light.state.error]
    if failing:
        state = failing[0]
        words = f"{_sentence(state.error or '')} {remedy_of(state)}"
        show_failed("Open orders could not be loaded", words, state.failing_since, scene.view)
    elif scene.unread and not scene.snapshots:
        show_failed("Open orders could not be read", "The database did not answer in time.", None, scene.view)
    elif is_partial(scene):
        show_never("Open orders have not been seen yet")
    else:
        seen = min((light.state.as_of for light in lights if light.state.as_of is not None), default=None)
        show_empty("No open orders", seen, scene.view, "Orders appear here as soon as the exchange lists them.")


def show_no_match(whole: int) -> None:
    """The filters leave nothing."""
    st.html(
        '<div class="sf-empty empty"><b>No order matches the filters</b>'
        f"{whole:,} open order{'s' if whole != 1 else ''} without them.</div>"
    )
