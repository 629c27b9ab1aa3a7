"""Render: the first frame of a page for one viewer, from the newest data that the process has.

The body is cached by refresh and view. Only the age is new at each request.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from domain.freshness import Freshness, late_after, stale_after, worst
from domain.sources import SourceKind
from pages.first_frame.body import PRESENT, body_html
from pages.first_frame.coin import coin_choice, coin_html
from pages.first_frame.html import Age, FirstRows, frame_html, rows_html, signals_html
from pages.first_frame.orders import tab_of_query
from pages.overview.signals import signal_lines
from pages.shared.choices import (
    SHARED,
    Query,
    completed,
    kept_in,
    needs_zone,
    query_of,
    view_of,
    zone_of,
    zone_or_utc,
)
from pages.shared.database import DatabaseUnavailable
from pages.shared.failures import load_or
from pages.shared.loaders import cached, load_latest, load_scene
from pages.shared.scene import Scene
from pages.shared.states import FRESHNESS_WORDS, state_label
from pages.shared.viewer import is_admin

COIN = "/coin"
FRAMED = ("/", "/open_orders", COIN)
_LEVELS = {Freshness.LATE: "late", Freshness.STALE: "late", Freshness.FAILING: "failing"}
_NEVER = "Nothing was loaded yet. The page fills with the first refresh."
_NO_PAST = "No data at that moment. The first refresh was later."


def render(
    path: str, query_text: str, zone_name: str, kept: str = "", now: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> str:
    """The frame of a path for the viewer of this context. "" if there is nothing to show.

    The live page then says why. `zone_name` is the time zone of the browser, `kept` its cookie of choices. Each is ""
    if it is not known.
    """
    try:
        zone, query = zone_of(zone_name), query_of(query_text)
    except ValueError:  # without all choices it could show what the page hides
        return ""
    if path not in FRAMED or (zone is None and needs_zone(query)):
        return ""
    try:
        latest = load_latest()
        view = view_of(completed(query, kept_in(kept)), latest.accounts, zone_or_utc(zone), now())
        scene = load_scene(view, now())
        if not scene.accounts:
            return ""
        return frame_html(
            path,
            view,
            query,
            _age_of(scene),
            _signals(path, scene, query) + _body(path, scene, query, zone is not None),
            is_admin(),
            any(account.is_demo for account in scene.accounts),
        )
    except DatabaseUnavailable:
        return ""


def _signals(path: str, scene: Scene, query: Query) -> str:
    """The line of alerts and signals. It is the viewer's own, so no cache of the body may hold it.

    Signals that no page has worked out since the newest close follow with the page.
    """
    if path != "/" or not scene.snapshots:
        return ""
    return signals_html(load_or((), lambda: signal_lines(scene, at_once=True)), query)


def _body(path: str, scene: Scene, query: Query, knows_zone: bool) -> str:
    """The body, computed once a minute for each refresh and view: changes count from full minutes."""
    if not scene.snapshots:
        return rows_html(FirstRows("", (), (), empty=_NEVER if scene.is_now else _NO_PAST))
    choice = coin_choice(scene, query) if path == COIN else None
    tab = tab_of_query(query)
    key = (
        (path, choice, tab),
        tuple((name, tuple(query[name])) for name in SHARED if name in query),
        (scene.view, knows_zone),
        scene.at.replace(second=0, microsecond=0),
        (scene.key, scene.past_key),
        tuple(account.name for account in (*scene.unseen, *scene.unread)),
        tuple(light.freshness.value for light in scene.lights(tuple(SourceKind))),
        scene.outage is not None,
    )
    if choice is not None:
        return cached(coin_html, key, scene, choice)
    return cached(body_html, key, path, tab, scene, query, knows_zone)


def _age_of(scene: Scene) -> Age:
    """The age of the oldest source of the present, as the badge shows it."""
    lights = scene.lights(PRESENT)
    states = [light.freshness for light in lights]
    answered = [state for state in states if state is not Freshness.NEVER]
    state = worst(answered or states)
    moments = [(light, light.state.as_of) for light in lights if light.state.as_of is not None]
    if not moments or len(answered) < len(states):  # an age is that of the others, so it never stands beside "not seen"
        return Age(state_label(states), None, None, level=_LEVELS.get(state, ""))
    oldest = min(as_of for _, as_of in moments)
    expected = [(as_of, light.account.expected_interval(light.state.source)) for light, as_of in moments]
    return Age(
        FRESHNESS_WORDS[state],
        oldest,
        scene.at - oldest,
        min(as_of + late_after(span) for as_of, span in expected) - scene.at,
        min(as_of + stale_after(span) for as_of, span in expected) - scene.at,
        _LEVELS.get(state, ""),
    )
