"""Data warnings: a band for everything on the page that may differ from the exchange, with its age and the reason."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from html import escape

from domain.sources import ORDER_KINDS, SourceKind
from pages.live.recording import live_html
from pages.shared.formats import moment_text
from pages.shared.scene import Scene, SourceLight
from pages.shared.states import remedy_of, source_name
from pages.shared.widgets_html import age_html, band_html

_AGE = "\0"  # no text of an exchange has this sign


def show_data_warnings(scene: Scene, kinds: Iterable[SourceKind]) -> None:
    """Show the bands of these kinds of sources. The stream renews them."""
    live_html("warnings", scene, warnings_html, tuple(kinds))


def warnings_html(scene: Scene, kinds: Iterable[SourceKind]) -> str:
    """A band for sources that fail, were never seen or not parsed, with the age of the data shown.

    Sources that fail for one reason share a band. One exchange that is down gives one band.
    """
    bands = [
        band_html("failed", escape(f"{account.name}: its data could not be read from the database just now."))
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
        bands.append(band_html("carried" if lights[0].state.as_of else "failed", _warning_html(lights, scene)))
    return "".join(bands)


def _warning_html(lights: Sequence[SourceLight], scene: Scene) -> str:
    """The text of one band: sources of one account that share a reason, or without one an age.

    The browser counts the age on.
    """
    words, oldest = _warning_of(lights, scene)
    before, age, after = words.partition(_AGE)
    counted = "" if oldest is None else age_html(oldest, scene.at, scene.is_now)
    return escape(before) + (counted if age else "") + escape(after)


def _warning_of(lights: Sequence[SourceLight], scene: Scene) -> tuple[str, datetime | None]:
    """The text with the place of the age, and the moment that it counts from."""
    state = lights[0].state
    named = _listed([source_name(light.state.source) for light in lights])
    who = f"{lights[0].account.name}: {named.lower()}" if len(scene.accounts) > 1 else named
    why = f" {sentence(state.error)} {remedy_of(state, scene.is_now)}".rstrip() if state.error else ""
    if state.as_of is None:
        more = ", so there may be more than the list shows" if _listed_of(lights) else ""
        return f"{who}: not seen yet{more}.{why}", None
    if state.unreadable_rows:
        rows = "1 row was" if state.unreadable_rows == 1 else f"{state.unreadable_rows} rows were"
        means = f", so the list may lack {rows_word}" if (rows_word := _listed_of(lights)) else ""
        why = f"{why} {rows} not understood{means}. Status shows the reason."
    if not state.carried:
        return f"{who}:{why}", None
    moments = {light.state.as_of for light in lights if light.state.as_of is not None}
    oldest, at_most = min(moments), "at most " if len(moments) > 1 else ""
    as_of = moment_text(oldest, scene.view.zone, scene.at)
    means = " Distances rest on old prices." if any(_is_of_prices(light) for light in lights) else ""
    return f"{who} not updated since {as_of}, {at_most}{_AGE} old.{means}{why}", oldest


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
