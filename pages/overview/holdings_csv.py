"""Export of the holdings: all of them at full precision. Pure."""

from collections.abc import Sequence
from dataclasses import fields

from domain.cost_basis import COST_FIELDS, CostBasis
from domain.csv_lines import csv_of
from domain.holdings import Holding
from pages.overview.tables import Costs

_ORDER_FIELDS = ("stop_losses", "take_profits", "stop_distance", "take_profit_distance")


def holdings_csv(holdings: Sequence[Holding], costs: Costs, currency: str) -> str:
    """All holdings at full precision, money in `currency`."""
    names = [field.name for field in fields(Holding) if field.name != "protection"]
    header = [*names, "currency", "protection", "protected_share", *_ORDER_FIELDS, *COST_FIELDS]
    return csv_of(
        header,
        (
            [
                *(" ".join(h.assumed) if n == "assumed" else getattr(h, n) for n in names),
                currency,
                *_protection_row(h),
                *_cost_row(costs.get((h.account, h.asset))),
            ]
            for h in holdings
        ),
    )


def _cost_row(basis: CostBasis | None) -> list[object]:
    return [None if basis is None else getattr(basis, name) for name in COST_FIELDS]


def _protection_row(holding: Holding) -> list[object]:
    protection = holding.protection
    if protection is None:
        return [None] * (2 + len(_ORDER_FIELDS))
    return [
        protection.state.value,
        protection.share,
        " ".join(format(price, "f") for price in protection.stop_losses),
        " ".join(format(price, "f") for price in protection.take_profits),
        *(
            None if near is None else near.distance
            for near in (protection.nearest_stop, protection.nearest_take_profit)
        ),
    ]
