"""Orders: the first rows of a list of open orders."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from pages.first_frame.html import Cell, FirstRows
from pages.open_orders.table import OrderTable
from pages.shared.formats import masked
from pages.shared.view import View

MOST_ROWS = 14
_DESK_ONLY = frozenset({"Role", "Quantity"})
Texts = Mapping[Any, Any]  # of one order, by column


def order_list(
    view: View, table: OrderTable, positions: npt.NDArray[np.int64], title: str, names: Sequence[str], empty: str
) -> FirstRows:
    """These rows of the table, nearest to the market first. `names` are the headings of the columns."""
    nearest = positions[np.argsort(table.distances[positions], kind="stable")]
    orders = table.texts_at(nearest[:MOST_ROWS]).to_dict("records")
    rows = [[_CELLS[name](order, view) for name in names] for order in orders]
    return FirstRows(title, names, rows, max(len(positions) - MOST_ROWS, 0), empty, _DESK_ONLY)


def _side(order: Texts, view: View) -> Cell:
    side = str(order["side"])
    return Cell(side, view.inks.gain if side == "Buy" else view.inks.loss)


def _distance(order: Texts, _: View) -> Cell:
    distance = order["distance"]
    return Cell("" if distance is None or distance != distance else f"{distance:.2f} %")  # NaN is unknown


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
