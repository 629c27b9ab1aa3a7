"""Top bar: pages, accounts, moment, currency, freshness and settings in one line.

On a phone the pages and More are a bar at the bottom (style.css). Every choice is in the URL.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from domain.snapshot import Account
from pages.components.moment.moment import draw_moment
from pages.components.shell.shell import draw_shell
from pages.shared.filters import (
    GAIN_NAMES,
    SHORTCUTS,
    choose_moment,
    choose_shortcut,
    currencies_of,
    keep_choices,
    moment_shown,
    restore_choices,
    tell_unknown,
    viewers_zone,
)
from pages.shared.formats import zone_text
from pages.shared.navigation import address_choices, pages_noted, shared_choices
from pages.shared.theme import GainColours
from pages.shared.titles import TITLES
from pages.shared.url_choices import show_choice_problem
from pages.shared.view import View
from pages.shared.viewer import show_viewer

_ON_PHONE = 4
# The keys of the widgets whose values every page has. The moment is kept by itself.
_KEPT = ("account", "currency", "hide_small", "hide_amounts", "colours")
# More accounts than these would crowd the bar: they are chosen from a list.
_MOST_CHIPS = 3


@dataclass(frozen=True, slots=True)
class TopBar:
    """The choices of the viewer, and the place where the badge is drawn once the page's data is loaded.

    `address` are the choices that the address of the page should have.
    """

    view: View
    badge: DeltaGenerator
    address: Mapping[str, Sequence[str]]


def show_topbar(accounts: Sequence[Account], is_demo: bool) -> TopBar:
    """Draw the bar."""
    zone = viewers_zone()
    as_of = moment_shown(zone)
    restore_choices()
    if accounts:
        tell_unknown(accounts)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="topbar"):
        demo = '<span class="sf-demo" title="Simulated data">DEMO</span>' if is_demo else ""
        st.html(
            f'<div class="sf-logo" role="img" aria-label="Stillframe"><b>Stillframe</b></div>{demo}', width="content"
        )
        links = st.container(horizontal=True, gap=None, key="pages", width="content")
        more_links = st.container(horizontal=True, gap=None, key="pages_more", width="content")
        st.html('<div class="sf-spring"></div>', width="stretch")
        # Without accounts, those of a link would count as invalid and be dropped.
        chosen = _show_accounts([account.name for account in accounts]) if accounts else []
        _show_moment(as_of)
        currency = _show_currency(currencies_of(accounts))
        badge = st.container(key="badge_place", width="content")
        draw_shell("shell")
        with st.container(key="more", width="content"):
            hide_small, hide_amounts, gains = _show_more(currencies_of(accounts), currency)
        address = address_choices()
        _show_links(links, more_links, address)
    kept = {name: st.session_state[name] for name in _KEPT if name in st.session_state}
    keep_choices(**kept)
    view = View(tuple(chosen), currency, as_of, hide_small, hide_amounts, gains, zone)
    return TopBar(view, badge, address)


def _show_links(links: DeltaGenerator, more_links: DeltaGenerator, choices: dict[str, list[str]]) -> None:
    """Links to all pages. They are drawn last, because they carry the choices made in this run."""
    pages = pages_noted()
    for n, (path, name) in enumerate(TITLES.items()):
        if path in pages:
            position = links if n < _ON_PHONE else more_links
            position.page_link(pages[path], label=name, query_params=choices or None)


def _show_accounts(names: Sequence[str]) -> Sequence[str]:
    """The choice of accounts: chips for a few, a list for many. One account alone is no choice."""
    with st.container(key="accounts" if len(names) > 1 else "accounts_alone", width="content"):
        if len(names) <= _MOST_CHIPS:
            return st.pills(
                "Accounts", names, selection_mode="multi", key="account", bind="query-params",
                label_visibility="collapsed", wrap=False,
            )  # fmt: skip
        chosen = [name for name in st.session_state.get("account", ()) if name in names]
        label = "All accounts" if not chosen else chosen[0] if len(chosen) == 1 else f"{len(chosen)} accounts"
        with st.popover(label, key="account_list"):
            return st.multiselect(
                "Accounts", names, key="account", placeholder="All accounts", bind="query-params", width=260
            )


def _show_moment(as_of: datetime | None) -> None:
    """Now, one step back, or a moment of the calendar, which counts when it is applied."""
    zone = viewers_zone()
    shortcut = st.session_state.get("shortcut_of", (None, ""))
    st.session_state["jump"] = "Now" if as_of is None else shortcut[1] if shortcut[0] == as_of else None
    with st.container(horizontal=True, gap=None, key="moments", width="content"):
        st.segmented_control(
            "Moment",
            ["Now", *SHORTCUTS],
            key="jump",
            on_change=choose_shortcut,
            label_visibility="collapsed",
            wrap=False,
        )
        with (
            st.container(key="calendar", width="content"),
            st.popover("Calendar", icon=":material/calendar_month:", key=f"calendar_{as_of}"),
        ):
            now = datetime.now(UTC)
            draw_moment(as_of or now, now, zone, "moment", choose_moment)


def _show_currency(currencies: Sequence[str]) -> str:
    show_choice_problem("currency", currencies, currencies[0])
    with st.container(key="currency_place", width="content"):
        chosen = st.selectbox(
            "Currency", currencies, key="currency", bind="query-params", label_visibility="collapsed", width=86
        )
    return chosen or currencies[0]


def _show_more(currencies: Sequence[str], currency: str) -> tuple[bool, bool, GainColours]:
    """Settings, on a phone also the pages and the choices that have no room in the bar. A choice closes it."""
    closed = st.session_state.get("more_closed", 0)
    with st.popover("More", icon=":material/tune:", key=f"settings_{closed}"):
        for path, name in [*TITLES.items()][_ON_PHONE:]:
            if path in pages_noted():
                with st.container(key=f"phone_{path}"):
                    st.page_link(pages_noted()[path], label=name, query_params=shared_choices() or None)
        st.session_state["currency_again"] = currency
        with st.container(key="phone_currency"):
            st.selectbox("Currency", currencies, key="currency_again", on_change=_take_currency)
        hide_small = st.toggle(
            "Hide small balances", key="hide_small", bind="query-params", help="Below 1 USD", on_change=_close_more
        )
        hide_amounts = st.toggle("Hide amounts", key="hide_amounts", bind="query-params", on_change=_close_more)
        gains = st.selectbox(
            "Colours",
            list(GAIN_NAMES),
            key="colours",
            bind="query-params",
            help="Which colours tell gain from loss. Blue and orange are safe for the colour-blind.",
            on_change=_close_more,
        )
        zone = viewers_zone()
        st.caption(f"Times are in your zone, {zone.key} ({zone_text(datetime.now(zone))}).")
        show_viewer()
    return hide_small, hide_amounts, GAIN_NAMES.get(gains or "", GainColours.USUAL)


def _take_currency() -> None:
    st.session_state["currency"] = st.session_state["currency_again"]
    _close_more()


def _close_more() -> None:
    """Close the settings: a new key makes a new popover."""
    st.session_state["more_closed"] = st.session_state.get("more_closed", 0) + 1
