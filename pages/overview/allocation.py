"""Allocation: what the money is in, as a treemap of all accounts or of one. Its tiles lead on."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from html import escape
from urllib.parse import urlencode

import streamlit as st

from domain.holdings import Holding
from pages.components.sheet.sheet import box
from pages.live.recording import live_shape
from pages.overview.loading import load_facts
from pages.overview.targets import MAPPED
from pages.shared.charts import DrawnFigure, new_figure
from pages.shared.formats import UNKNOWN, change_text, moment_text, percent_text
from pages.shared.scene import Scene
from pages.shared.theme import NEUTRAL_FILL
from pages.shared.url_controls import is_switched_on, show_buttons, show_switch
from pages.shared.view import View
from pages.shared.widgets import section, show_chart

ALLOCATION, ALL_ACCOUNTS = "allocation", "All accounts"
HEIGHT = 420
_ROOT = "/"  # the tile around the accounts
# The figure is drawn by the page's script. It is as old as a run may be.
DRAWN_EVERY = timedelta(minutes=1)
# A change of 24 h of this size has the full colour.
_FULL = 0.05


def show_allocation_switch(scene: Scene) -> None:
    """Draw the switch. The figure follows below the sheet, because Plotly draws it."""
    with section("Allocation", "by value, coloured by the change of 24 h"), box("allocation_choices", "row"):
        if show_switch(ALLOCATION, "the map"):
            live_shape("allocation_slot", scene, slot_shape)
            if len(scene.accounts) > 1:
                options = [ALL_ACCOUNTS, *(account.name for account in scene.accounts)]
                show_buttons("allocation_accounts", MAPPED, "Account", options, ALL_ACCOUNTS, is_label_shown=False)


def slot_shape(scene: Scene) -> str:
    """The span of time that the map was drawn in. In the next one the page's script runs."""
    return str(int((scene.taken_at or scene.at).timestamp() // DRAWN_EVERY.total_seconds()))


def show_allocation(scene: Scene) -> None:
    """Draw the map if the address opens it. The browser loads Plotly then."""
    if not is_switched_on(ALLOCATION):
        return
    holdings, mapped = load_facts(scene).holdings, st.query_params.get(MAPPED)
    if mapped in {account.name for account in scene.accounts}:
        holdings = tuple(holding for holding in holdings if holding.account == mapped)
    listed = [holding for holding in holdings if holding.value is not None and holding.value > 0]
    if not listed:
        st.html('<div class="sf-note">No holding has a known value.</div>')
        return
    show_chart(allocation_figure(listed, scene.view), "allocation_map", "Holdings by value")
    st.html(f'<div class="sf-note">{escape(_words(holdings, listed, scene))}</div>')


def _words(holdings: Sequence[Holding], listed: Sequence[Holding], scene: Scene) -> str:
    moment = moment_text(scene.taken_at or scene.at, scene.view.zone, scene.at)
    left_out = [holding.asset for holding in holdings if holding not in listed and holding.value != 0]
    without = f" Without {', '.join(left_out)}: a debt, or no price is known." if left_out else ""
    opens = " An account opens its own map." if len({holding.account for holding in listed}) > 1 else ""
    return f"As of {moment}. The map follows once a minute.{opens} A coin leads to its page.{without}"


def allocation_figure(holdings: Sequence[Holding], view: View) -> DrawnFigure:
    """The map of holdings with a positive value. Hidden amounts are scaled to a sum of 1."""
    total = sum((holding.value or Decimal(0) for holding in holdings), Decimal(0))
    scale = total if view.hide_amounts else Decimal(1)
    accounts = sorted({holding.account for holding in holdings})
    rows = [_row(holding, accounts, total, scale, view) for holding in holdings]
    if len(accounts) > 1:
        rows += [_account_row(name, holdings, total, scale, view) for name in accounts]
        rows.append((_ROOT, ALL_ACCOUNTS, "", float(total / scale), 0.0, "", view.money(total), ""))
    ids, labels, parents, values, changes, texts, hovers, leads = (list(column) for column in zip(*rows, strict=True))
    tiles = {
        "type": "treemap",
        "ids": ids,
        "labels": labels,
        "parents": parents,
        "values": values,
        "branchvalues": "total",
        "text": texts,
        "hovertext": hovers,
        "customdata": leads,
        "texttemplate": "<b>%{label}</b><br>%{text}",
        "hovertemplate": "<b>%{label}</b><br>%{hovertext}<extra></extra>",
        "textfont": {"color": "#ffffff"},
        "marker": {
            "colors": changes,
            "colorscale": [[0, view.inks.loss_fill], [0.5, NEUTRAL_FILL], [1, view.inks.gain_fill]],
            "cmin": -_FULL,
            "cmax": _FULL,
            "line": {"width": 1, "color": "rgba(124, 136, 153, 0.35)"},
            "pad": {"t": 28 if len(accounts) > 1 else 0, "l": 2, "r": 2, "b": 2},
        },
        "pathbar": {"visible": False},
        "tiling": {"pad": 2},
    }
    return new_figure(HEIGHT, [tiles], uniformtext={"minsize": 9, "mode": "hide"})


# Id, label, id of the parent, value, change of 24 h, text, hover text, and the page that a tap leads to.
Row = tuple[str, str, str, float, float, str, str, str]


def _row(holding: Holding, accounts: Sequence[str], total: Decimal, scale: Decimal, view: View) -> Row:
    value = holding.value or Decimal(0)
    change = change_text(holding.change_24h) or UNKNOWN
    share = percent_text(value / total, decimals=1)
    hover = f"{view.money(value)}<br>{share}<br>24 h {change}<br>{escape(holding.account)}"
    parent = holding.account if len(accounts) > 1 else ""
    coloured = float(holding.change_24h or 0)
    name = f"{holding.account}/{holding.asset}"
    lead = f"coin?{urlencode({'coin': holding.asset})}"
    return name, escape(holding.asset), parent, float(value / scale), coloured, f"{share}<br>{change}", hover, lead


def _account_row(name: str, holdings: Sequence[Holding], total: Decimal, scale: Decimal, view: View) -> Row:
    value = sum((holding.value or Decimal(0) for holding in holdings if holding.account == name), Decimal(0))
    share = percent_text(value / total, decimals=1)
    lead = f"?{urlencode({MAPPED: name})}"
    return name, escape(name), _ROOT, float(value / scale), 0.0, share, f"{view.money(value)}<br>{share}", lead
