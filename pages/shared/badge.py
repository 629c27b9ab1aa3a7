"""Badge: the freshness of the page, in the top bar. It follows newer data by the stream, or by runs of the page."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import streamlit as st

from domain.freshness import Freshness, late_after, stale_after
from domain.sources import SourceKind
from pages.components.age.model import Ageing, payload_of
from pages.components.bar.model import Badge, RefreshState
from pages.components.live.live import draw_live
from pages.live.recording import live_data
from pages.shared.database import DatabaseUnavailable
from pages.shared.failures import load_or
from pages.shared.formats import moment_text
from pages.shared.lights import lights_html
from pages.shared.loaders import ask_for_refresh, load_latest, load_scene
from pages.shared.scene import Scene, SourceLight
from pages.shared.viewer import is_admin

LOOK_SECONDS = 2.0
# Ages on the page advance even without new data.
LONGEST_STANDSTILL = timedelta(seconds=20)
# Within a page's own run the badge only draws. Otherwise the page would restart before it was finished.
_JUST_DRAWN = timedelta(seconds=LOOK_SECONDS / 2)
# A running refresher picks up a request within a second. After this long, none is running.
REQUEST_PATIENCE = timedelta(seconds=30)
_ASKED_AT = "refresh_asked_at"
_ANSWERED_AT = "refresh_answered_at"

Kinds = tuple[SourceKind, ...]


def badge_of(scene: Scene, kinds: Kinds) -> Badge:
    """The badge for these kinds of sources. The stream renews it."""
    refresh = _refresh_state(scene, kinds) if scene.is_now and is_admin() else None
    return Badge(live_data("age", scene, ages_payload, kinds), scene.at, refresh)


@st.fragment(run_every=LOOK_SECONDS, key="watching")
def watch(scene: Scene, drawn_at: datetime, query: str, prepare: Callable[[Scene], object] | None = None) -> None:
    """Follow a page that the stream does not renew: run it as soon as there is newer data.

    Only this small fragment runs every two seconds. It loads new data before it reruns the page, so the page finds
    everything in the caches and nothing greys out. `query` are the choices that the address should hold.
    """
    now = datetime.now(UTC)
    if now - drawn_at > _JUST_DRAWN and _has_moved(scene, drawn_at, now, prepare):
        st.rerun()
    draw_live("", "", now, scene.is_now, query)


@st.fragment(run_every=LOOK_SECONDS, key="refresh")
def wait_for_refresh(scene: Scene) -> None:
    """While a requested refresh has not come: look for it, and run the page once it is here or overdue."""
    now = datetime.now(UTC)
    if now - scene.at > _JUST_DRAWN and not is_waiting(load_or(scene, lambda: load_scene(scene.view, now))):
        st.rerun()


@st.fragment(run_every=LOOK_SECONDS, key="waiting")
def show_waiting(error: DatabaseUnavailable) -> None:
    """While no data was ever loaded: try again, and run the page once the database answers or the reason is another.

    Cached data does not count. The page would come back here at once, forever.
    """
    try:
        has_changed = load_latest().outage is None
    except DatabaseUnavailable as newer:
        has_changed = type(newer) is not type(error)
    if has_changed:
        st.rerun()
    st.caption(f"Last tried {datetime.now(UTC):%H:%M:%S} UTC: {error}. Stillframe retries automatically.")


def _has_moved(
    scene: Scene, drawn_at: datetime, now: datetime, prepare: Callable[[Scene], object] | None = None
) -> bool:
    """True if the page would look different now. New data is loaded and prepared on the way."""
    try:
        newer = load_scene(scene.view, now)
        if prepare is not None and (newer.key, newer.past_key) != (scene.key, scene.past_key):
            load_or(None, lambda: prepare(newer))
    except DatabaseUnavailable:
        return False
    if (newer.outage is None) != (scene.outage is None):
        return True
    if (newer.key, newer.past_key) != (scene.key, scene.past_key):
        return True
    if (newer.accounts, newer.unread) != (scene.accounts, scene.unread):
        return True
    return scene.is_now and now - drawn_at > LONGEST_STANDSTILL


def ages_payload(scene: Scene, kinds: Kinds) -> bytes:
    """The sources as the browser counts their ages, with the list of them."""
    lights = scene.lights(kinds)
    return payload_of(map(_ageing, lights), lights_html(scene, kinds), is_live=scene.is_now)


def _ageing(light: SourceLight) -> Ageing:
    """A source as the browser counts its age. The intervals are those of the moment shown."""
    as_of, expected = light.state.as_of, light.account.expected_interval(light.state.source)
    if as_of is None:
        return Ageing(None, None, None, light.freshness is Freshness.FAILING)
    late, stale = as_of + late_after(expected), as_of + stale_after(expected)
    return Ageing(as_of, late, stale, light.freshness is Freshness.FAILING)


def is_waiting(scene: Scene) -> bool:
    """True while a requested refresh has not come, until none can be expected."""
    asked_at: datetime | None = st.session_state.get(_ASKED_AT)
    is_recent = asked_at is not None and scene.at - asked_at < REQUEST_PATIENCE
    return asked_at is not None and is_recent and not _is_refreshed_since(scene, asked_at)


def _refresh_state(scene: Scene, kinds: Kinds) -> RefreshState:
    """The result of the last request for a refresh."""
    asked_at: datetime | None = st.session_state.get(_ASKED_AT)
    if asked_at is None:
        return RefreshState(is_waiting=False, words="")
    if error := st.session_state.get("refresh_error"):
        return RefreshState(is_waiting=False, words=f"The refresh request could not be saved: {error}.")
    if is_waiting(scene):
        return RefreshState(is_waiting=True, words="Requested, waiting for the exchange …")
    if not _is_refreshed_since(scene, asked_at) or scene.taken_at is None:
        return RefreshState(is_waiting=False, words="No refresher picked up the request. Is it running?")
    lights = scene.lights(kinds)
    answered_at = st.session_state.setdefault(_ANSWERED_AT, scene.taken_at)
    silent = sum(light.state.carried for light in lights)
    when = moment_text(answered_at, scene.view.zone, scene.at)
    unanswered = f"Requested at {when}: {silent} of {len(lights)} sources did not respond."
    return RefreshState(is_waiting=False, words=unanswered if silent else f"Refreshed at {when}.")


def _is_refreshed_since(scene: Scene, asked_at: datetime) -> bool:
    """True if every account shown was refreshed since. One account that was due anyway is not enough."""
    missing = scene.unseen or scene.unread or not scene.snapshots
    return not missing and all(snapshot.refresh.taken_at > asked_at for snapshot in scene.snapshots)


def request_refresh(scene: Scene) -> None:
    """File a request to refresh every account shown. The badge says if it cannot be saved."""
    st.session_state[_ASKED_AT] = datetime.now(UTC)
    st.session_state.pop(_ANSWERED_AT, None)
    st.session_state["refresh_error"] = ""
    try:
        for account in scene.accounts:
            ask_for_refresh(account.id)
    except DatabaseUnavailable as error:
        st.session_state["refresh_error"] = str(error)
