"""Very many open orders: windows, counts, groups and their order equal a model, and the page is never busy."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from db.reads.snapshots import read_snapshot
from db.writes.refresh import write_refresh
from domain.order_groups import merge_duplicates
from domain.orders import Group, Order, Role
from domain.snapshot import Account, Snapshot
from pages.components.table.windows import WINDOW_ROWS, WindowRequest
from pages.open_orders.filter import OrderFilter, counts_of, filtered_rows
from pages.open_orders.listed import Listed
from pages.open_orders.order_facts import OrderFacts
from pages.open_orders.stop_facts import stop_facts_of
from pages.open_orders.table import OrderTable, table_of
from pages.open_orders.tabs import PURPOSES, Tab, tab_of
from pages.shared.view import View
from tests.factories import observation, valuation
from tests.many_orders import answers_with, many_orders
from tests.pages.conftest import Pages, again, words_of
from tests.pages.drawn_tables import payloads_of
from tests.pages.factories import ago, configured
from tests.pages.open_orders.test_page import opened

COUNT = 30_000
LEGS = (Role.ENTRY, Role.TAKE_PROFIT, Role.STOP_LOSS, Role.EXIT, Role.UNKNOWN)
FAR = float("inf")


class Model:
    """The lists as the documentation defines them, without any shortcut. All markets have one price."""

    def __init__(self, listed: Sequence[Order], last: str) -> None:
        self.orders = merge_duplicates(sorted(listed, key=lambda order: order.key))
        self.market = Decimal(last)

    def away(self, order: Order) -> float:
        return FAR if order.price is None else abs(float(order.price / self.market - 1))

    def rows(self, tab: Tab) -> list[str]:
        """Stops and the like by distance. In the list of all a group stands where its nearest leg would stand."""
        nearest: dict[Group, float] = {}
        for order in self.orders:
            if order.group is not None:
                nearest[order.group] = min(nearest.get(order.group, FAR), self.away(order))

        def place(order: Order) -> tuple[Any, ...]:
            alone = (order.account, "", "")
            if order.group is None:
                return self.away(order), alone, 0, self.away(order), order.key
            return nearest[order.group], order.group, LEGS.index(order.role), self.away(order), order.key

        placed = sorted(self.orders, key=place)
        if tab is not Tab.ALL:
            placed = sorted((order for order in placed if tab_of(order) is tab), key=self.away)
        return [order.order_id for order in placed]

    @property
    def counts(self) -> Mapping[Tab, int]:
        of_tabs = {tab: sum(tab_of(order) is tab for order in self.orders) for tab in PURPOSES}
        return {**of_tabs, Tab.ALL: len(self.orders)}

    @property
    def groups(self) -> int:
        return len({order.group for order in self.orders} - {None})


def written(
    pages: Pages, account: Account, orders: Sequence[Order], last: str, seconds: float, nearby: Snapshot | None = None
) -> Snapshot:
    """A refresh with these orders, as the refresher writes it and as pages read it."""
    at = ago(seconds=seconds)
    write_refresh(pages.writer, observation(account, at, answers_with(orders, last), valuation("100000")))
    with pages.writer.connect() as connection:
        return read_snapshot(connection, account, at, nearby)


def windows(table: OrderTable, snapshot: Snapshot, tab: Tab) -> Iterator[str]:
    """The order ids of all windows, one after the other."""
    facts = stop_facts_of([snapshot], "USD", {}) if tab is Tab.STOPS else None
    listed = Listed(table, filtered_rows(table, OrderFilter(), tab), facts, (), View(), several=False)
    for start in range(0, len(listed.chosen.rows), WINDOW_ROWS):
        window = listed.window(WindowRequest("distance", start))
        assert window.window is not None
        (ids,) = (column.texts for column in window.columns if column.key == "order_id")
        yield from ids[start - window.window.start :]  # the last window begins before its request


def assert_equals(model: Model, snapshot: Snapshot, before: OrderFacts | None = None) -> OrderTable:
    table = table_of([snapshot], "USD", before)
    for tab in (*PURPOSES, Tab.ALL):
        assert list(windows(table, snapshot, tab)) == model.rows(tab), tab
    chosen = filtered_rows(table, OrderFilter())
    assert chosen.counts == model.counts
    assert counts_of(table, chosen.rows).groups == model.groups
    return table


def changed(orders: Sequence[Order]) -> list[Order]:
    """Every hundredth order left, another one filled in part, a third one moved, and as many are new."""
    kept = [order for place, order in enumerate(orders) if place % 100]
    for place in range(0, len(kept), 100):
        kept[place] = replace(kept[place], filled=Decimal("0.0001"))
        if (trigger := kept[place + 1].trigger_price) is not None:
            kept[place + 1] = replace(kept[place + 1], trigger_price=trigger + Decimal("0.01"))
    return kept + [replace(o, key=f"n{o.key}", order_id=f"n{o.order_id}") for o in orders[::100] if not o.group_id]


@pytest.mark.slow
def test_many_orders_are_listed_as_the_model_lists_them_and_the_page_is_never_busy(pages: Pages) -> None:
    account = configured(pages.writer)
    orders = many_orders(account.name, COUNT)
    first = written(pages, account, orders, "100", seconds=40)
    table = assert_equals(Model(orders, "100"), first)

    app = opened(pages)
    assert payloads_of(app)[0]["window"]["total"] == len(Model(orders, "100").orders)
    assert "busy" not in words_of(app).lower()

    followed = changed(orders)
    second = written(pages, account, followed, "101", seconds=10, nearby=first)
    assert_equals(Model(followed, "101"), second, table.facts)
    assert payloads_of(again(app))[0]["window"]["total"] == len(Model(followed, "101").orders)
    assert "busy" not in words_of(app).lower()
