"""Holdings table: the frame of the holdings with shares as bars and the week as curves. Pure."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from domain.holdings import Holding
from pages.components.table.frames import Look, table_of_frame
from pages.components.table.model import Table, TableColumn, TableRows
from pages.overview.tables import HOLDINGS, ON_REQUEST, Costs, Weeks, holdings_frame
from pages.shared.choices import address_of
from pages.shared.view import View

ORDER_OF_DISTANCE = {"Stop distance": "Stop", "Target distance": "Take profit"}

_SPARE = ("7 d", "Target distance", "Take profit", "Average cost")
_BETWEEN = "\n"  # no account's name has a line break


def holdings_table(holdings: Sequence[Holding], costs: Costs, weeks: Weeks, view: View, *, several: bool) -> Table:
    """The holdings by value. A row leads to its coin."""
    frame = holdings_frame(holdings, costs, view.currency, view.hide_amounts)
    hidden = ON_REQUEST if several else (*ON_REQUEST, "Account")
    order = [name for name in frame.columns if name not in hidden]
    look = Look("holdings", "Holdings by value", view.inks, order, spare=_SPARE)
    rows = TableRows(
        [f"{h.account}{_BETWEEN}{h.asset}" for h in holdings],
        [address_of("coin", view, {"coin": h.asset}) for h in holdings],
    )
    table = table_of_frame(frame, HOLDINGS, look, rows)
    columns = [_with_pictures(column, holdings, weeks) for column in table.columns]
    return replace(table, columns=[_without_orders(column, frame) for column in columns])


def asset_of_row(row: str) -> str:
    """The coin of a row."""
    return row.partition(_BETWEEN)[2]


def _with_pictures(column: TableColumn, holdings: Sequence[Holding], weeks: Weeks) -> TableColumn:
    if column.key == "Value":
        return replace(column, bars=[None if h.share is None else float(h.share) for h in holdings])
    if column.key == "7 d":
        return replace(column, lines=[list(weeks.get((h.account, h.asset), ())) for h in holdings])
    return column


def _without_orders(column: TableColumn, frame: pd.DataFrame) -> TableColumn:
    """Distances are empty without an order. A dash would say that an order's distance is unknown."""
    if column.key not in ORDER_OF_DISTANCE:
        return column
    orders = frame[ORDER_OF_DISTANCE[column.key]]
    return replace(column, texts=[text if order else "" for text, order in zip(column.texts, orders, strict=True)])
