"""Frame: the parts around every page: top bar, title, badge, bands, and the text shown before any data exists."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from urllib.parse import urlencode

import streamlit as st

from domain.snapshot import Account
from domain.sources import SourceKind
from pages.components.live.live import draw_live
from pages.live.recipes import OPEN_PAGES
from pages.live.recording import Recording, forgo_push, live_html, live_shape, recorded
from pages.shared.badge import Kinds, show_badge, show_waiting, show_watching_badge
from pages.shared.data_warnings import sentence
from pages.shared.database import Busy, DatabaseUnavailable
from pages.shared.failures import guarded
from pages.shared.loaders import load_latest, load_scene
from pages.shared.navigation import follow
from pages.shared.scene import Scene
from pages.shared.topbar import show_topbar
from pages.shared.view import View
from pages.shared.viewer import the_viewer
from pages.shared.widgets import outage_html, show_failed, show_never, show_past_band, show_style, show_title

_FIRST_FAILED = "database_failed_at"
_OPEN = "open_recipe"


def is_demo() -> bool:
    """True if any configured account is a demo. Then the browser's title says so."""
    return any(account.is_demo and account.is_configured for account in _accounts())


def show_page(
    title: str,
    kinds: Sequence[SourceKind],
    body: Callable[[Scene], None],
    body_without: Callable[[View], None] | None = None,
    prepare: Callable[[Scene], object] | None = None,
    is_live: bool = False,
) -> None:
    """Draw one page: top bar, title, badge, bands, then `body(scene)`, or the reason why there is nothing to show.

    `kinds` are the sources that the page shows. The badge shows the worst of them. `body_without` is drawn when the
    database was never reached. Without it the page shows only that message. `prepare` fills the caches for a newer
    scene before the page reruns. `is_live` if the stream can renew every part of the body (pages/live/).
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
    with recorded(scene) as recording:
        if not is_live:
            forgo_push()
        with guarded("The state of the data"):
            live_html("outage", scene, outage_html)
            show_past_band(scene)
        with guarded(title):
            _show_scene(scene, body, body_without)
        with bar.badge, guarded("The age of the data"):
            _follow(recording, tuple(kinds), prepare, urlencode(bar.address, doseq=True))


def _follow(recording: Recording, kinds: Kinds, prepare: Callable[[Scene], object] | None, query: str) -> None:
    """Draw the badge, and let the page follow newer data: by the stream if it can renew all parts, else by runs."""
    scene, drawn_at = recording.scene, datetime.now(UTC)
    if not recording.is_live:
        show_watching_badge(scene, kinds, drawn_at, prepare)
        draw_live("", "", drawn_at, scene.is_now, query)
        return
    show_badge(scene, kinds)
    former = st.session_state.get(_OPEN, "")
    token = st.session_state[_OPEN] = OPEN_PAGES.register(the_viewer().name, recording, former)
    draw_live(token, recording.version, drawn_at, scene.is_now, query)


def _show_scene(scene: Scene, body: Callable[[Scene], None], body_without: Callable[[View], None] | None) -> None:
    """Draw the page's own content, or the reason why there is none."""
    live_shape("content", scene, _content_of)
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


def _content_of(scene: Scene) -> str:
    """The kind of content that a scene has."""
    if not scene.accounts:
        return "no accounts"
    return "figures" if scene.snapshots else "unread" if scene.unread else "nothing"


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
