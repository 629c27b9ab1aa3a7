"""Filters: the choices of every page. All of them are in the URL, so that a link reproduces the view."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from domain.snapshot import Account
from pages.shared.theme import GainColours
from pages.shared.view import ZONE_UTC, moment_for_url, moment_in_url

CURRENCIES = ("USD", "EUR", "BTC")
SHORTCUTS = {"1 h": timedelta(hours=1), "24 h": timedelta(hours=24), "7 d": timedelta(days=7)}
AS_OF = "as_of"
_SEEN = "as_of_in_url"  # the last seen URL value, to distinguish a link or "back" from our own change
_CHOICES, _LEFT = "choices_of_page", "choices_of_page_before"
_SETTLING_SECONDS = 1.5  # after a change of page
# Display names. The URL holds them too.
GAIN_NAMES = {
    "Green up": GainColours.USUAL,
    "Red up": GainColours.SWAPPED,
    "Blue up": GainColours.BLUE_ORANGE,
}


def viewers_zone() -> ZoneInfo:
    """The time zone of the viewer's browser, or UTC if the browser does not send one."""
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZONE_UTC


def tell_unknown(accounts: Sequence[Account]) -> None:
    """Show a toast if a link names an unknown account, because the page then shows other accounts."""
    names = {account.name for account in accounts}
    if unknown := [name for name in st.query_params.get_all("account") if name not in names]:
        st.toast(
            f"There is no account {', '.join(unknown):.80}: the chips above name what is shown.", duration="infinite"
        )


def restore_choices() -> None:
    """Set the choices of the page before, if a change of page lost them.

    The browser empties the address when the page changes, before the widgets of the new page are bound to it. Runs that
    follow at once may still find it empty.
    """
    now, state = time.monotonic(), st.session_state
    path, (before, choices) = _path(), state.get(_CHOICES, ("", {}))
    if before and before != path:
        state[_LEFT] = (now, choices)
    changed_at, left = state.get(_LEFT, (float("-inf"), {}))
    if now - changed_at < _SETTLING_SECONDS:
        for name, value in left.items():
            if name not in st.query_params:
                state[name] = value


def keep_choices(**choices: object) -> None:
    """Remember the choices of this page for the next one, by the keys of their widgets."""
    st.session_state[_CHOICES] = (_path(), choices)


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


def choose_shortcut() -> None:
    """Show now, or as long ago as the chosen shortcut says."""
    name = st.session_state["jump"]
    set_as_of(datetime.now(UTC) - SHORTCUTS[name] if name in SHORTCUTS else None)
    st.session_state["shortcut_of"] = (st.session_state[AS_OF], name)


def choose_moment(local: str) -> None:
    """Show the moment of the calendar, a local time of the viewer."""
    if (moment := moment_in_url(local, viewers_zone())) is not None:
        set_as_of(moment)


def currencies_of(accounts: Sequence[Account]) -> list[str]:
    account_currencies = [currency for a in accounts for currency in (a.base_currency, *a.display_currencies)]
    return list(dict.fromkeys([*(account_currencies[:1] or CURRENCIES[:1]), *CURRENCIES, *account_currencies]))
