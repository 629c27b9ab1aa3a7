"""Data warnings: a band for everything on the page that may differ from the exchange, with its age and the reason.

The bands are docked at the foot of the window. They come and go while a page is open, and there they move nothing.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from html import escape

from domain.sources import ORDER_KINDS, SourceKind
from pages.shared.formats import moment_text
from pages.shared.scene import Scene, SourceLight
from pages.shared.states import remedy_of, source_name
from pages.shared.widgets_html import age_html, docked_html


def warnings_html(scene: Scene, kinds: Iterable[SourceKind]) -> str:
    """A band for sources that fail, were never seen or not parsed, with the age of the data shown.

    Sources that fail for one reason share a band. One exchange that is down gives one band.
    """
    bands = [
        docked_html("failed", escape(f"{account.name}: its data could not be read from the database just now."))
        for account in scene.unread
    ]
    groups: dict[tuple[object, ...], list[SourceLight]] = {}
    for light in scene.lights(kinds):
        if light.state.carried or not light.state.is_complete:
            state = light.state
            # One cause has one band, whenever each source was read last. Without a cause the moment is what they share.
            since = state.as_of if not state.error else state.as_of is not None
            same = (light.account.id, since, state.error, state.carried)
            groups.setdefault(same if not state.unreadable_rows else (*same, state.source), []).append(light)
    for lights in groups.values():
        bands.append(_band_of(lights, scene))
    return "".join(bands)


def _band_of(lights: Sequence[SourceLight], scene: Scene) -> str:
    """One band: sources of one account that share a reason, or without one an age.

    The browser counts the age on. Nothing follows it, so that a longer one moves nothing.
    """
    kind = "carried" if lights[0].state.as_of else "failed"
    words = escape(_words_of(lights, scene))
    if not lights[0].state.carried or (oldest := _oldest(lights)) is None:
        return docked_html(kind, words)
    at_most = "at most " if len({light.state.as_of for light in lights}) > 1 else ""
    return docked_html(kind, words, age=f"Age {at_most}{age_html(oldest, scene.at, scene.is_now)}")


def _oldest(lights: Sequence[SourceLight]) -> datetime | None:
    return min((light.state.as_of for light in lights if light.state.as_of is not None), default=None)


def _words_of(lights: Sequence[SourceLight], scene: Scene) -> str:
    """What is old or missing since when, what it means, and why."""
    state = lights[0].state
    named = _listed([source_name(light.state.source) for light in lights])
    who = f"{lights[0].account.name}: {named.lower()}" if len(scene.accounts) > 1 else named
    why = f" {sentence(state.error)} {remedy_of(state, scene.is_now)}".rstrip() if state.error else ""
    if state.as_of is None:
        more = ", so there may be more than the list shows" if _listed_of(lights) else ""
        return f"{who}: not seen yet{more}.{why}"
    if state.unreadable_rows:
        rows = "1 row was" if state.unreadable_rows == 1 else f"{state.unreadable_rows} rows were"
        means = f", so the list may lack {rows_word}" if (rows_word := _listed_of(lights)) else ""
        why = f"{why} {rows} not understood{means}. Status shows the reason."
    if not state.carried:
        return f"{who}:{why}"
    oldest = _oldest(lights)
    assert oldest is not None
    as_of = moment_text(oldest, scene.view.zone, scene.at)
    means = " Distances rest on old prices." if any(_is_of_prices(light) for light in lights) else ""
    return f"{who} not updated since {as_of}.{means}{why}"


def _is_of_prices(light: SourceLight) -> bool:
    return light.state.source.kind is SourceKind.PRICES


def _listed_of(lights: Sequence[SourceLight]) -> str:
    """The names of the sources of a list. "" for none."""
    kinds = {light.state.source.kind for light in lights}
    return "orders" if not kinds.isdisjoint(ORDER_KINDS) else "fills" if SourceKind.FILLS in kinds else ""


def _listed(names: Sequence[str]) -> str:
    """Names as the start of a sentence: the first with a capital, the others without."""
    first, *others = dict.fromkeys(names)
    words = [first, *(name.lower() for name in others)]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def sentence(error: str) -> str:
    """An error text as a sentence."""
    return f"{error[:1].upper()}{error[1:].rstrip('.')}."
