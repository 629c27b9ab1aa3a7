"""Orders: the tabs of the page, and the first rows of a list of open orders."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from pages.first_frame.html import Cell, FirstRows, tabs_html
from pages.open_orders.filter import OrderFilter, filtered_rows
from pages.open_orders.tab_choice import TAB
from pages.open_orders.table import OrderTable
from pages.open_orders.tabs import LABELS, PURPOSES, Tab, default_tab
from pages.open_orders.words import card_words, kind_words
from pages.shared.choices import SHARED, Query, link_to
from pages.shared.formats import masked
from pages.shared.view import View

MOST_ROWS = 14
_DESK_ONLY = frozenset({"Role", "Quantity"})
CARD = "Order"  # the second line of a card. A desk has its parts in columns
_PLACES = {"Symbol": "title", "Distance": "lead", CARD: "first", "Value": "figure"}
# The page shows there the loss if a stop is hit, which takes longer to work out.
_PLACES_OF_STOPS = {name: place for name, place in _PLACES.items() if name != "Value"}
Texts = Mapping[Any, Any]  # of one order, by column


def tab_of_query(query: Query) -> Tab | None:
    """The list that a link names, None for the usual one. All orders for a link with filters: the frame has none."""
    if set(query) - {*SHARED, TAB}:
        return Tab.ALL
    named = query.get(TAB, ())
    return next((tab for tab in Tab if tab in named), None)


def shown_tab(table: OrderTable, named: Tab | None) -> Tab:
    """The list to show."""
    has_stops = bool((table.facts.tabs == PURPOSES.index(Tab.STOPS)).any())
    return named or default_tab(has_stops, (), lists_endings=False)


def order_tabs_html(table: OrderTable, tab: Tab, query: Query) -> str:
    """The tabs of the page as links, each with its number of orders."""
    counts = filtered_rows(table, OrderFilter()).counts
    labels = {each: f"{LABELS[each]} {counts[each]:,}" if each in counts else LABELS[each] for each in Tab}
    return tabs_html([(labels[each], link_to("/open_orders", query, tab=each), each is tab) for each in Tab])


def order_list(
    view: View,
    table: OrderTable,
    positions: npt.NDArray[np.int64],
    title: str,
    names: Sequence[str],
    empty: str,
    tab: Tab | None = None,
) -> FirstRows:
    """These rows of the table, nearest to the market first. `names` are the headings of the columns.

    With a `tab` they are a list of Orders, and cards on a phone.
    """
    nearest = positions[np.argsort(table.distances[positions], kind="stable")]
    orders = table.texts_at(nearest[:MOST_ROWS]).to_dict("records")
    rows = [[_CELLS[name](order, view) for name in names] for order in orders]
    if tab is not None:
        names = [*names, CARD]
        rows = [[*row, _card(order, view, tab)] for row, order in zip(rows, orders, strict=True)]
    return FirstRows(
        title,
        names,
        rows,
        max(len(positions) - MOST_ROWS, 0),
        empty,
        _DESK_ONLY,
        frozenset({CARD}),
        "" if tab is None else "orders",
        {} if tab is None else _PLACES_OF_STOPS if tab is Tab.STOPS else _PLACES,
    )


def _side(order: Texts, view: View) -> Cell:
    side = str(order["side"])
    return Cell(side, view.inks.gain if side == "Buy" else view.inks.loss)


def _distance(order: Texts, _: View) -> Cell:
    distance = order["distance"]
    return Cell("" if distance is None or distance != distance else f"{distance:.2f} %")  # NaN is unknown


def _card(order: Texts, view: View, tab: Tab) -> Cell:
    """The words that the page has in the second line of a card."""
    side, price = str(order["side"]), str(order["price"])
    if tab is Tab.STOPS:
        return Cell(f"{side} at {str(order['trigger']).strip()}")
    words = card_words(side, masked(str(order["quantity"]), view.hide_amounts), price)
    return Cell(f"{words} · {kind_words(str(order['role']), str(order['type']), is_among_all=tab is Tab.ALL)}")


_CELLS: Mapping[str, Callable[[Texts, View], Cell]] = {
    "Symbol": lambda order, _: Cell(str(order["symbol"])),
    "Account": lambda order, _: Cell(str(order["account"])),
    "Side": _side,
    "Role": lambda order, _: Cell(str(order["role"])),
    "Price": lambda order, _: Cell(str(order["price"]).strip()),
    "Distance": _distance,
    "Quantity": lambda order, view: Cell(masked(str(order["quantity"]).strip(), view.hide_amounts)),
    "Value": lambda order, view: Cell(masked(str(order["value"]).strip(), view.hide_amounts)),
}
