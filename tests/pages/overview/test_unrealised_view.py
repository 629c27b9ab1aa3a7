"""The unrealised gain of all coins, and coins with an unknown cost."""

from decimal import Decimal
from typing import Any

from domain.cost_basis import CostBasis
from pages.overview.unrealised import unrealised_kpi
from pages.shared.view import View


def basis(asset: str, **values: Any) -> CostBasis:
    """One coin without unknown figures: bought for 10, worth 15."""
    known: dict[str, Any] = {
        "quantity": Decimal(1), "explained": Decimal(1), "cost": Decimal(10), "average_cost": Decimal(10),
        "unrealised": Decimal(5), "excess": Decimal(0),
    }  # fmt: skip
    return CostBasis(asset, "USD", **known | values)


UNKNOWN: dict[str, Any] = {"explained": Decimal(0), "cost": None, "average_cost": None, "unrealised": None}


def costs(*bases: CostBasis) -> dict[tuple[str, str], CostBasis]:
    return {("main", each.asset): each for each in bases}


def test_known_gains_are_summed_and_unknown_ones_are_named():
    told = unrealised_kpi(
        costs(
            basis("BTC"),
            basis("ETH", unrealised=Decimal(-7), explained=Decimal("0.5")),
            basis("ZEDX", **UNKNOWN),
        ),
        View(),
    )
    assert told is not None
    assert (told.value, told.note) == ("−$2.00", "without part of ETH, ZEDX")
    assert "Cost $20.00.\nCost unknown of a part: ETH.\nCost or price unknown: ZEDX" in told.why


def test_the_gain_is_unknown_without_any_known_cost():
    told = unrealised_kpi(costs(*(basis(name, **UNKNOWN) for name in "ABCDE")), View())
    assert told is not None
    assert (told.value, told.note) == ("–", "without A, B, C and 2 more")


def test_hidden_amounts_are_not_shown():
    told = unrealised_kpi(costs(basis("BTC")), View(hide_amounts=True))
    assert told is not None
    assert "10" not in told.value + told.note + told.why


def test_without_any_coin_that_has_a_cost_there_is_no_figure():
    assert unrealised_kpi({}, View()) is None
    assert unrealised_kpi(costs(basis("BTC", quantity=Decimal(0), unrealised=Decimal(0))), View()) is None


def test_costs_in_another_currency_are_marked():
    shown = unrealised_kpi(costs(basis("BTC")), View(currency="EUR"), converted=("USD",))
    assert shown is not None
    assert "Costs are kept in USD and shown in EUR, each at the rate of its own day" in shown.why
