"""The open P&L of all coins and positions, its change of today, and coins with an unknown cost."""

import re
from decimal import Decimal
from typing import Any

from domain.cost_basis import CostBasis
from domain.open_pnl import OpenChange, OpenPnl, added, open_pnl_of
from pages.overview.open_pnl import open_pnl_kpi
from pages.overview.view import facts_of
from pages.shared.view import View
from pages.shared.widgets_html import Kpi
from tests.factories import NOON, position, snapshot, valuation


def basis(asset: str, **values: Any) -> CostBasis:
    """One coin without unknown figures: bought for 10, worth 15."""
    known: dict[str, Any] = {
        "quantity": Decimal(1), "explained": Decimal(1), "cost": Decimal(10), "average_cost": Decimal(10),
        "unrealised": Decimal(5), "excess": Decimal(0),
    }  # fmt: skip
    return CostBasis(asset, "USD", **known | values)


USD, NO_CHANGE = View(), OpenChange(None, "no net value is known at that time")
UNKNOWN: dict[str, Any] = {"explained": Decimal(0), "cost": None, "average_cost": None, "unrealised": None}


def costs(*bases: CostBasis) -> dict[tuple[str, str], CostBasis]:
    return {("main", each.asset): each for each in bases}


def shown(*bases: CostBasis, view: View = USD, change: OpenChange = NO_CHANGE, **seen: Any) -> Kpi | None:
    """The figure of coins with these costs, and of the positions of a snapshot."""
    snapshots = [snapshot(**seen)]
    now = added(open_pnl_of(each, bases, view.currency) for each in snapshots)
    return open_pnl_kpi(facts_of(snapshots, view.currency), costs(*bases), now, change, view)


def test_known_gains_are_summed_and_unknown_ones_are_named():
    told = shown(basis("BTC"), basis("ETH", unrealised=Decimal(-7), explained=Decimal("0.5")), basis("ZEDX", **UNKNOWN))
    assert told is not None
    assert (told.value, told.note) == ("−$2.00", "without part of ETH, ZEDX")
    assert "Cost $20.00.\nCost unknown of a part: ETH.\nCost or price unknown: ZEDX" in told.why


def test_the_gain_is_unknown_without_any_known_cost():
    told = shown(*(basis(name, **UNKNOWN) for name in "ABCDE"))
    assert told is not None
    assert (told.value, told.note) == ("–", "without A, B, C and 2 more")


def test_hidden_amounts_are_not_shown():
    told = shown(basis("BTC"), view=View(hide_amounts=True))
    assert told is not None
    assert "10" not in told.value + told.note + told.why


def test_without_any_coin_that_has_a_cost_there_is_no_figure():
    assert shown() is None
    assert shown(basis("BTC", quantity=Decimal(0), unrealised=Decimal(0))) is None


def test_costs_in_another_currency_are_marked():
    told = shown(basis("BTC"), view=View(currency="EUR"))
    assert told is not None
    assert "Costs are kept in USD and shown in EUR, each at the rate of its own day" in told.why


def test_coins_and_positions_are_one_figure_and_its_change_of_today_stands_below() -> None:
    """5 of coins and -20 of a position are open. In the morning it was -16."""
    short = position("BTC/USD:USD", "1", unrealised_pnl=Decimal(-20))
    worth = valuation("1000", unrealised_pnl=Decimal(-20))
    told = shown(basis("BTC"), change=OpenChange(Decimal(1)), positions=[short], worth=worth)
    assert told is not None
    assert (told.label, told.value, told.note) == ("Open P&L", "−$15.00", "")
    assert re.findall(r"<i>([^<]+)</i><b[^>]*>([^<]+)</b>", told.extra) == [
        ("coins", "+$5.00"),
        ("1 position", "−$20.00"),
        ("change today", "+$1.00"),
    ]
    assert "Open P&amp;L now less that at the start of the day." in told.extra


def test_an_unknown_change_is_a_dash_with_its_reason_and_no_zero() -> None:
    told = shown(basis("BTC"))
    assert told is not None
    assert ">–<" in told.extra
    assert "Not known: no net value is known at that time" in told.extra


def test_a_past_moment_does_not_speak_of_today() -> None:
    told = open_pnl_kpi(
        facts_of([snapshot()], "USD"), costs(basis("BTC")), OpenPnl(Decimal(5), None), NO_CHANGE, View(as_of=NOON)
    )
    assert told is not None
    assert "<i>change that day</i>" in told.extra


def test_positions_alone_are_named_as_such_while_costs_cannot_be_read() -> None:
    short = position("BTC/USD:USD", "1", unrealised_pnl=Decimal(-20))
    snapshots = [snapshot(positions=[short], worth=valuation("1000", unrealised_pnl=Decimal(-20)))]
    now = added(open_pnl_of(each, (), "USD") for each in snapshots)
    told = open_pnl_kpi(facts_of(snapshots, "USD"), None, now, NO_CHANGE, USD)
    assert told is not None
    assert (told.value, told.note) == ("−$20.00", "without coins")
