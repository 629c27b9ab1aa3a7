"""Listed: the matching orders as a table for the browser, all of them or a window of a long list."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from pages.components.table.frames import Look, column_of, longest_text, table_of_frame
from pages.components.table.model import Table, TableRows, TableWindow, payload_of
from pages.components.table.windows import WINDOW_ROWS, WindowRequest, row_order
from pages.open_orders.columns import STOPS_FIRST, list_columns, stop_columns
from pages.open_orders.filter import FilteredRows
from pages.open_orders.opened_order.state import link_of
from pages.open_orders.stop_facts import STOP_COLUMNS, StopFactsOf, closed_words, with_stop_columns
from pages.open_orders.table import OrderTable
from pages.open_orders.tabs import LABELS, Tab
from pages.open_orders.view import COLUMNS, SEEN_FRESH, Seen, shown_frame
from pages.open_orders.widths import widest_rows
from pages.open_orders.words import card_words, kind_words
from pages.shared.opened_row import row_key
from pages.shared.tables import Column
from pages.shared.view import View

# The columns that others are made of.
_MADE_OF = {
    "card": ("side", "quantity", "price", "role", "type", "trigger", "seen"),
    **dict.fromkeys(STOP_COLUMNS, ("symbol",)),
}
_NEAREST = "distance"  # the rows of every list come in this order
FIRST_WINDOW = WindowRequest(_NEAREST)
# The browser draws so many rows of a longer list before it has read all.
_FIRST_ROWS, _LONG = 60, 500
# These columns give way first if there is no room for all.
SPARE = ("seen", "on", "way", "age", "group", "filled")
_SPARE_OF_STOPS = ("age", "group", "on", "away", "seen")
_HIDDEN_FIRST = ("order_id", "flags", "tif", "card")


@dataclass(frozen=True, slots=True)
class Listed:
    """The matching rows of a table as one viewer sees them."""

    table: OrderTable
    chosen: FilteredRows
    facts: StopFactsOf | None
    ages: Seen
    view: View
    several: bool

    @property
    def key(self) -> tuple[Hashable, ...]:
        """Identifies the list among those of its table."""
        return self.chosen.name, self.ages, self.view.hide_amounts, self.several, self.view.gains, self.facts

    @property
    def columns(self) -> Sequence[Column]:
        """The columns of the tab."""
        return stop_columns(self.view.currency) if self._is_stops else list_columns(self.view.currency)

    @property
    def _is_stops(self) -> bool:
        return self.chosen.tab is Tab.STOPS

    def all_rows(self) -> Table:
        """The list with every matching row."""
        return self._table(self._frame(self.chosen.rows), self.chosen.rows)

    def payload(self) -> bytes:
        """Every matching row as the browser gets them, built once for all viewers of the list."""
        first = _FIRST_ROWS if len(self.chosen.rows) > _LONG else 0
        return self.table.once(("list", *self.key), lambda: payload_of(self.all_rows(), first))

    def window_payload(self, request: WindowRequest) -> bytes:
        """The window as the browser gets it, built once for all viewers of the list."""
        return self.table.once(("window", request, *self.key), lambda: payload_of(self.window(request)))

    def window(self, request: WindowRequest) -> Table:
        """The rows that the browser asks for. Sorting counts all rows, and widths do as far as numbers tell."""
        if self._sorted_by(request) is None:  # no order is kept for a name that is no column
            request = replace(FIRST_WINDOW, start=request.start)
        order = self.table.once(("order", request.sort, *self.key), lambda: self._order(request))
        longest = self.table.once(("longest", *self.key), self._longest)
        start = max(0, min(request.start, len(order) - WINDOW_ROWS))
        rows = self.chosen.rows[order[start : start + WINDOW_ROWS]]
        built = self._table(self._frame(rows), rows)
        columns = [replace(column, longest=longest[column.key]) for column in built.columns]
        return replace(built, columns=columns, window=TableWindow(len(order), start, request.sort))

    def _frame(self, rows: npt.NDArray[np.int64], sorted_by: str | None = None) -> pd.DataFrame:
        """The cells of these rows: all, or those that a column needs."""
        names = COLUMNS if sorted_by is None else _MADE_OF.get(sorted_by, (sorted_by,))
        frame = shown_frame(
            self.table, rows, self.ages, hide_amounts=self.view.hide_amounts, several=self.several, names=names
        )
        if self._is_stops and (sorted_by is None or sorted_by in (*STOP_COLUMNS, "card")):
            facts = [self.facts(self.table.order(row)) for row in rows] if self.facts else [None] * len(rows)
            frame = with_stop_columns(frame, facts, self.view)
        return frame.assign(card=self._cards(frame)) if sorted_by in (None, "card") else frame

    def _cards(self, frame: pd.DataFrame) -> Sequence[str]:
        ages = ["" if seen == SEEN_FRESH else f" · {seen}" for seen in frame["seen"]]
        if self._is_stops:
            cells = zip(frame["side"], frame["trigger"], frame["share"], frame["covered"], ages, strict=True)
            return [
                f"{side} at {trigger.strip()} · {closed_words(share, all_)}{age}"
                for side, trigger, share, all_, age in cells
            ]
        # An age is never cut, so it stands before what a narrow card may cut.
        words = map(card_words, frame["side"], frame["quantity"], frame["price"])
        kinds = [
            kind_words(role, types, is_among_all=self.chosen.tab is Tab.ALL)
            for role, types in zip(frame["role"], frame["type"], strict=True)
        ]
        return [f"{order}{age} · {kind}" for order, age, kind in zip(words, ages, kinds, strict=True)]

    def _order(self, request: WindowRequest) -> npt.NDArray[np.int64]:
        """The places of the rows in the requested order. They come nearest to the market first."""
        column = self._sorted_by(request)
        if column is None or request == replace(FIRST_WINDOW, start=request.start):
            return np.arange(len(self.chosen.rows), dtype=np.int64)
        cells = column_of(column, list(self._frame(self.chosen.rows, column.name)[column.name]))
        return np.array(row_order(cells, request.is_descending, self._groups(self.chosen.rows)), dtype=np.int64)

    def _sorted_by(self, request: WindowRequest) -> Column | None:
        return next((column for column in self.columns if column.name == request.key), None)

    def _longest(self) -> Mapping[str, int]:
        frame = self._frame(widest_rows(self.table, self.chosen.rows))
        return {c.name: longest_text(c, frame[c.name]) for c in self.columns if c.name in frame}

    def _groups(self, rows: npt.NDArray[np.int64]) -> Sequence[str]:
        """The group of each row. The legs of a group stay together among all orders."""
        if self.chosen.tab is not Tab.ALL:
            return []
        return ["" if group < 0 else str(group) for group in self.table.groups[rows]]

    def _table(self, frame: pd.DataFrame, rows: npt.NDArray[np.int64]) -> Table:
        names = [self.table.order(row) for row in rows]
        keys, links = [row_key(n.account, n.key) for n in names], [link_of(n.account, n.key, self.view) for n in names]
        first = STOPS_FIRST if self._is_stops else [c.name for c in self.columns if c.name not in _HIDDEN_FIRST]
        order = [name for name in first if self.several or name != "account"]
        name = "stops" if self._is_stops else "open_orders"
        label, spare = f"{LABELS[self.chosen.tab]}, nearest first", _SPARE_OF_STOPS if self._is_stops else SPARE
        look = Look(name, label, self.view.inks, order, _NEAREST, spare=spare)
        return table_of_frame(frame, self.columns, look, TableRows(keys, links, self._groups(rows)))
