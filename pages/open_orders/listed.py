"""Listed: the matching orders as a table for the browser, all of them or a window of a long list."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from pages.components.table.frames import Look, column_of, longest_text, table_of_frame
from pages.components.table.model import Table, TableRows, TableWindow
from pages.components.table.windows import WINDOW_ROWS, WindowRequest, row_order
from pages.open_orders.columns import STOPS_FIRST, list_columns, stop_columns
from pages.open_orders.filter import FilteredRows
from pages.open_orders.opened_order.state import link_of, row_key
from pages.open_orders.stop_facts import StopFacts, with_stop_columns
from pages.open_orders.table import OrderName, OrderTable
from pages.open_orders.tabs import LABELS, Tab
from pages.open_orders.view import Seen, shown_frame
from pages.shared.tables import Column
from pages.shared.view import View

_NEAREST = "distance"  # the rows of every list come in this order
FIRST_WINDOW = WindowRequest(_NEAREST)
_HIDDEN_FIRST = ("order_id", "flags", "tif", "card")


@dataclass(frozen=True, slots=True)
class Listed:
    """The matching rows of a table as one viewer sees them. `past` identifies the history that `facts` are of."""

    table: OrderTable
    chosen: FilteredRows
    facts: Mapping[OrderName, StopFacts]
    ages: Seen
    view: View
    several: bool
    past: tuple[Hashable, ...]

    @property
    def key(self) -> tuple[Hashable, ...]:
        """Identifies the list among those of its table."""
        return self.chosen.name, self.ages, self.view.hide_amounts, self.several, self.view.gains, self.past

    @property
    def columns(self) -> Sequence[Column]:
        """The columns of the tab."""
        return stop_columns(self.view.currency) if self._is_stops else list_columns(self.view.currency)

    @property
    def _is_stops(self) -> bool:
        return self.chosen.tab is Tab.STOPS

    def all_rows(self) -> Table:
        """The list with every matching row."""
        return self._table(self._frame(), self.chosen.rows)

    def window(self, request: WindowRequest) -> Table:
        """The rows that the browser asks for. Sorting counts all rows, and widths do too."""
        frame = self.table.once(("frame", *self.key), self._frame)
        if self._sorted_by(frame, request) is None:  # no order is kept for a name that is no column
            request = replace(FIRST_WINDOW, start=request.start)
        order = self.table.once(("order", request.sort, *self.key), lambda: self._order(frame, request))
        longest = self.table.once(("longest", *self.key), lambda: self._longest(frame))
        start = max(0, min(request.start, len(order) - WINDOW_ROWS))
        places = order[start : start + WINDOW_ROWS]
        built = self._table(frame.take(places).reset_index(drop=True), self.chosen.rows[places])
        columns = [replace(column, longest=longest[column.key]) for column in built.columns]
        return replace(built, columns=columns, window=TableWindow(len(order), start, request.sort))

    def _frame(self) -> pd.DataFrame:
        rows, hidden = self.chosen.rows, self.view.hide_amounts
        frame = shown_frame(self.table, rows, self.ages, hide_amounts=hidden, several=self.several)
        if not self._is_stops:
            types = (types.replace(",", ", ") for types in frame["type"])
            return frame.assign(card=[" · ".join(cells) for cells in zip(frame["side"], types, strict=True)])
        frame = with_stop_columns(frame, [self.facts.get(self.table.names[row]) for row in rows], self.view)
        cells = zip(frame["side"], frame["trigger"], frame["covered"], strict=True)
        return frame.assign(card=[f"{side} at {trigger.strip()} · {covered}" for side, trigger, covered in cells])

    def _order(self, frame: pd.DataFrame, request: WindowRequest) -> npt.NDArray[np.int64]:
        """The places of the rows in the requested order. They come nearest to the market first."""
        column = self._sorted_by(frame, request)
        if column is None or request == replace(FIRST_WINDOW, start=request.start):
            return np.arange(len(frame), dtype=np.int64)
        cells = column_of(column, list(frame[column.name]))
        return np.array(row_order(cells, request.is_descending, self._groups(self.chosen.rows)), dtype=np.int64)

    def _sorted_by(self, frame: pd.DataFrame, request: WindowRequest) -> Column | None:
        return next((column for column in self.columns if column.name == request.key and column.name in frame), None)

    def _longest(self, frame: pd.DataFrame) -> Mapping[str, int]:
        columns = [column for column in self.columns if column.name in frame]
        return {column.name: longest_text(column, frame[column.name]) for column in columns}

    def _groups(self, rows: npt.NDArray[np.int64]) -> Sequence[str]:
        """The group of each row. The legs of a group stay together among all orders."""
        if self.chosen.tab is not Tab.ALL:
            return []
        return ["" if group < 0 else str(group) for group in self.table.groups[rows]]

    def _table(self, frame: pd.DataFrame, rows: npt.NDArray[np.int64]) -> Table:
        names = [self.table.names[row] for row in rows]
        keys, links = [row_key(n.account, n.key) for n in names], [link_of(n.account, n.key) for n in names]
        first = STOPS_FIRST if self._is_stops else [c.name for c in self.columns if c.name not in _HIDDEN_FIRST]
        order = [name for name in first if self.several or name != "account"]
        name = "stops" if self._is_stops else "open_orders"
        look = Look(name, f"{LABELS[self.chosen.tab]}, nearest first", self.view.inks, order, _NEAREST)
        return table_of_frame(frame, self.columns, look, TableRows(keys, links, self._groups(rows)))
