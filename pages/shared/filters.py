"""Filters: the shared sidebar. Its whole state is in the URL, so that a link reproduces the view."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from domain.snapshot import Account
from pages.shared.theme import GainColours
from pages.shared.url_choices import show_choice_problem
from pages.shared.view import ZONE_UTC, View, moment_for_url, moment_in_url

CURRENCIES = ("USD", "EUR", "BTC")
SHORTCUTS = {"1 h": timedelta(hours=1), "24 h": timedelta(hours=24), "7 d": timedelta(days=7)}
AS_OF = "as_of"
_SEEN = "as_of_in_url"  # the last seen URL value, to distinguish a link or "back" from our own change
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


def show_filters(accounts: Sequence[Account]) -> View:
    """Draw the shared filters in the sidebar and return their values."""
    zone = viewers_zone()
    as_of = _as_of(zone)
    if accounts:
        _tell_unknown(accounts)
    with st.sidebar:
        chosen: list[str] = []
        if accounts:  # without them a link's accounts would count as invalid and be dropped
            chosen = st.multiselect(
                "Accounts",
                [a.name for a in accounts],
                key="account",
                placeholder="All accounts",
                bind="query-params",
            )
        currencies = _currencies(accounts)
        show_choice_problem("currency", currencies, currencies[0])
        currency = st.selectbox("Currency", currencies, key="currency", bind="query-params")
        _show_as_of(as_of, zone)
        hide_small = st.toggle("Hide small balances", key="hide_small", bind="query-params", help="Below 1 USD")
        hide_amounts = st.toggle("Hide amounts", key="hide_amounts", bind="query-params")
        gains = st.selectbox(
            "Colours",
            list(GAIN_NAMES),
            key="colours",
            bind="query-params",
            help="Which colours tell gain from loss. Blue and orange are safe for the colour-blind.",
        )
    return View(
        accounts=tuple(chosen),
        currency=currency or CURRENCIES[0],
        as_of=as_of,
        hide_small=hide_small,
        hide_amounts=hide_amounts,
        gains=GAIN_NAMES.get(gains or "", GainColours.USUAL),
        zone=zone,
    )


def _tell_unknown(accounts: Sequence[Account]) -> None:
    """Show a toast if a link names an unknown account, because the page then shows other accounts."""
    names = {account.name for account in accounts}
    if unknown := [name for name in st.query_params.get_all("account") if name not in names]:
        st.toast(
            f"There is no account {', '.join(unknown):.80}: see the sidebar for what is shown.", duration="infinite"
        )


def set_as_of(at: datetime | None) -> None:
    """Show a past moment from now on. None goes back to now."""
    at = None if at is None else min(at, datetime.now(UTC)).replace(microsecond=0)
    st.session_state[AS_OF] = at
    _tell_url(at)


def _as_of(zone: ZoneInfo) -> datetime | None:
    """The moment to show. The URL wins after a link or a browser navigation. A change of page empties it."""
    text = st.query_params.get(AS_OF)
    page = st.context.url or ""
    path = page.split("?")[0]
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


def _show_as_of(as_of: datetime | None, zone: ZoneInfo) -> None:
    st.caption("As of", help=f"Times are in your zone, {zone.key}")
    with st.container(horizontal=True, gap="xsmall", key="as_of_buttons"):
        st.button("Now", on_click=set_as_of, args=(None,), type="primary" if as_of is None else "secondary", key="now")
        for name, back in SHORTCUTS.items():
            st.button(name, on_click=_go_back, args=(back,), key=f"as_of_{name}", help=f"As it was {name} ago")
    label = "Another moment" if as_of is None else f"{as_of.astimezone(zone):%-d %b %Y, %H:%M}"
    with st.popover(label, icon=":material/schedule:", width="stretch"):
        there = (as_of or datetime.now(UTC)).astimezone(zone).replace(tzinfo=None, second=0, microsecond=0)
        st.datetime_input(
            f"Date and time, {zone.key}",
            there if as_of else None,
            key="as_of_input",
            on_change=_take_input,
            args=(zone,),
            step=300,
        )


def _go_back(span: timedelta) -> None:
    set_as_of(datetime.now(UTC) - span)


def _take_input(zone: ZoneInfo) -> None:
    given: datetime | None = st.session_state["as_of_input"]
    set_as_of(None if given is None else given.replace(tzinfo=zone).astimezone(UTC))


def _currencies(accounts: Sequence[Account]) -> list[str]:
    account_currencies = [currency for a in accounts for currency in (a.base_currency, *a.display_currencies)]
    return list(dict.fromkeys([*(account_currencies[:1] or CURRENCIES[:1]), *CURRENCIES, *account_currencies]))
