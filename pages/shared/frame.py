"""Frame: the parts around every page: top bar, title, badge, bands, and the text shown before any data exists."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

import streamlit as st

from domain.snapshot import Account
from domain.sources import SourceKind
from pages.components.live.live import draw_live
from pages.components.sheet.sheet import PAGE, box, sheet
from pages.live.recipes import OPEN_PAGES
from pages.live.recording import Recording, live_data, live_html, live_shape, recorded
from pages.shared.badge import Kinds, badge_of, is_waiting, request_refresh, show_waiting, wait_for_refresh, watch
from pages.shared.coins import coins_payload
from pages.shared.data_warnings import sentence, warnings_html
from pages.shared.database import Busy, DatabaseUnavailable, Loading
from pages.shared.failures import guarded, load_or
from pages.shared.latest import FRESH_SECONDS, Latest
from pages.shared.loaders import load_latest, load_scene
from pages.shared.navigation import follow, shared_choices
from pages.shared.scene import Scene
from pages.shared.topbar import Offered, show_topbar, view_shown
from pages.shared.view import View
from pages.shared.viewer import the_viewer
from pages.shared.widgets import outage_html, show_failed, show_never, show_past_band, show_title

# The bands about sources of these kinds, as HTML.
Warnings = Callable[[Scene, Kinds], str]

_FIRST_FAILED = "database_failed_at"
_OPEN = "open_recipe"


def is_demo() -> bool:
    """True if any configured account is a demo. Then the browser's title says so."""
    latest = _latest()
    return latest is not None and any(account.is_demo for account in _configured_of(latest))


def show_page(
    title: str,
    kinds: Sequence[SourceKind],
    body: Callable[[Scene], None],
    body_without: Callable[[View], None] | None = None,
    prepare: Callable[[Scene], object] | None = None,
    below: Callable[[Scene], None] | None = None,
    warnings: Warnings = warnings_html,
) -> None:
    """Draw one page: top bar, title, badge, bands, then `body(scene)`, or the reason why there is nothing to show.

    `kinds` are the sources that the page shows. The badge shows the worst of them. `body_without` is drawn when the
    database was never reached. Without it the page shows only that message. `prepare` fills the caches for a newer
    scene before the page reruns. The body draws pieces of a sheet (pages/components/sheet/), so the page is one
    element, and the stream renews them (pages/live/). `below` draws what a page has besides, as a form, in elements of
    Streamlit. `warnings` are the bands about these sources.
    """
    follow()
    frame = _Frame(title, tuple(kinds), body, body_without, prepare, below, warnings)
    latest = _latest_for(st.query_params.get_all("account"))
    accounts = [] if latest is None else _configured_of(latest)
    view = view_shown(accounts, latest is not None and latest.outage is not None)
    try:
        scene = load_scene(view)
    except DatabaseUnavailable as error:
        frame.show_bar(accounts, view)
        _show_nothing_known(view, error)
        if body_without is not None:
            body_without(view)
        return
    st.session_state.pop(_FIRST_FAILED, None)
    with recorded(scene) as recording:
        frame.show(recording)


@dataclass(frozen=True, slots=True)
class _Frame:
    """One page, as `show_page` was called."""

    title: str
    kinds: Kinds
    body: Callable[[Scene], None]
    body_without: Callable[[View], None] | None
    prepare: Callable[[Scene], object] | None
    below: Callable[[Scene], None] | None
    warnings: Warnings

    def show(self, recording: Recording) -> None:
        """Draw all of the page."""
        scene = recording.scene
        with sheet(PAGE):
            live_shape("accounts", scene, _names_of)
            with guarded("The age of the data"):
                self.show_bar(_configured(scene), scene.view, scene)
            with sheet("state"), guarded("The state of the data"):
                self.show_dock(scene)
                show_past_band(scene)
            with guarded(self.title):
                self.show_scene(scene)
        if self.below is not None and _content_of(scene) == "figures":
            with guarded("The rest of the page"):
                self.below(scene)
        self.follow(recording)

    def show_bar(self, accounts: Sequence[Account], view: View, scene: Scene | None = None) -> None:
        """Draw the bar and the title. Without a scene the bar has no badge."""
        badge = None if scene is None else badge_of(scene, self.kinds)
        coins = b"" if scene is None else load_or(b"", lambda: live_data("coins", scene, coins_payload))
        with sheet("frame"):
            offered = Offered(accounts, coins, is_demo())
            show_topbar(offered, view, badge, lambda _: None if scene is None else request_refresh(scene))
            show_title(self.title)

    def show_dock(self, scene: Scene) -> None:
        """Draw the bands that come and go. The stream renews them."""
        with box("dock"):
            live_html("outage", scene, outage_html)
            if self.has_body(scene):
                with guarded("Warnings"):
                    live_html("warnings", scene, self.warnings, self.kinds)

    def has_body(self, scene: Scene) -> bool:
        """True if the page has its own content, and not only a reason why there is none."""
        return bool(scene.accounts and (scene.snapshots or (scene.unread and self.body_without is not None)))

    def show_scene(self, scene: Scene) -> None:
        """Draw the page's own content, or the reason why there is none."""
        live_shape("content", scene, _content_of)
        if self.has_body(scene):
            self.body(scene)
        else:
            _show_nothing(scene)

    def follow(self, recording: Recording) -> None:
        """Let the page follow newer data: by the stream if it can renew all sections, else by runs of its script."""
        scene, drawn_at = recording.scene, datetime.now(UTC)
        query = urlencode(shared_choices(), doseq=True)
        if not recording.is_live:
            watch(scene, drawn_at, query, self.prepare)
            return
        former = st.session_state.get(_OPEN, "")
        token = st.session_state[_OPEN] = OPEN_PAGES.register(the_viewer().name, recording, former)
        draw_live(token, recording.version, drawn_at, scene.is_now, query)
        if is_waiting(scene):
            wait_for_refresh(scene)


def _show_nothing(scene: Scene) -> None:
    """Draw the reason why there is nothing to show."""
    if not scene.accounts:
        show_never("No accounts yet", "The refresher adds the configured accounts when it starts.")
    elif scene.unread:
        words = sentence(scene.outage.words if scene.outage is not None else "the database did not answer")
        show_failed("This moment could not be read", f"{words} Stillframe retries automatically.", None, scene.view)
    elif scene.is_now:
        show_never("Nothing was loaded yet", "The page fills with the first refresh.")
    else:
        show_never("No data at that moment", "The first refresh was later.")


def _configured(scene: Scene) -> Sequence[Account]:
    """All configured accounts, for the bar. They are looked up once for a scene."""
    return scene.once("configured", lambda: _configured_of(load_latest()))


def _configured_of(latest: Latest) -> Sequence[Account]:
    return [account for account in latest.accounts if account.is_configured]


def _names_of(scene: Scene) -> str:
    """The accounts that the bar offers. One that is added or renamed makes another bar."""
    return "\n".join(account.name for account in _configured(scene))


def _content_of(scene: Scene) -> str:
    """The kind of content that a scene has."""
    if not scene.accounts:
        return "no accounts"
    return "figures" if scene.snapshots else "unread" if scene.unread else "nothing"


def _show_nothing_known(view: View, error: DatabaseUnavailable) -> None:
    if isinstance(error, Loading):
        show_never("Loading", "The database has not answered yet. The page fills as soon as it does.")
        show_waiting(error)
        return
    since: datetime = st.session_state.setdefault(_FIRST_FAILED, datetime.now(UTC))
    reason = "Stillframe is busy" if isinstance(error, Busy) else "The database cannot be reached"
    show_failed(reason, sentence(str(error)), since, view)
    show_waiting(error)


def _latest_for(names: Sequence[str]) -> Latest | None:
    """The newest refreshes, None if they were never known. The database is asked again for accounts not known yet."""
    latest = _latest()
    if latest is None or set(names) <= {account.name for account in _configured_of(latest)}:
        return latest
    return _latest(fresh_seconds=0)


def _latest(fresh_seconds: float = FRESH_SECONDS) -> Latest | None:
    try:
        return load_latest(fresh_seconds)
    except DatabaseUnavailable:
        return None
