"""Frame: the parts around every page: sidebar, title, badge, bands, and the text shown before any data exists."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import streamlit as st

from domain.snapshot import Account
from domain.sources import SourceKind
from pages.shared.badge import show_badge, show_waiting
from pages.shared.data_warnings import sentence
from pages.shared.database import Busy, DatabaseUnavailable
from pages.shared.filters import show_filters
from pages.shared.loaders import load_latest, load_scene
from pages.shared.navigation import follow
from pages.shared.scene import Scene
from pages.shared.view import View
from pages.shared.viewer import show_viewer
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
    """Draw one page: sidebar, title, badge, bands, then `body(scene)`, or the reason why there is nothing to show.

    `kinds` are the sources that the page shows. The badge shows the worst of them. `body_without` is drawn when the
    database was never reached. Without it the page shows only that message. `prepare` fills the caches for a newer
    scene before the page reruns.
    """
    follow()
    show_style()
    view = _show_sidebar()
    try:
        scene = load_scene(view)
    except DatabaseUnavailable as error:
        _show_nothing_known(title, view, error)
        if body_without is not None:
            body_without(view)
        return
    st.session_state.pop(_FIRST_FAILED, None)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", key="header"):
        show_title(title, any(account.is_demo for account in scene.accounts))
        show_badge(scene, kinds, datetime.now(UTC), prepare)
    show_bands(scene)
    if not scene.accounts:
        show_never("No accounts yet", "The refresher adds the configured accounts when it starts.")
    elif scene.snapshots or (scene.unread and body_without is not None):
        body(scene)
    elif scene.unread:
        words = scene.outage.words if scene.outage is not None else "the database did not answer"
        show_failed("This moment could not be read", f"{sentence(words)} Stillframe retries automatically.", None, view)
    elif scene.is_now:
        show_never("Nothing was loaded yet", "The page fills with the first refresh.")
    else:
        show_never("No data at that moment", "The first refresh was later.")


def _show_sidebar() -> View:
    if is_demo():
        st.sidebar.html('<div class="sf-demo-side"><span class="sf-demo">DEMO</span> Simulated data</div>')
    view = show_filters([account for account in _accounts() if account.is_configured])
    show_viewer()
    return view


def _show_nothing_known(title: str, view: View, error: DatabaseUnavailable) -> None:
    since: datetime = st.session_state.setdefault(_FIRST_FAILED, datetime.now(UTC))
    show_title(title, is_demo=False)
    reason = "Stillframe is busy" if isinstance(error, Busy) else "The database cannot be reached"
    show_failed(reason, sentence(str(error)), since, view)
    show_waiting(error)


def _accounts() -> Sequence[Account]:
    try:
        return load_latest().accounts
    except DatabaseUnavailable:
        return ()
