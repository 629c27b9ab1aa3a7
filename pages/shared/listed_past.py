"""History states: why a list of history rows is empty or incomplete. Each reason looks different."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from db.reads.history_progress import HistoryProgress
from domain.snapshot import Account
from domain.sources import SourceKind
from pages.components.sheet.sheet import draw_html
from pages.shared.data_warnings import sentence
from pages.shared.formats import moment_text
from pages.shared.period import Span
from pages.shared.scene import Scene
from pages.shared.states import remedy_of
from pages.shared.widgets import failed_html, show_band, show_empty
from pages.shared.widgets_html import state_html


@dataclass(frozen=True, slots=True)
class ListedPast:
    """A kind of history that a page lists, with its display texts.

    `known_since` gives the start of complete history, `not_read` why an account's is not read (a sentence), `lacks` the
    kinds that cannot be read although the rest can ("" for none), `hint` a text for a list that is still empty.
    """

    kind: SourceKind
    noun: str  # in the plural: "fills"
    is_read: Callable[[Account], bool]
    known_since: Callable[[HistoryProgress], datetime | None]
    not_read: Callable[[Account], str]
    hint: str
    lacks: Callable[[Account], str] = lambda _: ""


def nothing_known_html(scene: Scene, past: ListedPast) -> str:
    """Why nothing is known: unreadable, failed, or never loaded. "" if the list can be shown."""
    accounts = [account for account in scene.accounts if past.is_read(account)]
    title = past.noun.capitalize()
    if not accounts:
        reasons = " ".join(f"{a.name}: {past.not_read(a)}" for a in scene.accounts)
        return state_html("never", f"{title} are not readable here", reasons)
    lights = scene.lights((past.kind,))
    if any(light.state.as_of is not None for light in lights) or not scene.is_now:
        return ""
    if any(past.known_since(scene.progress_of(account)) is not None for account in accounts):
        return ""
    failing = [light.state for light in lights if light.state.error]
    if failing:
        words = f"{sentence(failing[0].error or '')} {remedy_of(failing[0])}"
        return failed_html(f"{title} could not be loaded", words, failing[0].failing_since, scene.view)
    words = "They appear while the history is read, newest first."
    return state_html("never", f"{title} have not been read yet", words)


def show_gaps(scene: Scene, past: ListedPast) -> None:
    """A band for each account with unreadable history."""
    for account in scene.accounts:
        if not past.is_read(account):
            show_band("past", f"{account.name}: {past.not_read(account)} This list lacks this account.")
        elif words := past.lacks(account):
            show_band("past", f"{account.name}: Stillframe cannot read {words}. This list lacks them.")


def show_no_rows(scene: Scene, past: ListedPast, any_known: bool, is_narrow: bool) -> None:
    """Explain an empty list with known history: no rows at all, or no match for the filters."""
    as_of = min((s for light in scene.lights((past.kind,)) if (s := light.state.as_of) is not None), default=None)
    if any_known:
        condition = "match the filters" if is_narrow else "fall into this period"
        hint = "Clear the filters or choose another period." if is_narrow else "Choose another period."
        draw_html(state_html("empty", f"No {past.noun} {condition}", hint))
    else:
        show_empty(f"No {past.noun}", as_of, scene.view, past.hint if scene.is_now else "")


def known_words(scene: Scene, past: ListedPast, span: Span) -> str:
    """The start of complete history, if the period begins before it. "" otherwise."""
    texts = []
    accounts = [account for account in scene.accounts if past.is_read(account)]
    for account in accounts:
        since = past.known_since(scene.progress_of(account))
        if since is not None and (span.since is None or span.since < since):
            name = f"{account.name}: {past.noun}" if len(accounts) > 1 else past.noun.capitalize()
            texts.append(f"{name} before {moment_text(since, scene.view.zone)} were not read.")
    return " ".join(texts)
