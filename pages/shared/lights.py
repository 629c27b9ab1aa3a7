"""Lights: each source of a page with its age, its last error and the next attempt, as HTML. Pure."""

from collections.abc import Sequence
from datetime import datetime
from html import escape

from domain.sources import Source, SourceKind
from pages.shared.formats import moment_text, utc_text
from pages.shared.scene import Scene, SourceLight
from pages.shared.states import (
    FRESHNESS_COLOURS,
    FRESHNESS_SIGNS,
    FRESHNESS_WORDS,
    remedy_of,
    silence_remedy,
    source_name,
)
from pages.shared.widgets_html import age_html


def lights_html(scene: Scene, kinds: tuple[SourceKind, ...]) -> str:
    """A line for each source. An error that several sources of an account share is told once, below the last."""
    lights = sorted(scene.lights(kinds), key=_place)
    lines = []
    for n, light in enumerate(lights):
        lines.append(_line(light, scene))
        is_last = n + 1 == len(lights) or _cause(lights[n + 1]) != _cause(light)
        if light.state.error is not None and is_last:
            lines.append(_note(_error_words(light, scene)))
    if not lights:
        lines.append(_note("No account has been seen yet."))
    current: Sequence[SourceLight] = lights if scene.outage is None else ()
    remedies = {silence_remedy(light.freshness, light.state, scene.at, scene.is_now) for light in current}
    lines += [_note(remedy) for remedy in sorted(remedies - {""})]
    return f'<div class="sf-lights">{"".join(lines)}</div>'


def _place(light: SourceLight) -> tuple[str, str, Source]:
    """Sources of one account together, and those with one error beside each other."""
    return light.account.name, light.state.error or "", light.state.source


def _cause(light: SourceLight) -> tuple[int, str | None]:
    return light.account.id, light.state.error


def _line(light: SourceLight, scene: Scene) -> str:
    state = light.state
    name = source_name(state.source)
    if len(scene.accounts) > 1:
        name = f"{light.account.name} · {name}"
    age = "never seen" if state.as_of is None else f"{age_html(state.as_of, scene.at, scene.is_now)} old"
    hover = "" if state.as_of is None else f"{moment_text(state.as_of, scene.view.zone)} · {utc_text(state.as_of)}"
    sign = f'<i class="{FRESHNESS_COLOURS[light.freshness]}" aria-hidden="true">{FRESHNESS_SIGNS[light.freshness]}</i>'
    return (
        f'<div class="light" title="{escape(hover)}">{sign} <b>{escape(name)}</b> · '
        f"{FRESHNESS_WORDS[light.freshness].lower()}, {age}</div>"
    )


def _error_words(light: SourceLight, scene: Scene) -> str:
    state = light.state
    since = f" since {moment_text(state.failing_since, scene.view.zone, scene.at)}" if state.failing_since else ""
    following = f"{remedy_of(state, scene.is_now)}{_next(state.next_attempt_at, scene)}"
    return f"Failing{since}: {(state.error or '').rstrip('.')}. {following}".rstrip()


def _next(next_attempt_at: datetime | None, scene: Scene) -> str:
    if next_attempt_at is None:
        return ""
    return f" Next attempt {moment_text(next_attempt_at, scene.view.zone, scene.at)}."


def _note(words: str) -> str:
    return f'<p class="sf-note">{escape(words)}</p>'
