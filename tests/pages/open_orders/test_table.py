"""The list of open orders: order of rows, texts and values."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from domain.markets import Side
from domain.orders import Contingency, Order, OrderKind, Role, RoleOrigin, TrailingUnit, TriggerKind
from pages.open_orders.filter import OrderFilter, counts_of, filtered_rows, matching_rows, percent_of
from pages.open_orders.table import OrderTable, table_of
from pages.open_orders.words import age_column_text, limit_word, role_word, trigger_word, type_words
from tests.factories import NOON, account, order, price, snapshot, stop


def table(*orders: Order, **parts: object) -> OrderTable:
    prices = parts.pop("prices", (price("BTC/USD", "100"), price("ETH/USD", "10")))
    return table_of([snapshot(orders=orders, prices=prices)], "USD")


def keys(of: OrderTable, order_filter: OrderFilter | None = None) -> list[str]:
    return [of.order(row).key for row in matching_rows(of, order_filter or OrderFilter())]


def test_orders_stand_by_their_distance_from_the_market_and_unknown_distances_last():
    far, near = order("far", limit_price=Decimal(50)), stop("near", "99")
    unknown = order("unknown", symbol="XYZ/USD")
    assert keys(table(far, unknown, near)) == ["near", "far", "unknown"]


def test_the_legs_of_a_group_are_listed_together_by_role_at_the_place_of_the_nearest_leg():
    group = {"group_id": "g", "contingency": Contingency.OCO}
    legs = [
        stop("loss", "60", role=Role.STOP_LOSS, **group),
        order("gain", side=Side.SELL, limit_price=Decimal(101), role=Role.TAKE_PROFIT, **group),
    ]
    assert keys(table(order("alone", limit_price=Decimal(95)), *legs)) == ["gain", "loss", "alone"]


def test_groups_of_two_accounts_with_one_id_are_two_groups():
    snapshots = [
        snapshot(account(id=n, name=name), orders=[order("1", account=name, group_id="g")])
        for n, name in enumerate(("a", "b"))
    ]
    made = table_of(snapshots, "USD")
    assert len(set(made.groups)) == 2


@pytest.mark.parametrize("kind", [OrderKind.STOP, OrderKind.TAKE_PROFIT, OrderKind.TRAILING_STOP, OrderKind.MARKET])
def test_an_order_that_executes_at_market_says_market(kind: OrderKind):
    assert limit_word(stop(kind=kind)) == "Market"
    assert table(stop(kind=kind)).texts["limit"][0].strip() == "Market"


@pytest.mark.parametrize("kind", [OrderKind.LIMIT, OrderKind.STOP_LIMIT, OrderKind.UNKNOWN])
def test_a_limit_order_whose_limit_is_not_known_does_not_say_market(kind: OrderKind):
    assert limit_word(stop(kind=kind)) == "–"


def test_prices_and_quantities_keep_every_digit_that_the_exchange_gave():
    tiny = order("1", amount="88000000.00000001", limit_price=Decimal("0.000012345"))
    texts = table(tiny).texts
    assert texts["limit"][0].strip() == "0.000012345"
    assert texts["quantity"][0].strip() == "88,000,000.00000001"


def test_columns_of_numbers_sort_as_texts():
    prices = ["9.5", "10", "1234.5", "0.00001", "99"]
    made = table(*(order(p, limit_price=Decimal(p)) for p in prices))
    by_text = [limit.strip() for limit in sorted(made.texts["limit"])]
    assert by_text == ["0.00001", "9.5", "10", "99", "1,234.5"]


def test_ages_sort_as_texts():
    ages = [
        timedelta(seconds=59),
        timedelta(minutes=3),
        timedelta(hours=2, minutes=1),
        timedelta(days=1),
        timedelta(400),
    ]
    texts = [age_column_text(age) for age in ages]
    assert sorted(texts) == texts
    assert [text.strip() for text in texts][2:4] == ["2 h  1 min", "1 d  0 h"]


def test_distance_is_measured_from_the_mark_if_the_mark_triggers_the_order():
    prices = (price("BTC/USD", "100", mark=Decimal(200)),)
    by_mark, by_last = stop("m", "180", trigger_kind=TriggerKind.MARK), stop("l", "90", trigger_kind=TriggerKind.LAST)
    made = table(by_mark, by_last, prices=prices)
    assert list(made.texts["distance"]) == [10.0, 10.0]


def test_values_are_in_the_display_currency_and_unknown_ones_stay_unknown():
    prices = (price("BTC/USD", "100"), price("EUR/USD", "2"))
    made = table_of([snapshot(orders=[order("1", amount="3", limit_price=Decimal(90))], prices=prices)], "EUR")
    assert list(made.values) == [Decimal(135)]
    unpriced = table_of([snapshot(orders=[order("1")])], "EUR")
    assert list(unpriced.values) == [None]
    assert unpriced.texts["value"][0].strip() == "–"


def test_an_inferred_role_is_marked_and_an_unknown_one_is_a_dash():
    assert role_word(stop(role=Role.STOP_LOSS, role_origin=RoleOrigin.INFERRED)) == "Stop loss°"
    assert role_word(stop(role=Role.STOP_LOSS, role_origin=RoleOrigin.STATED)) == "Stop loss"
    assert role_word(order()) == "–"


def test_a_trailing_order_says_how_far_it_trails():
    trailing = stop(kind=OrderKind.TRAILING_STOP, trailing_distance=Decimal(2), trailing_unit=TrailingUnit.PERCENT)
    assert trigger_word(stop()) == "80,000"
    assert trigger_word(replace(trailing, trigger_price=None)) == "trails 2.00 %"
    assert type_words(stop(contingency=Contingency.OCO)) == ("Stop", "OCO")


def test_filters_keep_matching_orders_in_the_order_of_the_list():
    made = table(
        order("buy", limit_price=Decimal(99)),
        order("eth", symbol="ETH/USD", limit_price=Decimal(5)),
        stop("stop", "90", role=Role.STOP_LOSS, role_origin=RoleOrigin.INFERRED, contingency=Contingency.OCO),
    )
    assert keys(made, OrderFilter(symbols=("ETH/USD",))) == ["eth"]
    assert keys(made, OrderFilter(sides=("Sell",))) == ["stop"]
    assert keys(made, OrderFilter(types=("OCO",))) == ["stop"]
    assert keys(made, OrderFilter(types=("Limit", "Stop"))) == ["buy", "stop", "eth"]
    assert keys(made, OrderFilter(roles=("Stop loss",))) == ["stop"]
    assert keys(made, OrderFilter(roles=("Unknown",))) == ["buy", "eth"]
    assert keys(made, OrderFilter(within=10.0)) == ["buy", "stop"]
    assert keys(made, OrderFilter(search="STO btc")) == ["stop"]
    assert keys(made, OrderFilter(search="no such")) == []


def test_counts_and_values_cover_all_filtered_orders():
    made = table(*(order(str(n), amount="2", limit_price=Decimal(50)) for n in range(1500)), stop("s", "90"))
    counts = counts_of(made, matching_rows(made, OrderFilter(sides=("Buy",))))
    assert (counts.orders, counts.trigger, counts.buy_value, counts.sell_value) == (1500, 0, Decimal(150000), 0)


def test_a_group_is_still_a_group_when_a_filter_leaves_one_leg():
    group = {"group_id": "g", "contingency": Contingency.OCO}
    made = table(stop("a", "90", **group), order("b", side=Side.SELL, limit_price=Decimal(120), **group))
    assert counts_of(made, matching_rows(made, OrderFilter(types=("Stop",)))).groups == 1


def test_the_rows_of_a_filter_are_looked_up_once():
    made = table(order())
    assert filtered_rows(made, OrderFilter()) is filtered_rows(made, OrderFilter())


@pytest.mark.parametrize(
    ("text", "percent"),
    [("5%", 5.0), ("2,5 %", 2.5), ("", None), (None, None), ("-1", None), ("near", None), ("nan", None), ("inf", None)],
)
def test_the_distance_filter_accepts_several_spellings(text: str | None, percent: float | None):
    assert percent_of(text) == percent


def test_ages_count_to_the_moment_shown():
    made = table(order(created_at=NOON - timedelta(hours=3)))
    assert made.texts["age"][0].strip() == "3 h  0 min"


def test_a_table_without_orders_has_no_rows_and_all_columns():
    made = table()
    assert len(made.texts) == 0
    assert keys(made, OrderFilter(symbols=("BTC/USD",), types=("OCO",), search="x", within=1.0)) == []


def test_of_legs_that_exclude_each_other_the_counters_count_the_largest():
    group = {"group_id": "9", "contingency": Contingency.OCO, "side": Side.SELL}
    legs = [
        order("1", limit_price=Decimal(120), **group),
        stop("2", "90", **group),
        order("3", limit_price=Decimal(100), side=Side.SELL),
    ]
    table = table_of([snapshot(orders=legs, prices=[price("BTC/USD", "100")])], "USD")
    everything = counts_of(table, matching_rows(table, OrderFilter()))
    assert (everything.sells, everything.sell_value) == (3, Decimal(220))
    stops = counts_of(table, matching_rows(table, OrderFilter(types=("Stop",))))
    assert (stops.sells, stops.sell_value) == (1, Decimal(90))
