"""Frame: the parts around every page: top bar, title, badge, bands, and the text shown before any data exists."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import streamlit as st

from domain.snapshot import Account
from domain.sources import SourceKind
from pages.shared.badge import show_badge, show_waiting
from pages.shared.data_warnings import sentence
from pages.shared.database import Busy, DatabaseUnavailable
from pages.shared.failures import guarded
from pages.shared.loaders import load_latest, load_scene
from pages.shared.navigation import follow
from pages.shared.scene import Scene
from pages.shared.topbar import show_topbar
from pages.shared.view import View
from pages.shared.widgets import show_bands, show_failed, show_never, show_style, show_title

_FIRST_FAILED = "database_failed_at"


def is_demo() -> bool:
    """True if any configured account is a demo. Then the browser's title says so."""
    return any(account.is_demo and account.is_configured for account in _accounts())


def show_page(
    title: str,
    kinds: Sequence[SourceKind],
    body: Callable[[Scene], None],
    body_without: Callable[[View], None] | None = None,
    prepare: Callable[[Scene], object] | None = None,
) -> None:
    """Draw one page: top bar, title, badge, bands, then `body(scene)`, or the reason why there is nothing to show.

    `kinds` are the sources that the page shows. The badge shows the worst of them. `body_without` is drawn when the
    database was never reached. Without it the page shows only that message. `prepare` fills the caches for a newer
    scene before the page reruns.
    """
    follow()
    show_style()
    accounts = [account for account in _accounts() if account.is_configured]
    bar = show_topbar(accounts, is_demo())
    view = bar.view
    show_title(title)
    try:
        scene = load_scene(view)
    except DatabaseUnavailable as error:
        _show_nothing_known(view, error)
        if body_without is not None:
            body_without(view)
        return
    st.session_state.pop(_FIRST_FAILED, None)
    with bar.badge, guarded("The age of the data"):
        show_badge(scene, kinds, datetime.now(UTC), prepare)
    with guarded("The state of the data"):
        show_bands(scene)
    with guarded(title):
        _show_scene(scene, body, body_without)


def _show_scene(scene: Scene, body: Callable[[Scene], None], body_without: Callable[[View], None] | None) -> None:
    """Draw the page's own content, or the reason why there is none."""
    if not scene.accounts:
        show_never("No accounts yet", "The refresher adds the configured accounts when it starts.")
    elif scene.snapshots or (scene.unread and body_without is not None):
        body(scene)
    elif scene.unread:
        words = sentence(scene.outage.words if scene.outage is not None else "the database did not answer")
        show_failed("This moment could not be read", f"{words} Stillframe retries automatically.", None, scene.view)
    elif scene.is_now:
        show_never("Nothing was loaded yet", "The page fills with the first refresh.")
    else:
        show_never("No data at that moment", "The first refresh was later.")


def _show_nothing_known(view: View, error: DatabaseUnavailable) -> None:
    since: datetime = st.session_state.setdefault(_FIRST_FAILED, datetime.now(UTC))
    reason = "Stillframe is busy" if isinstance(error, Busy) else "The database cannot be reached"
    show_failed(reason, sentence(str(error)), since, view)
    show_waiting(error)


def _accounts() -> Sequence[Account]:
    try:
        return load_latest().accounts
    except DatabaseUnavailable:
        return ()
