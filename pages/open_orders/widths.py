"""Widths: the rows of a long list that have the longest texts, as far as their numbers tell. Pure.

A text that is longer still widens its column when it is scrolled to.
"""

import numpy as np
import numpy.typing as npt

from pages.open_orders.table import OrderTable

_EVENLY = 200  # rows at even distances, for texts that no number tells


def widest_rows(table: OrderTable, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The rows with the longest id, symbol and price, with the extreme numbers and ages, and some between."""
    if not len(rows):
        return rows
    values = np.array([0.0 if value is None else float(value) for value in table.values[rows]])
    moves = table.moves[rows]
    lengths = [np.fromiter(map(len, table.column(name)[rows]), np.int64, len(rows)) for name in ("order_id", "symbol")]
    chosen = {int(column.argmax()) for column in (*lengths, table.facts.widths[rows])}
    for column in (values, np.nan_to_num(moves)):
        chosen |= {int(column.argmax()), int(column.argmin())}
    chosen |= set(_one_of_each(np.floor(np.log10(np.abs(values) + 1e-12)))) | set(_one_of_each(table.facts.tabs[rows]))
    chosen |= set(np.linspace(0, len(rows) - 1, _EVENLY, dtype=np.int64).tolist())
    return rows[sorted(chosen)]


def _one_of_each(numbers: npt.NDArray[np.float64] | npt.NDArray[np.int64]) -> list[int]:
    _, places = np.unique(numbers, return_index=True)
    return [int(place) for place in places]
