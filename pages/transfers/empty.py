"""Empty: why the list of transfers is empty, or may not be whole; each reason looks different (Lesson 33)."""

import streamlit as st

from domain.snapshot import Account
from domain.sources import SourceKind
from pages.shared.doubts import sentence, show_doubts
from pages.shared.formats import moment_text
from pages.shared.past import reads_transfers
from pages.shared.period import Span
from pages.shared.scene import Scene
from pages.shared.states import remedy_of
from pages.shared.transfer_words import unread_words
from pages.shared.widgets import show_band, show_empty, show_failed, show_never

TRANSFERS = (SourceKind.TRANSFERS,)


def show_gaps(scene: Scene) -> None:
    """A band for each source of transfers that fails, and for each account of which something cannot be read."""
    show_doubts(scene, TRANSFERS)
    for account in scene.accounts:
        if not reads_transfers(account):
            show_band("past", f"{account.name}: {_not_read(account)} This list is without it.")
        elif account.unread_transfers:
            words = unread_words(account.exchange, account.unread_transfers)
            show_band("past", f"{account.name}: {words} cannot be read by Stillframe. This list is without them.")


def show_nothing_known(scene: Scene) -> bool:
    """Say why nothing can be known of transfers, if that is so: not readable, failed, never loaded. Whether it was."""
    asked = [account for account in scene.accounts if reads_transfers(account)]
    if not asked:
        show_never("Transfers are not readable here", " ".join(f"{a.name}: {_not_read(a)}" for a in scene.accounts))
        return True
    lights = scene.lights(TRANSFERS)
    if any(light.state.as_of is not None for light in lights) or not scene.is_now:
        return False
    if any(scene.learned_of(account).transfers_since is not None for account in asked):
        return False
    failing = [light.state for light in lights if light.state.error]
    if failing:
        words = f"{sentence(failing[0].error or '')} {remedy_of(failing[0])}"
        show_failed("Transfers could not be loaded", words, failing[0].failing_since, scene.view)
    else:
        show_never("Transfers have not been read yet", "They appear as the past is read, the newest first.")
    return True


def show_no_transfers(scene: Scene, any_known: bool, is_narrow: bool) -> None:
    """Nothing to list although transfers can be known: none at all, or none that the filters leave."""
    seen = min((s for light in scene.lights(TRANSFERS) if (s := light.state.as_of) is not None), default=None)
    if any_known:
        what = "match the filters" if is_narrow else "fall into this period"
        st.html(f'<div class="sf-empty empty"><b>No transfers {what}</b>There are others without them.</div>')
    else:
        hint = "Deposits, withdrawals, funding and interest appear here." if scene.is_now else ""
        show_empty("No transfers", seen, scene.view, hint)


def known_words(scene: Scene, span: Span) -> str:
    """Since when all transfers are known, where the period begins before that; "" where it does not."""
    told = []
    accounts = [account for account in scene.accounts if reads_transfers(account)]
    for account in accounts:
        since = scene.learned_of(account).transfers_since
        if since is not None and (span.since is None or span.since < since):
            name = f"{account.name}: transfers" if len(accounts) > 1 else "Transfers"
            told.append(f"{name} before {moment_text(since, scene.view.zone)} were not read.")
    return " ".join(told)


def _not_read(account: Account) -> str:
    return f"transfers are not read from {account.exchange}."
