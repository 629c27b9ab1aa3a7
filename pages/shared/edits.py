"""Edits: file what a viewer wants to be changed, and show how far the refresher is with it."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from html import escape

import streamlit as st

from db.reads.edits import read_edits, read_edits_without_account
from domain.edits import Edit, EditKind, EditState
from domain.snapshot import Account
from pages.components.sheet.sheet import draw_html
from pages.shared.database import DatabaseUnavailable
from pages.shared.failures import load_or, load_or_none
from pages.shared.formats import moment_text, stored_text
from pages.shared.loaders import ask, file_edit
from pages.shared.scene import Scene
from pages.shared.url_choices import tell

LoadEdits = Callable[[], Sequence[Edit]]
LOOK_SECONDS = 2.0
SHOWN = 5
_WORDS = {
    EditState.PENDING: "Pending. The refresher applies it within seconds if it runs.",
    EditState.APPLIED: "Applied.",
    EditState.REFUSED: "Refused.",
}


def file_edits(kind: EditKind, payload: Mapping[str, object], accounts: Iterable[Account]) -> str:
    """File an edit for each account. Returns why that failed, "" if it did not."""
    try:
        for account in accounts:
            file_edit(kind, payload, account.id)
    except DatabaseUnavailable as error:
        return f"It could not be saved: {error}."
    return ""


def file_own_edit(kind: EditKind, payload: Mapping[str, object]) -> str:
    """File an edit that belongs to the viewer, not to an account. Returns why that failed, "" if it did not."""
    try:
        file_edit(kind, payload, None)
    except DatabaseUnavailable as error:
        return f"It could not be saved: {error}."
    return ""


def file_or_tell(kind: EditKind, payload: Mapping[str, object]) -> None:
    """File an edit that belongs to the viewer. A toast says why if that fails."""
    if problem := file_own_edit(kind, payload):
        tell(problem)


def load_edits(kind: EditKind, accounts: Sequence[Account]) -> Sequence[Edit]:
    """The newest edits of a kind. Raises DatabaseUnavailable."""
    ids = [account.id for account in accounts]
    return ask(lambda connection: read_edits(connection, kind, ids, SHOWN))


def load_own_edits(kinds: Collection[EditKind]) -> Sequence[Edit]:
    """The viewer's newest edits of these kinds that are about no account. Raises DatabaseUnavailable."""
    return ask(lambda connection: read_edits_without_account(connection, kinds, SHOWN))


def show_edits(kind: EditKind, scene: Scene) -> None:
    """The newest edits with their answers. While one is pending they are read again."""
    _show_loaded(lambda: load_edits(kind, scene.accounts), f"edits_{kind}", scene)


def show_own_edits(kinds: Collection[EditKind], scene: Scene, place: str = "") -> None:
    """The newest edits that are about no account, of these kinds. While one is pending they are read again.

    `place` tells two lists of one page apart.
    """
    _show_loaded(lambda: load_own_edits(kinds), f"edits_{'_'.join(kinds)}{place}", scene)


def _show_loaded(load: LoadEdits, key: str, scene: Scene) -> None:
    edits = load_or_none("The newest changes", load)
    if edits:
        draw_html(edits_html(edits, scene))
        _watch(load, edits, key)


def _watch(load: LoadEdits, drawn: Sequence[Edit], key: str) -> None:
    """Run the page again once one of these edits has another state. Draws nothing."""

    def look() -> None:
        if load_or(drawn, load) != drawn:
            st.rerun()

    if _has_pending(drawn):
        st.fragment(look, run_every=LOOK_SECONDS, key=key)()


def own_edit_lines(kinds: Collection[EditKind], scene: Scene) -> Sequence[str]:
    """The viewer's newest edits of these kinds in words, or one line that says that they could not be read.

    `watch_own_edits` then lets the page follow them.
    """
    edits: Sequence[Edit] | None = load_or(None, lambda: own_edits(kinds, scene))
    if edits is None:
        return ["The newest changes could not be read. Stillframe retries automatically."]
    return [words for _, words in _lines(edits, scene)]


def watch_own_edits(kinds: Collection[EditKind], scene: Scene, place: str) -> None:
    """Run the page again once an edit that is pending now has been applied or refused. It draws nothing."""
    drawn: Sequence[Edit] = load_or((), lambda: own_edits(kinds, scene))
    _watch(lambda: load_own_edits(kinds), drawn, f"watched_edits_{place}")


def own_edits(kinds: Collection[EditKind], scene: Scene) -> Sequence[Edit]:
    """The edits as this scene shows them, read once. Raises DatabaseUnavailable."""
    return scene.once(f"edits {sorted(kinds)}", lambda: load_own_edits(kinds))


def _has_pending(edits: Iterable[Edit]) -> bool:
    return any(edit.state is EditState.PENDING for edit in edits)


def edits_html(edits: Iterable[Edit], scene: Scene) -> str:
    """A line for each edit: when it was filed, for which account, and its state with the reason."""
    return "".join(
        f'<div class="sf-note" data-state="{state}">{escape(words)}</div>' for state, words in _lines(edits, scene)
    )


def _lines(edits: Iterable[Edit], scene: Scene) -> Iterator[tuple[EditState, str]]:
    names = {account.id: account.name for account in scene.accounts}
    for edit in edits:
        about = names.get(edit.account_id or -1, "") or subject_of(edit)
        answer = f" {stored_text(edit.answer, scene.view.zone, edit.filed_at)}" if edit.answer else ""
        texts = (moment_text(edit.filed_at, scene.view.zone, scene.at), about, f"{_WORDS[edit.state]}{answer}")
        yield edit.state, " · ".join(text for text in texts if text)


def subject_of(edit: Edit) -> str:
    """The thing that an edit without an account is about: its rule, market or mute."""
    payload = edit.payload if isinstance(edit.payload, Mapping) else {}
    return next((str(payload[name]) for name in ("name", "symbol", "target", "channel") if payload.get(name)), "")
