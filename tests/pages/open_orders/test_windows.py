"""The list of many orders: the browser gets a window, sorted over all rows, and CSV has all of them."""

from dataclasses import replace
from decimal import Decimal

import pytest

from domain.cost_basis import BookHolding
from domain.markets import Side
from domain.orders import Contingency, Order, Role
from domain.sources import Source
from pages.components.table.model import Table
from pages.components.table.windows import WINDOW_ROWS, WindowRequest
from pages.open_orders import listing
from pages.open_orders.filter import OrderFilter, filtered_rows
from pages.open_orders.listed import FIRST_WINDOW, Listed
from pages.open_orders.stop_facts import stop_facts_of
from pages.open_orders.tabs import Tab
from pages.open_orders.view import orders_csv
from pages.shared.view import View
from tests.factories import balance, order, price, snapshot, stop
from tests.pages.conftest import Pages
from tests.pages.drawn_tables import payloads_of
from tests.pages.factories import configured, seen
from tests.pages.open_orders.test_page import opened
from tests.pages.open_orders.test_table import table

COUNT = 1_000


def listed(*orders: Order, tab: Tab = Tab.ALL) -> Listed:
    of = table(*orders)
    return Listed(of, filtered_rows(of, OrderFilter(), tab), None, (), View(), several=False)


def ladder() -> list[Order]:
    """Orders number n at a price of 100,000 - n, so number 999 is the nearest to 100."""
    return [order(f"o{n}", limit_price=Decimal(100_000 - n), side=Side.SELL) for n in range(COUNT)]


def ids(window: Table) -> list[str]:
    return list(next(column for column in window.columns if column.key == "order_id").texts)


def test_a_window_has_the_rows_that_the_browser_asks_for_and_their_place() -> None:
    window = listed(*ladder()).window(WindowRequest("distance", 300))
    assert ids(window) == [f"o{999 - place}" for place in range(300, 300 + WINDOW_ROWS)]
    assert window.window is not None
    assert (window.window.total, window.window.start, window.window.sort) == (COUNT, 300, "distance")
    assert len(window.rows.keys) == len(window.rows.links) == WINDOW_ROWS


def test_sorting_a_window_counts_all_rows() -> None:
    rows = listed(*ladder())
    assert ids(rows.window(WindowRequest("-price")))[:2] == ["o0", "o1"]
    assert ids(rows.window(WindowRequest("order_id")))[-1] == f"o{WINDOW_ROWS - 1}"
    assert ids(rows.window(WindowRequest("no such column"))) == ids(rows.window(FIRST_WINDOW))


def test_a_name_that_is_no_column_keeps_no_order() -> None:
    rows = listed(*ladder())
    rows.window(FIRST_WINDOW)
    count = len(rows.table.made)
    assert rows.window(WindowRequest("no such column", 3)) == rows.window(WindowRequest(FIRST_WINDOW.sort, 3))
    assert len(rows.table.made) == count


def test_a_window_beyond_the_end_shows_the_last_rows() -> None:
    window = listed(*ladder()).window(WindowRequest("distance", 10**12))
    assert ids(window)[-1] == "o0"
    assert len(ids(window)) == WINDOW_ROWS


def test_columns_are_as_wide_in_every_window() -> None:
    rows = listed(*ladder(), order("a-very-long-order-id", limit_price=Decimal(50)))
    (column,) = {c.longest for c in rows.window(WindowRequest("distance", 500)).columns if c.key == "order_id"}
    assert column == len("a-very-long-order-id")


def test_the_legs_of_a_group_stay_together_in_a_window() -> None:
    group = {"group_id": "g", "contingency": Contingency.OCO}
    legs = [stop("low", "60", role=Role.STOP_LOSS, **group), order("high", limit_price=Decimal(10**6), **group)]
    window = listed(*ladder(), *legs).window(WindowRequest("-price"))
    assert ids(window)[:3] == ["high", "low", "o0"]


def test_a_window_of_stops_is_built_anew_when_their_costs_are_known_again() -> None:
    """The database did not answer for a moment, and the history is the same afterwards."""
    stops = [stop("1", "60", role=Role.STOP_LOSS)]
    shown = snapshot(orders=stops, balances=[balance("BTC", "1")], prices=[price("BTC/USD", "100")])
    rows, books = listed(*stops, tab=Tab.STOPS), {"main": {"BTC": [BookHolding("BTC", "USD", Decimal(1), Decimal(90))]}}
    unknown, known = (replace(rows, facts=stop_facts_of([shown], "USD", costs)) for costs in ({}, books))
    assert unknown.window_payload(FIRST_WINDOW) != known.window_payload(FIRST_WINDOW)


def test_a_long_list_is_sent_in_windows_and_follows_the_request(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "WINDOWS_FROM", COUNT - 1)
    account = configured(pages.writer)
    orders = [order(f"o{n}", limit_price=Decimal(99 - n % 90), source=Source.ORDERS) for n in range(COUNT)]
    seen(pages.writer, account, orders=orders, prices=[price("BTC/USD", "100")])
    app = opened(pages)
    (first,) = payloads_of(app)
    assert first["window"] == {"total": COUNT, "start": 0, "sort": "distance", "is_followed": False}
    assert len(first["keys"]) == WINDOW_ROWS
    app.session_state["order_list_window"] = ((Tab.ALL, OrderFilter()), WindowRequest("-distance", 200))
    app.run()
    (second,) = payloads_of(app)
    assert second["window"] == {"total": COUNT, "start": 200, "sort": "-distance", "is_followed": False}
    app.session_state["order_list_window"] = ((Tab.STOPS, OrderFilter()), WindowRequest("-distance", 200))
    app.run()
    assert payloads_of(app)[0]["window"]["start"] == 0


def test_the_csv_has_every_row() -> None:
    snapshots = [snapshot(orders=ladder(), prices=[price("BTC/USD", "100")])]
    rows = listed(*ladder())
    assert len(orders_csv(snapshots, rows.table, rows.chosen.rows).splitlines()) == COUNT + 1
