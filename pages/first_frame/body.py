"""Body: the facts of a page's first screen, as HTML. It reads through the caches of the pages."""

import numpy as np

from domain.holdings import Holding
from domain.protection import ProtectionState
from domain.sources import ORDER_KINDS, SourceKind
from pages.first_frame.html import Cell, FirstRows, attention_html, headline_html, ink_of, rows_html
from pages.first_frame.orders import MOST_ROWS, order_list
from pages.open_orders.loading import load_table
from pages.open_orders.table import OrderTable
from pages.open_orders.tabs import PURPOSES, Tab
from pages.overview.attention_lines import attention_lines
from pages.overview.changes import load_changes
from pages.overview.kpis import kpis_of
from pages.overview.tables import near_price_text
from pages.overview.view import Facts, facts_of, shown, without
from pages.shared.choices import Query, has_shared_alone, link_to
from pages.shared.failures import load_or
from pages.shared.formats import change_text, percent_text
from pages.shared.loaders import cached_view
from pages.shared.past import load_transits
from pages.shared.scene import Scene
from pages.shared.tables import cover_text
from pages.shared.viewer import is_admin

PRESENT = (SourceKind.BALANCES, SourceKind.POSITIONS, *ORDER_KINDS, SourceKind.PRICES)


def body_html(path: str, scene: Scene, query: Query, knows_zone: bool) -> str:
    """The body of the frame of a path. `knows_zone` if today is known to begin at the viewer's midnight."""
    facts = without(
        cached_view(facts_of, scene, scene.view.currency),
        [account.name for account in (*scene.unseen, *scene.unread)],
    )
    table = load_table(scene)
    attention = attention_html(attention_lines(scene, facts), query, is_admin())
    if path == "/":
        rows = holding_rows(scene, facts, query)
        return _headline(scene, facts, knows_zone) + attention + rows_html(rows)
    return _count(facts) + attention + rows_html(order_rows(scene, table, query))


def _headline(scene: Scene, facts: Facts, knows_zone: bool) -> str:
    changes = load_or({}, lambda: load_changes(scene, facts.totals))
    if not knows_zone:
        changes = {name: change for name, change in changes.items() if name != "today"}
    transits = load_or((), lambda: load_transits(scene))
    figure = next(iter(kpis_of(facts, changes, scene.view, scene.at, {}, transits)))
    return headline_html(figure.label, figure.value, figure.note, figure.warns, figure.extra, is_plain=True)


def _count(facts: Facts) -> str:
    note = f"{facts.orders.normal:,} resting · {facts.orders.trigger:,} conditional"
    is_partial = bool(
        facts.orders_unseen or facts.orders_hidden or facts.orders_not_understood or facts.accounts_unknown
    )
    count = f"{'at least ' if is_partial else ''}{facts.orders.count:,}"
    return headline_html("Open orders", count, note, is_partial, "")


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
                Cell(_nearest_stop(holding)),
            ]
        )
    empty = "No holdings" if facts.balances_known else "Balances: not seen yet"
    return FirstRows("Holdings", names, rows, max(len(listed) - MOST_ROWS, 0), empty, frozenset({"Share"}))


def _cover(holding: Holding) -> str:
    protection = holding.protection
    if protection is None or protection.state is ProtectionState.NOTHING_TO_PROTECT:
        return " "
    return cover_text(protection.share, unseen=protection.state is ProtectionState.UNKNOWN)


def _nearest_stop(holding: Holding) -> str:
    near = holding.protection.nearest_stop if holding.protection else None
    return " " if near is None else near_price_text(near)


def order_rows(scene: Scene, table: OrderTable, query: Query) -> FirstRows:
    """The first orders, nearest to the market first: stops if there are any, else all.

    A link with filters of the page shows all orders here, because the frame does not filter.
    """
    is_stop, is_plain = table.facts.tabs == PURPOSES.index(Tab.STOPS), has_shared_alone(query)
    only_stops = bool(is_plain and is_stop.any())
    places = np.flatnonzero(is_stop) if only_stops else np.arange(len(table))
    several = len(scene.accounts) > 1
    names = ["Symbol", *(["Account"] if several else []), "Side", "Role", "Price", "Distance", "Quantity", "Value"]
    empty = "No open orders" if scene.snapshots else ""
    return order_list(scene.view, table, places, "Stops" if only_stops else "All orders", names, empty)
