"""Summary: the strip of accounts, and what needs attention, each line leading to its list."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import streamlit as st

from domain.holdings import Totals, protected_share, totals_of
from domain.snapshot import Snapshot
from pages.overview.account_strip import AccountFigures, strip_html
from pages.overview.attention import Attention
from pages.overview.attention_lines import attention_lines
from pages.overview.changes import load_today
from pages.overview.holdings import show_filter
from pages.overview.view import Facts
from pages.shared.loaders import cached
from pages.shared.navigation import pages_noted, shared_choices
from pages.shared.scene import Scene

# More accounts than these are a page of their own. Their changes would also take long to load.
_MOST_ACCOUNTS = 12


def show_account_strip(scene: Scene, facts: Facts) -> None:
    """One line per account, if several are shown."""
    if 1 < len(scene.snapshots) <= _MOST_ACCOUNTS:
        currency = facts.totals.currency
        rows = [_figures_of(scene, snapshot, currency) for snapshot in scene.snapshots]
        rows += [AccountFigures(account.name, None, None, None, None) for account in scene.unseen]
        st.html(strip_html(rows, scene.at, scene.view))


def _figures_of(scene: Scene, snapshot: Snapshot, currency: str) -> AccountFigures:
    alone = replace(scene, accounts=(snapshot.account,), snapshots=(snapshot,), unseen=(), unread=())
    totals, covered = cached(_totals_and_cover, (alone.key, currency), (snapshot,), currency)
    taken_at = snapshot.refresh.taken_at
    return AccountFigures(snapshot.account.name, totals.net_value, load_today(alone, totals), covered, taken_at)


def _totals_and_cover(snapshots: Sequence[Snapshot], currency: str) -> tuple[Totals, Decimal | None]:
    return totals_of(snapshots, currency), protected_share(snapshots, currency)


def show_attention(scene: Scene, facts: Facts) -> None:
    """What a trader looks for first. Each line leads to its list."""
    with st.container(horizontal=True, gap="small", key="attention"):
        for number, attention in enumerate(attention_lines(scene, facts)):
            _show_line(attention, number)


def _show_line(attention: Attention, number: int) -> None:
    key = f"attention_{'warns' if attention.warns else 'plain'}_{number}"
    with st.container(key=key, width="content"):
        page = pages_noted().get(attention.path)
        if attention.shown:
            st.button(attention.words, on_click=show_filter, args=(attention.shown,), key="show_without_stop")
        elif page is not None:
            choices = {**shared_choices(), **dict(attention.choices)}
            st.page_link(page, label=attention.words.replace("$", "\\$"), query_params=choices)
        else:
            st.caption(attention.words.replace("$", "\\$"))
