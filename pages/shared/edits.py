"""Edits: file what a viewer wants to be changed, and show how far the refresher is with it."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from html import escape

import streamlit as st

from db.reads.edits import read_edits
from domain.edits import Edit, EditKind, EditState
from domain.snapshot import Account
from pages.shared.database import DatabaseUnavailable
from pages.shared.formats import moment_text
from pages.shared.loaders import ask, file_edit
from pages.shared.scene import Scene

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


def load_edits(kind: EditKind, accounts: Sequence[Account]) -> Sequence[Edit]:
    """The newest edits of a kind. Raises DatabaseUnavailable."""
    ids = [account.id for account in accounts]
    return ask(lambda connection: read_edits(connection, kind, ids, SHOWN))


def show_edits(kind: EditKind, scene: Scene) -> None:
    """The newest edits with their answers. While one is pending they are read again."""
    try:
        edits = load_edits(kind, scene.accounts)
    except DatabaseUnavailable:
        return
    is_waiting = any(edit.state is EditState.PENDING for edit in edits)
    draw = partial(_show, kind, scene, edits, is_waiting)
    if edits:
        st.fragment(draw, run_every=LOOK_SECONDS if is_waiting else None, key=f"edits_{kind}")()


def _show(kind: EditKind, scene: Scene, edits: Sequence[Edit], was_waiting: bool) -> None:
    if was_waiting:
        try:
            edits = load_edits(kind, scene.accounts)
        except DatabaseUnavailable:
            return
        if not any(edit.state is EditState.PENDING for edit in edits):
            st.rerun()
    st.html(edits_html(edits, scene))


def edits_html(edits: Iterable[Edit], scene: Scene) -> str:
    """A line for each edit: when it was filed, for which account, and its state with the reason."""
    names = {account.id: account.name for account in scene.accounts}
    lines = []
    for edit in edits:
        name = names.get(edit.account_id or -1, "")
        answer = f" {edit.answer}" if edit.answer else ""
        words = f"{moment_text(edit.filed_at, scene.view.zone, scene.at)} · {name} · {_WORDS[edit.state]}{answer}"
        lines.append(f'<div class="sf-note" data-state="{edit.state}">{escape(words)}</div>')
    return "".join(lines)
