"""Unrealised: gain of the coins held since they were bought. Coins with unknown cost are named."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from domain.cost_basis import CostBasis
from pages.shared.formats import UNKNOWN
from pages.shared.view import View
from pages.shared.widgets_html import Kpi

MOST_NAMES = 3
_MEANS = "Value of the coins held less their cost, fees included, over all markets of each coin"


def unrealised_kpi(
    costs: Mapping[tuple[str, str], CostBasis], view: View, positions: str = "", converted: Sequence[str] = ()
) -> Kpi | None:
    """The open gain of all coins with known cost. None if no coin has a cost.

    `positions` is trusted HTML with the profit of positions. It is not included in this figure. `converted` names the
    currencies of costs that are shown in another one.
    """
    held = {key: basis for key, basis in costs.items() if basis.quantity or basis.unrealised}
    if not held:
        return None
    gains = [basis.unrealised for basis in held.values() if basis.unrealised is not None]
    unknown = [asset for (_, asset), basis in held.items() if basis.unrealised is None]
    partly = [asset for (_, asset), basis in held.items() if basis.unrealised is not None and basis.unexplained]
    cost = sum((basis.cost for basis in held.values() if basis.cost is not None), Decimal(0))
    why = f"{_MEANS}.\nCost {view.money(cost)}"
    if words := cost_words(converted, view):
        why += f".\n{words}"
    if partly:
        why += f".\nCost unknown of a part: {_names(partly, len(partly))}"
    if unknown:
        why += f".\nCost or price unknown: {_names(unknown, len(unknown))}"
    missing = [*(f"part of {name}" for name in dict.fromkeys(partly)), *dict.fromkeys(unknown)]
    return Kpi(
        "Unrealised, coins",
        view.money(sum(gains, Decimal(0)), signed=True) if gains else UNKNOWN,
        f"without {_names(missing, MOST_NAMES)}" if missing else "",
        why=why,
        extra=positions,
    )


def cost_words(converted: Sequence[str], view: View) -> str:
    """The conversion of costs, in words. "" without any."""
    if not converted:
        return ""
    return f"Costs are kept in {', '.join(converted)} and shown in {view.currency}, each at the rate of its own day"


def _names(names: Sequence[str], limit: int) -> str:
    """The first names, and the number of others."""
    unique = list(dict.fromkeys(names))
    more = f" and {len(unique) - limit} more" if len(unique) > limit else ""
    return ", ".join(unique[:limit]) + more
