"""Viewer: who looks at the page, and which accounts this person may see.

server.py lets only signed-in people in and hands the credential of their session to the page in a header. Postgres
checks it again: every query shows it, and returns only rows of accounts that its viewer may see.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, wraps
from threading import Lock
from typing import ParamSpec, TypeVar

import streamlit as st
from sqlalchemy import Connection
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from db.credentials import sign_out_token
from db.engine import reader_engine
from db.query_threads import Query
from db.reads.viewers import read_viewer
from db.viewing import current_token, viewing
from domain.viewers import Viewer
from pages.shared.database import (
    LOADING_SECONDS,
    LOADING_WORDS,
    Database,
    DatabaseUnavailable,
    Loading,
    Question,
    SightChanged,
)

Found = TypeVar("Found")
Params = ParamSpec("Params")

# The accounts that a viewer may see, as part of every cache key. None: all of them.
Sight = tuple[int, ...] | None
# The name of a viewer with its sight, as part of the keys of owned rows.
NamedSight = tuple[str, Sight]

# Paths of pages for administrators.
ADMIN_PAGES = ("status",)

CREDENTIAL_HEADER = "x-stillframe-credential"
FRESH_SECONDS = 1.0
# A healthy database answers this query in a millisecond. A slower one counts as down.
PROMPT_SECONDS = 1.5
# While the database is away, a page goes on for the viewer that it last knew. A session cannot be revoked meanwhile.
GRACE_SECONDS = 900.0
REMEMBERED = 2000
_VIEWER = "viewer"
_ENDED = '<p>Your session has ended. <a href="/sign-in" target="_self">Sign in</a> to go on.</p>'
_NOT_ENFORCED = (
    "<p>The database asks for sign-in and this web process does not. Start it with the same STILLFRAME_SIGN_IN as the "
    "refresher.</p>"
)


@dataclass(slots=True)
class _Known:
    """What is known about one credential since `began_at`. `read_at` is None before the first answer."""

    began_at: float
    viewer: Viewer | None = None
    read_at: float | None = None
    looked_at: float = float("-inf")
    has_failed: bool = False
    outage: DatabaseUnavailable | None = None
    probe: Query[Viewer | None] | None = None


class KnownViewers:
    """Asks who a credential belongs to, at most once a second. Keeps the last answer through an outage.

    During an outage a query runs in the background, and no page waits for it.
    """

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._clock = clock
        self._known: OrderedDict[str | None, _Known] = OrderedDict()
        self._lock = Lock()

    def viewer(self, credential: str | None) -> Viewer | None:
        """The viewer with this credential, None if its session has ended. Raises DatabaseUnavailable if not known."""
        now = self._clock()
        with self._lock:
            recorded = self._known.setdefault(credential, _Known(now))
            self._known.move_to_end(credential)
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        if now - recorded.looked_at >= FRESH_SECONDS:
            recorded.looked_at = now
            self._look(recorded)
        if recorded.read_at is None:
            is_loading = not recorded.has_failed and self._clock() - recorded.began_at < LOADING_SECONDS
            raise Loading(LOADING_WORDS) if is_loading or recorded.outage is None else recorded.outage
        if recorded.outage and credential is not None and now - recorded.read_at > GRACE_SECONDS:
            raise DatabaseUnavailable(f"your session cannot be checked, because {recorded.outage}")
        return recorded.viewer

    def _look(self, known: _Known) -> None:
        try:
            probe = known.probe or self._database.begin(read_viewer)
            if known.outage and not probe.future.done():
                known.probe = probe
                return
            try:
                viewer = probe.future.result(PROMPT_SECONDS)
            except TimeoutError:
                known.outage = probe.not_in_time(PROMPT_SECONDS)
                known.probe = None if probe.future.cancelled() else probe
                return
        except DatabaseUnavailable as error:
            known.probe, known.outage, known.has_failed = None, error, True
        else:
            known.viewer, known.probe, known.outage, known.read_at = viewer, None, None, self._clock()


_opening = Lock()


def the_database() -> Database:
    """The one database access of this process.

    It holds no data. So clearing the caches keeps it with its connections, which take longer to open than a query.
    """
    with _opening:
        return _database()


@cache
def _database() -> Database:
    return Database(reader_engine, credential)


def forget_database() -> None:
    """Let the next question open the database anew."""
    with _opening:
        _database.cache_clear()


@st.cache_resource(show_spinner=False)
def _known_viewers() -> KnownViewers:
    return KnownViewers(the_database())


def credential() -> str | None:
    """The credential of the session whose page runs. None if nobody signs in."""
    if get_script_run_ctx(suppress_warning=True) is not None and runtime.exists():
        shown: str | None = st.context.headers.get(CREDENTIAL_HEADER)
        if shown is not None:
            return shown
    return current_token()


def for_viewer(work: Callable[Params, Found]) -> Callable[Params, Found]:
    """The same work for another thread: it reads for the viewer of this one."""
    shown = credential()

    def run(*args: Params.args, **kwargs: Params.kwargs) -> Found:
        with viewing(shown):
            return work(*args, **kwargs)

    return run


def the_viewer() -> Viewer:
    """The person who looks at the page, at most a second old. Ends the run if the session has ended.

    Raises DatabaseUnavailable if the person was never known.
    """
    viewer = viewer_now()
    if viewer is None:
        st.html(_NOT_ENFORCED if credential() is None else _ENDED)
        st.stop()
    return viewer


def viewer_now() -> Viewer | None:
    """The viewer of this context, at most a second old. None if the session has ended.

    Raises DatabaseUnavailable if the person was never known.
    """
    return _known_viewers().viewer(credential())


def meet_viewer() -> Viewer | None:
    """The viewer at the beginning of a run. None while the database was never reached.

    A page that another person continues starts afresh, without what the first one had chosen.
    """
    try:
        viewer = the_viewer()
    except DatabaseUnavailable:
        return None
    if st.session_state.setdefault(_VIEWER, viewer.name) != viewer.name:
        st.session_state.clear()
        st.session_state[_VIEWER] = viewer.name
    return viewer


def is_admin() -> bool:
    """True if the viewer may see Status and request refreshes. Also while the database was never reached."""
    try:
        return the_viewer().is_admin
    except DatabaseUnavailable:
        return credential() is None


def signed_in() -> tuple[str, str]:
    """The name of the viewer, and the token of the form that signs out. Both are "" if nobody signs in.

    The form needs no JavaScript: the server ends the session and every page that is open in it.
    """
    session = credential()
    try:
        name = the_viewer().name
    except DatabaseUnavailable:
        name = ""
    return (name, sign_out_token(session)) if session is not None and name else ("", "")


def sight() -> Sight:
    """The accounts that the viewer may see. Raises DatabaseUnavailable."""
    return sight_of(the_viewer())


def named_sight() -> NamedSight:
    """The viewer and the accounts that it may see. Raises DatabaseUnavailable."""
    viewer = the_viewer()
    return viewer.name, sight_of(viewer)


def sight_check() -> Callable[[Connection], None]:
    """A check that the viewer of this context may still see the same accounts. Raises SightChanged."""
    expected = named_sight()

    def check(connection: Connection) -> None:
        viewer = read_viewer(connection)
        if viewer is None or (viewer.name, sight_of(viewer)) != expected:
            raise SightChanged("what you may see has just changed")

    return check


def within_sight(question: Question[Found]) -> Question[Found]:
    """A query whose answer counts only if the same viewer may still see the same accounts after it.

    A session that ends during a query would leave an answer without rows in the caches of others.
    """
    check = sight_check()

    @wraps(question)  # logs and tests name the query
    def ask(connection: Connection) -> Found:
        answer = question(connection)
        check(connection)
        return answer

    return ask


def sight_of(viewer: Viewer) -> Sight:
    """The accounts that this viewer may see."""
    return None if viewer.account_ids is None else tuple(sorted(viewer.account_ids))
