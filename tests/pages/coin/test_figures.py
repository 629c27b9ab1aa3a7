"""The figures of the coin page."""

from decimal import Decimal
from typing import Any

import pytest

from domain.cost_basis import BookHolding, cost_basis_of
from domain.markets import Side
from domain.orders import Order, Role
from domain.positions import PositionSide
from domain.prices import Rates
from domain.sources import Source
from pages.coin.figures import coin_kpis
from pages.coin.stops import closest_stops
from pages.coin.view import CoinFacts, candle_chart, coin_facts
from pages.overview.view import facts_of
from pages.shared.view import View
from tests.factories import balance, position, price, snapshot, stop, valuation


@pytest.mark.parametrize("held", [{"balances": [balance("BTC", "1")]}, {"positions": [position()]}])
@pytest.mark.parametrize(
    ("missing", "words"),
    [
        ({}, "no stop"),
        ({"carried": {Source.TRIGGERS: None}}, "not all orders could be read"),
        ({"unreadable": {Source.TRIGGERS: 1}}, "not all orders could be read"),
    ],
)
def test_no_stop_is_only_said_if_every_order_was_read(
    held: dict[str, Any], missing: dict[str, Any], words: str
) -> None:
    """A list that was never read, or a row that was not understood, may hold a stop."""
    snapshots = [snapshot(**held, **missing)]
    facts = coin_facts(snapshots, facts_of(snapshots, "USD"), {}, "BTC")
    notes = [kpi.note for kpi in coin_kpis(facts, None, {}, View()) if kpi.label.startswith("Closest stop")]
    assert notes == [words]


def test_the_value_held_is_the_price_times_the_quantity() -> None:
    """The exchange states a newer value than the recorded price, which profit and distances rest on."""
    held = balance("BTC", "2", market_value=Decimal("190040"))
    shown = snapshot(balances=[held], prices=[price("BTC/USD", "95000")], worth=valuation("190040"))
    facts = coin_facts([shown], facts_of([shown], "USD"), {}, "BTC")
    kpi = next(kpi for kpi in coin_kpis(facts, shown.prices["BTC/USD"], {}, View()) if kpi.label == "Held")
    assert kpi.value == View().money(Decimal(190000))
    assert "The exchange states $190,040" in kpi.why


def _with_cost(bought: str) -> CoinFacts:
    """Two BTC, so many of them bought for 90,000 each."""
    shown = snapshot(balances=[balance("BTC", "2")], prices=[price("BTC/USD", "95000")])
    book = BookHolding("BTC/USD", "USD", Decimal(bought), Decimal(bought) * 90_000)
    costs = {("main", "BTC"): cost_basis_of("BTC", Decimal(2), [book], Rates(shown.prices.values()), "USD")}
    return coin_facts([shown], facts_of([shown], "USD"), costs, "BTC")


@pytest.mark.parametrize(("bought", "is_partial"), [("1.5", True), ("2", False)])
def test_a_profit_names_the_part_that_it_leaves_out(bought: str, is_partial: bool) -> None:
    kpis = {kpi.label: kpi for kpi in coin_kpis(_with_cost(bought), None, {}, View())}
    profit = kpis["Open P&L"]  # as Overview and the glossary call it
    assert ("without part of BTC" in profit.note) is is_partial
    assert ("0.5 BTC have no known cost" in profit.why) is is_partial


def test_an_unknown_cost_is_said_in_words_below_the_dash_of_the_profit() -> None:
    shown = snapshot(balances=[balance("BTC", "2")], prices=[price("BTC/USD", "95000")])
    kpis = coin_kpis(coin_facts([shown], facts_of([shown], "USD"), {}, "BTC"), None, {}, View())
    assert [(kpi.value, kpi.note) for kpi in kpis if kpi.label == "Open P&L"] == [("–", "average cost not known")]


def test_the_open_profit_of_a_coin_says_that_it_is_without_positions() -> None:
    shown = snapshot(balances=[balance("BTC", "2")], positions=[position("BTC/USD:USD", "1")])
    kpis = {
        kpi.label: kpi for kpi in coin_kpis(coin_facts([shown], facts_of([shown], "USD"), {}, "BTC"), None, {}, View())
    }
    assert kpis["Open P&L"].note.endswith("without positions")


def _stops(balances: str, short: str, *orders: Order, long: str = "0") -> list[tuple[str, str, str]]:
    """The figures of stops of bitcoin at 100: label, value and note."""
    sides = ((short, PositionSide.SHORT), (long, PositionSide.LONG))
    shown = snapshot(
        balances=[balance("BTC", balances)],
        positions=[position("BTC/USD:USD", amount, side=side) for amount, side in sides if amount != "0"],
        prices=[price("BTC/USD", "100"), price("BTC/USD:USD", "100")],
        orders=orders,
    )
    facts = coin_facts([shown], facts_of([shown], "USD"), {}, "BTC")
    kpis = coin_kpis(facts, None, closest_stops([shown], "BTC"), View())
    return [(kpi.label, kpi.value, kpi.note) for kpi in kpis if kpi.label.startswith("Closest stop")]


HELD_STOP = stop("held", "80", symbol="BTC/USD", side=Side.SELL, role=Role.STOP_LOSS)
SHORT_STOP = stop("short", "103", symbol="BTC/USD:USD", side=Side.BUY, role=Role.STOP_LOSS)
LONG_STOP = stop("long", "90", symbol="BTC/USD:USD", side=Side.SELL, role=Role.STOP_LOSS)
OF_HELD = ("Closest stop, coins held", "80", "USD · 20.00 % below market")
OF_SHORT = ("Closest stop, short", "103", "USD · 3.00 % above market")


def test_the_stop_of_the_larger_part_comes_first_though_another_is_closer() -> None:
    assert _stops("2", "0.5", SHORT_STOP, HELD_STOP) == [OF_HELD, OF_SHORT]
    assert _stops("0.5", "2", HELD_STOP, SHORT_STOP) == [OF_SHORT, OF_HELD]


def test_the_stop_of_a_short_is_not_taken_for_one_of_the_coins_held() -> None:
    assert _stops("2", "0.5", SHORT_STOP) == [("Closest stop, coins held", "–", "no stop"), OF_SHORT]
    assert _stops("2", "0", SHORT_STOP) == [("Closest stop, coins held", "–", "no stop"), OF_SHORT]
    assert _stops("-1", "0", SHORT_STOP) == [OF_SHORT]


def test_a_stop_of_contracts_is_one_of_the_long_position() -> None:
    assert _stops("2", "0", HELD_STOP, LONG_STOP, long="1") == [
        OF_HELD,
        ("Closest stop, long", "90", "USD · 10.00 % below market"),
    ]


def test_a_stop_of_nothing_but_coins_needs_no_other_name() -> None:
    assert _stops("2", "0", HELD_STOP) == [("Closest stop", *OF_HELD[1:])]


def test_the_chart_draws_the_stops_of_other_dollar_markets() -> None:
    """A holder looks at one market of the coin, and the stop stands in another."""
    markets = {"BTC/USDT": "80000", "BTC/USD": "81000", "BTC/EUR": "70000"}
    orders = [stop(name, trigger, symbol=name, role=Role.STOP_LOSS) for name, trigger in markets.items()]
    shown = snapshot(balances=[balance("BTC", "1")], orders=orders)
    facts = coin_facts([shown], facts_of([shown], "USD"), {}, "BTC")
    chart = candle_chart([], ("cryptocom", "BTC/USDT"), facts, [], [], View())
    assert [level.label for level in chart.levels] == ["Sell 80,000 · stop 1", "Sell 81,000 · stop 1 · BTC/USD"]
