"""Body: the facts of a page's first screen, as HTML. It reads through the caches of the pages."""

import numpy as np

from domain.holdings import Holding
from domain.protection import ProtectionState
from domain.sources import ORDER_KINDS, SourceKind
from pages.first_frame.html import Cell, FirstRows, attention_html, headline_html, ink_of, note_html, rows_html
from pages.first_frame.orders import MOST_ROWS, order_list, order_tabs_html, shown_tab
from pages.open_orders.loading import load_table
from pages.open_orders.table import OrderTable
from pages.open_orders.tabs import LABELS, PURPOSES, Tab
from pages.overview.attention_lines import attention_lines
from pages.overview.changes import load_changes
from pages.overview.kpis import kpis_of
from pages.overview.tables import near_price_text
from pages.overview.view import Facts, facts_of, shown, without
from pages.shared.choices import Query, link_to
from pages.shared.failures import load_or
from pages.shared.formats import change_text, percent_text
from pages.shared.loaders import cached_view
from pages.shared.past import load_transits
from pages.shared.scene import Scene
from pages.shared.tables import cover_text
from pages.shared.viewer import is_admin

PRESENT = (SourceKind.BALANCES, SourceKind.POSITIONS, *ORDER_KINDS, SourceKind.PRICES)


def body_html(path: str, tab: Tab | None, scene: Scene, query: Query, knows_zone: bool) -> str:
    """The body of the frame of a path. `tab` is the list of orders that the address names.

    `knows_zone` if today is known to begin at the viewer's midnight.
    """
    facts = without(
        cached_view(facts_of, scene, scene.view.currency),
        [account.name for account in (*scene.unseen, *scene.unread)],
    )
    table = load_table(scene)
    attention = attention_html(attention_lines(scene, facts), query, is_admin())
    if path == "/":
        rows = holding_rows(scene, facts, query)
        return _headline(scene, facts, knows_zone) + attention + rows_html(rows)
    shown_orders = shown_tab(table, tab)
    rows = order_rows(scene, table, shown_orders)
    return order_tabs_html(table, shown_orders, query) + rows_html(rows) + attention + _count(facts)


def _headline(scene: Scene, facts: Facts, knows_zone: bool) -> str:
    changes = load_or({}, lambda: load_changes(scene, facts.totals))
    if not knows_zone:
        changes = {name: change for name, change in changes.items() if name != "today"}
    transits = load_or((), lambda: load_transits(scene))
    figure = next(iter(kpis_of(facts, changes, scene.view, scene.at, transits)))
    return headline_html(figure, is_plain=True)


def _count(facts: Facts) -> str:
    is_partial = bool(
        facts.orders_unseen or facts.orders_hidden or facts.orders_not_understood or facts.accounts_unknown
    )
    count = f"{'at least ' if is_partial else ''}{facts.orders.count:,}"
    words = f"Open orders: {count}, {facts.orders.normal:,} resting, {facts.orders.trigger:,} conditional"
    return note_html(words, warns=is_partial)


_HOLDING_CARD = {"Coin": "title", "Value": "lead", "Covered": "first", "24 h": "figure"}


def holding_rows(scene: Scene, facts: Facts, query: Query) -> FirstRows:
    """The first holdings by value."""
    view = scene.view
    listed = shown(facts.holdings, view.currency, view.hide_small)
    several = len(scene.accounts) > 1
    names = ["Coin", *(["Account"] if several else []), "Value", "Share", "24 h", "Covered", "Stop"]
    rows = []
    for holding in listed[:MOST_ROWS]:
        change = change_text(holding.change_24h)
        rows.append(
            [
                Cell(holding.asset, link=link_to("/coin", query, coin=holding.asset)),
                *([Cell(holding.account)] if several else []),
                Cell(view.money(holding.value)),
                Cell(percent_text(holding.share, decimals=1)),
                Cell(change, ink_of(change, view.inks)),
                Cell(_cover(holding)),
                Cell(_nearest_stop(holding, view.currency)),
            ]
        )
    empty = "No holdings" if facts.balances_known else "Balances: not seen yet"
    return FirstRows(
        "Holdings", names, rows, max(len(listed) - MOST_ROWS, 0), empty, frozenset({"Share"}), card=_HOLDING_CARD
    )


def _cover(holding: Holding) -> str:
    protection = holding.protection
    if protection is None or protection.state is ProtectionState.NOTHING_TO_PROTECT:
        return " "
    return cover_text(protection.share, unseen=protection.state is ProtectionState.UNKNOWN)


def _nearest_stop(holding: Holding, currency: str) -> str:
    near = holding.protection.nearest_stop if holding.protection else None
    return " " if near is None else near_price_text(near, currency)


def order_rows(scene: Scene, table: OrderTable, tab: Tab) -> FirstRows:
    """The first orders of a list, nearest to the market first. All open orders for History."""
    tab = tab if tab in PURPOSES else Tab.ALL
    is_listed = np.full(len(table), True) if tab is Tab.ALL else table.facts.tabs == PURPOSES.index(tab)
    several = len(scene.accounts) > 1
    names = ["Symbol", *(["Account"] if several else []), "Side", "Role", "Price", "Distance", "Quantity", "Value"]
    empty = "No open orders" if scene.snapshots else ""
    title = "All orders" if tab is Tab.ALL else LABELS[tab]
    return order_list(scene.view, table, np.flatnonzero(is_listed), title, names, empty, tab)
