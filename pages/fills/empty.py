"""Empty: why the list of fills is empty, or may not be whole; each reason looks different (Lesson 33)."""

from collections.abc import Sequence

import streamlit as st

from domain.snapshot import Account
from domain.sources import SourceKind
from pages.shared.doubts import sentence, show_doubts
from pages.shared.formats import moment_text
from pages.shared.past import reads_fills
from pages.shared.period import Span
from pages.shared.scene import Scene
from pages.shared.states import remedy_of
from pages.shared.widgets import show_band, show_empty, show_failed, show_never

FILLS = (SourceKind.FILLS,)


def show_gaps(scene: Scene) -> None:
    """A band for each source of fills that fails and each account without one: what is listed stands all the same."""
    show_doubts(scene, FILLS)
    for account in scene.accounts:
        if not reads_fills(account):
            show_band("past", f"{account.name}: {_not_read(account)} This list is without it.")


def show_nothing_known(scene: Scene) -> bool:
    """Say why nothing can be known of fills, if that is so: not readable, failed, never loaded. Whether it was said."""
    asked = [account for account in scene.accounts if reads_fills(account)]
    if not asked:
        show_never("Fills are not readable here", " ".join(f"{a.name}: {_not_read(a)}" for a in scene.accounts))
        return True
    lights = scene.lights(FILLS)
    if any(light.state.as_of is not None for light in lights) or not scene.is_now:
        return False
    if any(scene.learned_of(account).fills_since is not None for account in asked):
        return False
    failing = [light.state for light in lights if light.state.error]
    if failing:
        words = f"{sentence(failing[0].error or '')} {remedy_of(failing[0])}"
        show_failed("Fills could not be loaded", words, failing[0].failing_since, scene.view)
    else:
        show_never("Fills have not been read yet", "They appear as the past is read, the newest first.")
    return True


def show_no_fills(scene: Scene, any_known: bool, is_narrow: bool) -> None:
    """Nothing to list although fills can be known: none at all, or none that the filters leave."""
    seen = min((s for light in scene.lights(FILLS) if (s := light.state.as_of) is not None), default=None)
    if any_known:
        what = "match the filters" if is_narrow else "fall into this period"
        st.html(f'<div class="sf-empty empty"><b>No fills {what}</b>There are others without them.</div>')
    else:
        hint = "Executions appear here as soon as the exchange tells them." if scene.is_now else ""
        show_empty("No fills", seen, scene.view, hint)


def known_words(scene: Scene, span: Span) -> str:
    """Since when all fills are known, where the period begins before that; "" where it does not."""
    told = []
    accounts: Sequence[Account] = [account for account in scene.accounts if reads_fills(account)]
    for account in accounts:
        since = scene.learned_of(account).fills_since
        if since is not None and (span.since is None or span.since < since):
            name = f"{account.name}: fills" if len(accounts) > 1 else "Fills"
            told.append(f"{name} before {moment_text(since, scene.view.zone)} were not read.")
    return " ".join(told)


def _not_read(account: Account) -> str:
    if SourceKind.FILLS in account.not_readable:
        return f"the fills of {account.exchange} cannot be read by Stillframe."
    return f"fills are not asked for on {account.exchange}."
