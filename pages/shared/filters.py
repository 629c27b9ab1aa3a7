"""Filters: the choices of every page. All of them are in the URL, so that a link reproduces the view."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import streamlit as st

from domain.snapshot import Account
from pages.shared.choices import zone_of, zone_or_utc
from pages.shared.navigation import choose
from pages.shared.view import moment_for_url, moment_in_url

SHORTCUTS = {"1 h": timedelta(hours=1), "24 h": timedelta(hours=24), "7 d": timedelta(days=7)}
AS_OF = "as_of"
_SHORTCUT = "shortcut_of"
_SEEN = "as_of_in_url"  # the last seen URL value, to distinguish a link or "back" from our own change


def viewers_zone() -> ZoneInfo:
    """The time zone of the viewer's browser, or UTC if the browser does not send one that exists."""
    return zone_or_utc(zone_of(st.context.timezone or ""))


def tell_unknown(accounts: Sequence[Account], is_outage: bool) -> None:
    """Show a toast if a link names an unknown account, because the page then shows other accounts.

    During an outage the account may exist: it can only not be read.
    """
    names = {account.name for account in accounts}
    if unknown := [name for name in st.query_params.get_all("account") if name not in names]:
        shown = "the chips above name what is shown" if len(accounts) > 1 else f"{', '.join(names)} is shown"
        missing = "The database cannot be read, and it had" if is_outage else "There is"
        st.toast(f"{missing} no account {', '.join(unknown):.80}: {shown}.", duration="infinite")
        choose("account", *(name for name in st.query_params.get_all("account") if name in names))


def _path() -> str:
    return (st.context.url or "").split("?")[0]


def set_as_of(at: datetime | None) -> None:
    """Show a past moment from now on. None goes back to now."""
    at = None if at is None else min(at, datetime.now(UTC)).replace(microsecond=0)
    st.session_state[AS_OF] = at
    _tell_url(at)


def moment_shown(zone: ZoneInfo) -> datetime | None:
    """The moment to show. The URL wins after a link or a browser navigation. A change of page empties it."""
    text = st.query_params.get(AS_OF)
    path = _path()
    if text != st.session_state.get(_SEEN) and (text is not None or path == st.session_state.get("as_of_path", path)):
        moment = moment_in_url(text, zone)
        is_ahead = moment is not None and moment >= datetime.now(UTC)
        if text and (moment is None or is_ahead):
            why = "lies ahead" if is_ahead else "is no moment"
            st.toast(f"The link's as_of, {text:.40}, {why}: now is shown.", duration="infinite")
        st.session_state[AS_OF] = None if is_ahead else moment
    at: datetime | None = st.session_state.get(AS_OF)
    st.session_state["as_of_path"] = path
    _tell_url(at)
    return at


def _tell_url(at: datetime | None) -> None:
    text = None if at is None else moment_for_url(at)
    if st.query_params.get(AS_OF) != text:
        if text is None:
            st.query_params.pop(AS_OF, None)
        else:
            st.query_params[AS_OF] = text
    st.session_state[_SEEN] = text


def choose_shortcut(name: str) -> None:
    """Show now, or as long ago as the chosen shortcut says."""
    set_as_of(datetime.now(UTC) - SHORTCUTS[name] if name in SHORTCUTS else None)
    st.session_state[_SHORTCUT] = (st.session_state[AS_OF], name)


def shortcut_shown(as_of: datetime) -> str:
    """The shortcut that led to this moment, "" for another moment."""
    moment, name = st.session_state.get(_SHORTCUT, (None, ""))
    return str(name) if moment == as_of else ""


def choose_moment(local: str) -> None:
    """Show the moment of the calendar, a local time of the viewer."""
    if (moment := moment_in_url(local, viewers_zone())) is not None:
        set_as_of(moment)
