"""Valuations: how what an account is worth stands in the columns of its refresh."""

from collections.abc import Mapping
from typing import Any

from domain.valuation import MONEY_FIELDS, Valuation, ValueOrigin

VALUATION_COLUMNS = ("currency", "value_origin", *MONEY_FIELDS, "unpriced")


def valuation_fields(valuation: Valuation) -> tuple[object, ...]:
    """A valuation as the values of VALUATION_COLUMNS, in their order."""
    renamed = {"value_origin": str(valuation.origin), "unpriced": list(valuation.unpriced) or None}
    return tuple(renamed[c] if c in renamed else getattr(valuation, c) for c in VALUATION_COLUMNS)


def valuation_from(row: Mapping[str, Any]) -> Valuation | None:
    """The valuation of a refresh row; None when the account's worth was not known yet."""
    if row["currency"] is None:
        return None
    values = {c: row[c] for c in VALUATION_COLUMNS if c not in ("value_origin", "unpriced")}
    return Valuation(origin=ValueOrigin(row["value_origin"]), unpriced=tuple(row["unpriced"] or ()), **values)
