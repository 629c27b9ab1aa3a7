"""Allocation: what the money is in, as a treemap by account and coin that its reader can open further."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from html import escape

import streamlit as st

from domain.holdings import Holding
from pages.live.recording import live_shape
from pages.overview.loading import load_facts
from pages.shared.charts import DrawnFigure, new_figure
from pages.shared.formats import UNKNOWN, change_text, moment_text, percent_text
from pages.shared.scene import Scene
from pages.shared.theme import NEUTRAL_FILL
from pages.shared.url_controls import is_switched_on, show_switch
from pages.shared.view import View
from pages.shared.widgets import section, show_chart

ALLOCATION = "allocation"
HEIGHT = 420
# The figure is drawn by the page's script. It is as old as a run may be.
DRAWN_EVERY = timedelta(minutes=1)
# A change of 24 h of this size has the full colour.
_FULL = 0.05


def show_allocation_switch(scene: Scene) -> None:
    """Draw the switch. The figure follows below the sheet, because Plotly draws it."""
    with section("Allocation", "by value, coloured by the change of 24 h"):
        if show_switch(ALLOCATION, "Show the map"):
            live_shape("allocation_slot", scene, slot_shape)


def slot_shape(scene: Scene) -> str:
    """The span of time that the map was drawn in. In the next one the page's script runs."""
    return str(int((scene.taken_at or scene.at).timestamp() // DRAWN_EVERY.total_seconds()))


def show_allocation(scene: Scene) -> None:
    """Draw the map if the address opens it. The browser loads Plotly then."""
    if not is_switched_on(ALLOCATION):
        return
    facts = load_facts(scene)
    listed = [holding for holding in facts.holdings if holding.value is not None and holding.value > 0]
    if not listed:
        st.html('<div class="sf-note">No holding has a known value.</div>')
        return
    show_chart(allocation_figure(listed, scene.view), "allocation_map", "Holdings by value")
    st.html(f'<div class="sf-note">{escape(_words(facts.holdings, listed, scene))}</div>')


def _words(holdings: Sequence[Holding], listed: Sequence[Holding], scene: Scene) -> str:
    moment = moment_text(scene.taken_at or scene.at, scene.view.zone, scene.at)
    left_out = [holding.asset for holding in holdings if holding not in listed and holding.value != 0]
    without = f" Without {', '.join(left_out)}: a debt, or no price is known." if left_out else ""
    return f"As of {moment}. The map follows once a minute. Click an account or coin to look closer.{without}"


def allocation_figure(holdings: Sequence[Holding], view: View) -> DrawnFigure:
    """The map of holdings with a positive value. Hidden amounts are scaled to a sum of 1."""
    total = sum((holding.value or Decimal(0) for holding in holdings), Decimal(0))
    scale = total if view.hide_amounts else Decimal(1)
    accounts = sorted({holding.account for holding in holdings})
    rows = [_row(holding, accounts, total, scale, view) for holding in holdings]
    if len(accounts) > 1:
        rows += [_account_row(name, holdings, total, scale, view) for name in accounts]
    ids, labels, parents, values, changes, texts, hovers = (list(column) for column in zip(*rows, strict=True))
    tiles = {
        "type": "treemap",
        "ids": ids,
        "labels": labels,
        "parents": parents,
        "values": values,
        "branchvalues": "total",
        "text": texts,
        "hovertext": hovers,
        "texttemplate": "<b>%{label}</b><br>%{text}",
        "hovertemplate": "<b>%{label}</b><br>%{hovertext}<extra></extra>",
        "textfont": {"color": "#ffffff"},
        "marker": {
            "colors": changes,
            "colorscale": [[0, view.inks.loss_fill], [0.5, NEUTRAL_FILL], [1, view.inks.gain_fill]],
            "cmin": -_FULL,
            "cmax": _FULL,
            "line": {"width": 1, "color": "rgba(124, 136, 153, 0.35)"},
            "pad": {"t": 20 if len(accounts) > 1 else 0, "l": 2, "r": 2, "b": 2},
        },
        "pathbar": {"visible": len(accounts) > 1},
        "tiling": {"pad": 2},
        "root": {"color": "rgba(0, 0, 0, 0)"},
    }
    return new_figure(HEIGHT, [tiles], uniformtext={"minsize": 9, "mode": "hide"})


# Id, label, id of the parent, value, change of 24 h, text and hover text.
Row = tuple[str, str, str, float, float, str, str]


def _row(holding: Holding, accounts: Sequence[str], total: Decimal, scale: Decimal, view: View) -> Row:
    value = holding.value or Decimal(0)
    change = change_text(holding.change_24h) or UNKNOWN
    share = percent_text(value / total, decimals=1)
    hover = f"{view.money(value)}<br>{share}<br>24 h {change}<br>{escape(holding.account)}"
    parent = holding.account if len(accounts) > 1 else ""
    coloured = float(holding.change_24h or 0)
    name = f"{holding.account}/{holding.asset}"
    return name, escape(holding.asset), parent, float(value / scale), coloured, f"{share}<br>{change}", hover


def _account_row(name: str, holdings: Sequence[Holding], total: Decimal, scale: Decimal, view: View) -> Row:
    value = sum((holding.value or Decimal(0) for holding in holdings if holding.account == name), Decimal(0))
    share = percent_text(value / total, decimals=1)
    return name, escape(name), "", float(value / scale), 0.0, share, f"{view.money(value)}<br>{share}"
