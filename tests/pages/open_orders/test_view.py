"""The list, its export, and the texts of its age."""

import csv
import io
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pandas as pd

from domain.snapshot import Snapshot
from domain.sources import ORDER_KINDS, Source
from pages.open_orders.columns import list_columns
from pages.open_orders.counters import counters
from pages.open_orders.filter import OrderFilter, counts_of, matching_rows
from pages.open_orders.table import table_of
from pages.open_orders.view import doubts_of, is_partial, orders_csv, seen_words, shown_frame
from pages.shared.scene import Scene
from pages.shared.view import View
from tests.factories import NOON, account, later, order, price, snapshot, stop

PRICES = (price("BTC/USD", "95000"),)


def scene(*snapshots: Snapshot, at: datetime = NOON, **view: Any) -> Scene:
    return Scene(View(**view), tuple(s.account for s in snapshots), snapshots, at)


def with_orders(**parts: Any) -> Snapshot:
    return snapshot(orders=[order("1"), stop("2")], prices=PRICES, **parts)


def frame_of(shown: Scene, **options: bool) -> pd.DataFrame:
    table = table_of(shown.snapshots, "USD")
    seen = seen_words(shown.lights(ORDER_KINDS), shown)
    given: dict[str, Any] = {"hide_amounts": False, "several": False} | options
    return shown_frame(table, matching_rows(table, OrderFilter()), seen, **given)


def test_carried_triggers_are_marked_with_their_own_age_and_fresh_orders_are_quiet():
    shown = scene(with_orders(carried={Source.TRIGGERS: NOON - timedelta(minutes=4)}))
    frame = frame_of(shown)
    seen = dict(zip(frame["order_id"], frame["seen"], strict=True))
    assert seen == {"1": "● fresh", "2": "✕ 4 min"}


def test_the_count_says_that_triggers_are_carried():
    shown = scene(with_orders(carried={Source.TRIGGERS: NOON - timedelta(minutes=4)}))
    table = table_of(shown.snapshots, "USD")
    orders = counters(counts_of(table, matching_rows(table, OrderFilter())), shown, 2)[0]
    assert (orders.value, orders.note) == ("2", "1 resting + 1 conditional")
    assert orders.why == "trigger orders not updated, 4 min old"
    assert orders.warns


def test_a_count_without_triggers_ever_seen_is_a_minimum():
    shown = scene(snapshot(orders=[order("1")], carried={Source.TRIGGERS: None}))
    table = table_of(shown.snapshots, "USD")
    orders = counters(counts_of(table, matching_rows(table, OrderFilter())), shown, 1)[0]
    assert is_partial(shown)
    assert orders.value == "at least 1"
    assert "trigger orders: not seen yet" in orders.why


def test_orders_without_a_recent_refresh_are_late_then_stale():
    shown = scene(with_orders(), at=later(600))
    assert doubts_of(shown) == ("orders stale, 10 min old", "trigger orders stale, 10 min old")
    assert doubts_of(scene(with_orders())) == ()


def test_no_text_of_the_list_or_its_figures_grows_while_sources_become_stale():
    """A note that took a second line moved the price ladder below it by 15.5 px, and back at the next refresh."""
    fresh, *older = [scene(with_orders(), at=later(seconds)) for seconds in (0, 90, 600, 3599, 7_500, 900_000)]
    table = table_of(fresh.snapshots, "USD")
    counts = counts_of(table, matching_rows(table, OrderFilter()))
    room = next(column.longest for column in list_columns("USD") if column.name == "seen")
    for shown in older:
        assert [kpi.note for kpi in counters(counts, shown, 2)] == [kpi.note for kpi in counters(counts, fresh, 2)]
        assert max(len(text) for _, text in seen_words(shown.lights(ORDER_KINDS), shown)) <= room


def test_hidden_amounts_are_not_in_the_data_frame():
    frame = frame_of(scene(with_orders()), hide_amounts=True)
    assert set(frame["quantity"]) == set(frame["value"]) == {"••••"}


def test_the_account_comes_first_when_there_are_several():
    two = scene(with_orders(), snapshot(account(id=2, name="other"), orders=[order("3", account="other")]))
    assert frame_of(two, several=True).columns[0] == "account"
    assert frame_of(two).columns[0] == "symbol"


def test_the_export_has_every_chosen_row_and_every_digit():
    orders = [order(str(n), amount="0.123456789012345678", limit_price=Decimal("0.000000019")) for n in range(1200)]
    market = stop("m", "80000.10", group_id="12345678901234567890")
    snapshots = [snapshot(orders=[*orders, market], prices=PRICES)]
    table = table_of(snapshots, "USD")
    rows = list(csv.DictReader(io.StringIO(orders_csv(snapshots, table, matching_rows(table, OrderFilter())))))
    assert len(rows) == 1201
    told = {row["order_id"]: row for row in rows}
    assert told["7"]["amount"] == "0.123456789012345678"
    assert told["7"]["limit_price"] == "0.000000019"
    assert told["7"]["value_USD"] == "0.000000002345678991234567882"
    assert (told["m"]["limit_price"], told["m"]["trigger_price"]) == ("", "80000.10")
    assert told["m"]["group_id"] == "12345678901234567890"
    assert told["m"]["source_as_of"] == "2026-11-01T12:00:00+00:00"


def test_the_export_has_only_the_filtered_orders():
    snapshots = [with_orders()]
    table = table_of(snapshots, "USD")
    told = orders_csv(snapshots, table, matching_rows(table, OrderFilter(types=("Stop",))))
    assert [row["order_id"] for row in csv.DictReader(io.StringIO(told))] == ["2"]


def test_a_phone_shows_the_price_and_the_distance_of_each_order():
    orders = [order("1", limit_price=Decimal(91000)), stop("2", "86500")]
    frame = frame_of(scene(snapshot(orders=orders, prices=PRICES)))
    assert list(frame.columns[:4]) == ["symbol", "side", "price", "distance"]
    assert [text.strip() for text in frame.sort_values("order_id")["price"]] == ["91,000", "86,500"]
