"""Badge: the freshness of the page, in the top bar. It runs the page again when there is newer data."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import streamlit as st

from domain.freshness import Freshness, freshness_of, late_after, stale_after, worst
from domain.sources import Source, SourceKind
from pages.components.age.age import draw_age
from pages.components.age.model import Ageing, payload_of
from pages.shared.database import DatabaseUnavailable
from pages.shared.failures import load_or
from pages.shared.formats import age_text, markdown_text, moment_text, utc_text
from pages.shared.loaders import ask_for_refresh, load_latest, load_scene
from pages.shared.scene import Scene, SourceLight
from pages.shared.states import (
    FRESHNESS_COLOURS,
    FRESHNESS_ICONS,
    FRESHNESS_WORDS,
    remedy_of,
    silence_remedy,
    source_name,
)
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


@st.fragment(run_every=LOOK_SECONDS, key="badge")
def show_badge(
    scene: Scene, kinds: Sequence[SourceKind], drawn_at: datetime, prepare: Callable[[Scene], object] | None = None
) -> None:
    """Draw the badge for these kinds of sources. Run the page again as soon as there is newer data.

    Only this small fragment runs every two seconds. It loads new data before it reruns the page, so the page finds
    everything in the caches and nothing greys out.
    """
    now = datetime.now(UTC)
    if now - drawn_at > _JUST_DRAWN and _has_moved(scene, drawn_at, now, prepare):
        st.rerun()
    at = now if scene.is_now else scene.at
    lights = [_lit_at(light, at) for light in scene.lights(kinds)]
    with st.container(key="badge", width="content"):
        draw_age(payload_of(map(_ageing, lights), at, _label(lights), is_live=scene.is_now), "age")
        panel = st.popover("Freshness of each source", type="tertiary", key="freshness")
    with panel:
        _show_lights(sorted(lights, key=_place), scene, at)
        if not lights:
            st.caption("No account has been seen yet.")
        current = lights if scene.outage is None else ()
        remedies = {silence_remedy(light.freshness, light.state, at, scene.is_now) for light in current}
        for remedy in remedies - {""}:
            st.caption(remedy)
        if scene.is_now and is_admin():
            _show_refresh(scene, lights, now)


@st.fragment(run_every=LOOK_SECONDS, key="waiting")
def show_waiting(error: DatabaseUnavailable) -> None:
    """While no data was ever loaded: try again, and run the page as soon as the database answers.

    Cached data does not count. The page would come back here at once, forever.
    """
    try:
        has_recovered = load_latest().outage is None
    except DatabaseUnavailable:
        has_recovered = False
    if has_recovered:
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


def _lit_at(light: SourceLight, at: datetime) -> SourceLight:
    return SourceLight(
        light.account, light.state, freshness_of(light.state, light.account.expected_interval(light.state.source), at)
    )


def _label(lights: Sequence[SourceLight]) -> str:
    """The state of the page in words: its worst source, and how many fail."""
    failing = sum(light.freshness is Freshness.FAILING for light in lights)
    if failing and len(lights) > 1:
        return "All sources failing" if failing == len(lights) else f"{failing} of {len(lights)} failing"
    return FRESHNESS_WORDS[worst(light.freshness for light in lights)]


def _ageing(light: SourceLight) -> Ageing:
    """A source as the browser counts its age. The intervals are those of the moment shown."""
    as_of, expected = light.state.as_of, light.account.expected_interval(light.state.source)
    if as_of is None:
        return Ageing(None, None, None, light.freshness is Freshness.FAILING)
    late, stale = as_of + late_after(expected), as_of + stale_after(expected)
    return Ageing(as_of, late, stale, light.freshness is Freshness.FAILING)


def _show_lights(lights: Sequence[SourceLight], scene: Scene, at: datetime) -> None:
    """Each source with its age. An error that several sources of an account share is told once, below the last."""
    for n, light in enumerate(lights):
        _show_light(light, scene, at)
        is_last = n + 1 == len(lights) or _cause(lights[n + 1]) != _cause(light)
        if light.state.error is not None and is_last:
            _show_error(light, scene, at)


def _place(light: SourceLight) -> tuple[str, str, Source]:
    """Sources of one account together, and those with one error beside each other."""
    return light.account.name, light.state.error or "", light.state.source


def _cause(light: SourceLight) -> tuple[int, str | None]:
    return light.account.id, light.state.error


def _show_light(light: SourceLight, scene: Scene, at: datetime) -> None:
    state, zone = light.state, scene.view.zone
    name = source_name(state.source)
    if len(scene.accounts) > 1:
        name = f"{light.account.name} · {name}"
    age = "never seen" if state.as_of is None else f"{age_text(at - state.as_of)} old"
    colour = FRESHNESS_COLOURS[light.freshness]
    word = FRESHNESS_WORDS[light.freshness].lower()
    line = f":{colour}[{FRESHNESS_ICONS[light.freshness]}] **{name}** · {word}, {age}"
    st.markdown(
        line, help=None if state.as_of is None else f"{moment_text(state.as_of, zone)} · {utc_text(state.as_of)}"
    )


def _show_error(light: SourceLight, scene: Scene, at: datetime) -> None:
    state = light.state
    since = f" since {moment_text(state.failing_since, scene.view.zone, at)}" if state.failing_since else ""
    following = f"{remedy_of(state, scene.is_now)}{_next(state.next_attempt_at, scene, at)}"
    st.caption(f"Failing{since}: {markdown_text((state.error or '').rstrip('.'))}. {following}".rstrip())


def _next(next_attempt_at: datetime | None, scene: Scene, at: datetime) -> str:
    if next_attempt_at is None:
        return ""
    return f" Next attempt {moment_text(next_attempt_at, scene.view.zone, at)}."


def _show_refresh(scene: Scene, lights: Sequence[SourceLight], now: datetime) -> None:
    """The refresh button, and the state of the request."""
    asked_at: datetime | None = st.session_state.get(_ASKED_AT)
    waiting = asked_at is not None and not _is_refreshed_since(scene, asked_at)
    st.button(
        "Refresh now",
        icon=":material/refresh:",
        on_click=_ask_for_refresh,
        args=(scene,),
        disabled=waiting and now - asked_at < REQUEST_PATIENCE if asked_at else False,
        key="refresh_now",
    )
    if asked_at is None:
        return
    if st.session_state.get("refresh_error"):
        st.caption(f"The refresh request could not be saved: {st.session_state['refresh_error']}.")
    elif not waiting and scene.taken_at is not None:
        answered_at = st.session_state.setdefault(_ANSWERED_AT, scene.taken_at)
        silent = sum(light.state.carried for light in lights)
        when = moment_text(answered_at, scene.view.zone, now)
        unanswered = f"Requested at {when}: {silent} of {len(lights)} sources did not respond."
        st.caption(unanswered if silent else f"Refreshed at {when}.")
    elif now - asked_at < REQUEST_PATIENCE:
        st.caption("Requested, waiting for the exchange …")
    else:
        st.caption("No refresher picked up the request. Is it running?")


def _is_refreshed_since(scene: Scene, asked_at: datetime) -> bool:
    """True if every account shown was refreshed since. One account that was due anyway is not enough."""
    missing = scene.unseen or scene.unread or not scene.snapshots
    return not missing and all(snapshot.refresh.taken_at > asked_at for snapshot in scene.snapshots)


def _ask_for_refresh(scene: Scene) -> None:
    st.session_state[_ASKED_AT] = datetime.now(UTC)
    st.session_state.pop(_ANSWERED_AT, None)
    st.session_state["refresh_error"] = ""
    try:
        for account in scene.accounts:
            ask_for_refresh(account.id)
    except DatabaseUnavailable as error:
        st.session_state["refresh_error"] = str(error)
