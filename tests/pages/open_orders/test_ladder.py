"""The price ladder."""

from decimal import Decimal

import numpy as np
import pytest

from domain.markets import Side
from domain.orders import Order, Role
from pages.open_orders.filter import OrderFilter, matching_rows
from pages.open_orders.ladder import MOST_RUNGS, ladder_html, rungs_of, symbols_by_nearness
from pages.open_orders.table import OrderTable, table_of
from pages.shared.theme import GainColours, inks_of
from tests.factories import order, price, snapshot, stop

INKS = inks_of(GainColours.USUAL)


PRICES = (price("BTC/USD", "100"), price("ETH/USD", "10"))


def table(*orders: Order) -> OrderTable:
    return table_of([snapshot(orders=orders, prices=PRICES)], "USD")


def all_rows(of: OrderTable):
    return matching_rows(of, OrderFilter())


def test_rungs_are_sorted_by_price_each_with_its_value_and_distance():
    made = table(order("buy", amount="2", limit_price=Decimal(90)), stop("stop", "50"), order("eth", symbol="ETH/USD"))
    rungs = rungs_of(made, all_rows(made), "BTC/USD")
    assert [(r.lowest, r.value, r.is_buy, r.is_trigger) for r in rungs] == [
        (50.0, 50.0, False, True),
        (90.0, 180.0, True, False),
    ]
    assert rungs[0].distance == pytest.approx(-0.5)


def test_orders_at_one_price_are_one_rung_per_side():
    at = {"limit_price": Decimal(90)}
    made = table(order("1", **at), order("2", **at), order("3", side=Side.SELL, **at))
    assert sorted((r.orders, r.name) for r in rungs_of(made, all_rows(made), "BTC/USD")) == [
        (1, "Limit"),
        (2, "2 orders"),
    ]


def test_thousands_of_levels_are_merged_and_none_spans_the_market():
    made = table(*(order(str(n), limit_price=Decimal(50) + Decimal(n) / 20) for n in range(2000)))
    rungs = rungs_of(made, all_rows(made), "BTC/USD")
    assert len(rungs) <= MOST_RUNGS
    assert sum(r.orders for r in rungs) == 2000
    assert not any(r.lowest < 100 <= r.highest for r in rungs)


def drawn(of: OrderTable, symbol: str = "BTC/USD", *, hide_amounts: bool = False) -> str:
    return ladder_html(of, all_rows(of), symbol, INKS, hide_amounts=hide_amounts)


def test_the_highest_price_stands_on_top_and_the_market_between_those_above_and_below():
    html = drawn(table(order("low", limit_price=Decimal(90)), order("high", side=Side.SELL, limit_price=Decimal(110))))
    places = [html.index(f"<b>{text}</b>") for text in ("110", "100", "90")]
    assert places == sorted(places)


def test_the_market_is_drawn_once_also_above_or_below_all_orders():
    for price_ in (Decimal(90), Decimal(110)):
        assert drawn(table(order("1", limit_price=price_))).count("market</span>") == 1


def test_without_a_market_price_the_orders_stand_alone():
    html = drawn(table(order("1", symbol="XYZ/USD")), "XYZ/USD")
    assert "market</span>" not in html
    assert html.count('class="rung') == 1


def test_side_kind_and_value_have_a_text_and_waiting_orders_are_hatched():
    html = drawn(table(stop("1", "50", role=Role.STOP_LOSS)))
    assert "Sell · Stop loss" in html
    assert 'class="rung waits"' in html
    assert "$50.00" in html
    assert "−50.00 %" in html


def test_hidden_amounts_are_neither_named_nor_drawn_to_scale():
    made = table(order("1", amount="123", limit_price=Decimal(90)), order("2", amount="1", limit_price=Decimal(80)))
    html = drawn(made, hide_amounts=True)
    assert "11,070" not in html
    assert html.count("width:100.0%") == 2


def test_names_are_escaped():
    assert "<x>" not in drawn(table(order("1", symbol="<x>/USD")), "<x>/USD")


def test_symbols_come_nearest_first_and_only_those_with_a_price():
    made = table(order("far", limit_price=Decimal(50)), order("near", symbol="ETH/USD", limit_price=Decimal(10)))
    assert list(symbols_by_nearness(made, all_rows(made))) == ["ETH/USD", "BTC/USD"]
    nameless = table(order("1", limit_price=None))
    assert list(symbols_by_nearness(nameless, all_rows(nameless))) == []
    assert rungs_of(nameless, np.array([0]), "BTC/USD") == ()
