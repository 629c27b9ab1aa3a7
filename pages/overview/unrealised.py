"""Unrealised: gain of the coins held since they were bought. Coins with unknown cost are named."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from domain.cost_basis import CostBasis
from pages.shared.formats import UNKNOWN
from pages.shared.view import View
from pages.shared.widgets_html import Kpi

MOST_NAMES = 3
_MEANS = (
    "What the coins held have gained since they were bought: their value less what they cost, fees included, "
    "whichever market they were bought in"
)


def unrealised_kpi(costs: Mapping[tuple[str, str], CostBasis], view: View, positions: str = "") -> Kpi | None:
    """The open gain of all coins with known cost. None if no coin has a cost.

    `positions` is trusted HTML with the profit of positions. It is not included in this figure.
    """
    held = {key: basis for key, basis in costs.items() if basis.quantity or basis.unrealised}
    if not held:
        return None
    told = [basis.unrealised for basis in held.values() if basis.unrealised is not None]
    whole = [asset for (_, asset), basis in held.items() if basis.unrealised is None]
    partly = [asset for (_, asset), basis in held.items() if basis.unrealised is not None and basis.unexplained]
    cost = sum((basis.cost for basis in held.values() if basis.cost is not None), Decimal(0))
    why = f"{_MEANS}.\nCost {view.money(cost)}"
    if partly:
        why += f".\nCost unknown of a part: {_names(partly, len(partly))}"
    if whole:
        why += f".\nCost or price unknown: {_names(whole, len(whole))}"
    lacking = [*(f"part of {name}" for name in dict.fromkeys(partly)), *dict.fromkeys(whole)]
    return Kpi(
        "Unrealised, coins",
        view.money(sum(told, Decimal(0)), signed=True) if told else UNKNOWN,
        f"without {_names(lacking, MOST_NAMES)}" if lacking else "",
        why=why,
        extra=positions,
    )


def _names(names: Sequence[str], most: int) -> str:
    """Some names, and how many more there are."""
    told = list(dict.fromkeys(names))
    more = f" and {len(told) - most} more" if len(told) > most else ""
    return ", ".join(told[:most]) + more
