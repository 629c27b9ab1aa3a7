"""Body: the facts of a page's first screen, as HTML. It reads through the caches of the pages."""

import numpy as np

from domain.holdings import Holding
from domain.protection import ProtectionState
from domain.sources import ORDER_KINDS, SourceKind
from pages.first_frame.html import Cell, FirstRows, attention_html, headline_html, ink_of, rows_html
from pages.open_orders.loading import load_table
from pages.open_orders.table import OrderTable
from pages.open_orders.tabs import PURPOSES, Tab
from pages.overview.attention_lines import attention_lines
from pages.overview.changes import load_changes
from pages.overview.kpis import kpis_of
from pages.overview.view import Facts, facts_of, shown, without
from pages.shared.choices import SHARED, Query, link_to
from pages.shared.failures import load_or
from pages.shared.formats import change_text, masked, number_text, percent_text
from pages.shared.loaders import cached_view
from pages.shared.past import load_transits
from pages.shared.scene import Scene
from pages.shared.tables import cover_text
from pages.shared.viewer import is_admin

PRESENT = (SourceKind.BALANCES, SourceKind.POSITIONS, *ORDER_KINDS, SourceKind.PRICES)
MOST_ROWS = 14


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
    return headline_html(figure.label, figure.value, figure.note, figure.warns, figure.extra)


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
    return " " if near is None else number_text(near.price)


def order_rows(scene: Scene, table: OrderTable, query: Query) -> FirstRows:
    """The first orders, nearest to the market first: stops if there are any, else all.

    A link with filters of the page shows all orders here, because the frame does not filter.
    """
    is_stop, is_plain = table.facts.tabs == PURPOSES.index(Tab.STOPS), set(query) <= set(SHARED)
    only_stops = bool(is_plain and is_stop.any())
    places = np.flatnonzero(is_stop) if only_stops else np.arange(len(table))
    places = places[np.argsort(table.distances[places], kind="stable")]
    hidden, inks = scene.view.hide_amounts, scene.view.inks
    several = len(scene.accounts) > 1
    names = ["Symbol", *(["Account"] if several else []), "Side", "Role", "Price", "Distance", "Quantity", "Value"]
    rows = []
    for order in table.texts_at(places[:MOST_ROWS]).to_dict("records"):
        side, distance = str(order["side"]), order["distance"]
        rows.append(
            [
                Cell(str(order["symbol"])),
                *([Cell(str(order["account"]))] if several else []),
                Cell(side, inks.gain if side == "Buy" else inks.loss),
                Cell(str(order["role"])),
                Cell(str(order["price"]).strip()),
                Cell("" if distance is None or distance != distance else f"{distance:.2f} %"),  # NaN is unknown
                Cell(masked(str(order["quantity"]).strip(), hidden)),
                Cell(masked(str(order["value"]).strip(), hidden)),
            ]
        )
    count = len(places)
    empty = "No open orders" if scene.snapshots else ""
    title, more = "Stops" if only_stops else "All orders", max(count - MOST_ROWS, 0)
    return FirstRows(title, names, rows, more, empty, frozenset({"Role", "Quantity"}))
